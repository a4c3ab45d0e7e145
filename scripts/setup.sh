#!/usr/bin/env bash
# Makes this checkout ready to work in: the virtual environment, then Debian's own programs.
#   scripts/setup.sh venv      .venv with the locked packages and this project, in place
#   scripts/setup.sh packages  node_modules with the browser's locked packages
#   scripts/setup.sh programs  Chromium and minisign, where they may be installed
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { echo "setup: $*" >&2; }

stop() {
    say "$*"
    exit 1
}

# Runs a command as root; fails where we may not.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

can_install() {
    command -v apt-get >/dev/null && as_root true 2>/dev/null
}

# Installs Debian packages. A failure is left to the caller, who knows what is lost.
apt_install() {
    say "installing with apt-get: $*"
    local log=.build/apt.log
    mkdir -p .build
    {
        as_root apt-get update -qq &&
            as_root env DEBIAN_FRONTEND=noninteractive \
                apt-get install -qq --yes --no-install-recommends "$@"
    } >"$log" 2>&1 </dev/null || {
        say "apt-get failed; its words are in $log"
        return 1
    }
}

# Prints the first Python on the path that fits.
find_python() {
    local name
    for name in ${PYTHON:-python3.11 python3.12 python3.13 python3}; do
        if "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null
        then
            command -v "$name"
            return
        fi
    done
    return 1
}

venv() {
    local python
    if ! find_python >/dev/null && [ -z "${PYTHON:-}" ] && can_install; then
        apt_install python3 python3-venv || true
    fi
    python=$(find_python) ||
        stop "no Python from 3.11 to 3.13 was found; install one (Debian 12: apt install python3" \
            "python3-venv), or name it: make setup PYTHON=/path/to/python3.11"
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null && can_install; then
        apt_install python3-venv || true
    fi
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        stop "$python cannot make virtual environments; install its venv module" \
            "(Debian: apt install python3-venv)"
    say "installing the locked packages into .venv (a minute or two the first time)"
    # A .venv of another Python, or one copied from elsewhere, is made anew; a fitting one is kept.
    if [ "$(.venv/bin/python -c 'import sys; print(sys.prefix)' 2>/dev/null)" != "$PWD/.venv" ]; then
        "$python" -m venv --clear .venv
    fi
    local pip=(.venv/bin/python -m pip --quiet --quiet --disable-pip-version-check --no-input)
    "${pip[@]}" install --require-hashes --requirement requirements-dev.lock
    "${pip[@]}" install --no-deps --no-build-isolation --editable .
    .venv/bin/python -m pip check >/dev/null || stop "the locked packages do not fit together"
}

packages() {
    if ! node -e 'const [a, b] = process.versions.node.split(".");
        process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' 2>/dev/null; then
        stop "no Node from 20.19 on was found; install one (nodejs and npm)"
    fi
    say "installing the browser's locked packages into node_modules"
    npm ci --ignore-scripts --no-fund --no-audit --loglevel=error >&2
    touch node_modules/.ready
}

has_chromium() { command -v chromium-headless-shell || command -v chromium; } >/dev/null

programs() {
    local missing=()
    # The one without windows takes half of the processor; the other does as well.
    has_chromium || missing+=(fonts-liberation)
    command -v chromium-headless-shell >/dev/null || missing+=(chromium-headless-shell)
    command -v minisign >/dev/null || missing+=(minisign)
    [ ${#missing[@]} -gt 0 ] || return 0
    if can_install; then
        if apt_install "${missing[@]}"; then return 0; fi
        # An older Debian has not all of them: then what it has, one by one.
        has_chromium || apt_install chromium fonts-liberation || true
        command -v minisign >/dev/null || apt_install minisign || true
    fi
    has_chromium ||
        say "Chromium is missing and may not be installed here: the tests that look at pages" \
            "are skipped. As root: apt install chromium-headless-shell fonts-liberation"
    command -v minisign >/dev/null ||
        say "minisign is missing and may not be installed here: the tests that check our" \
            "signatures with it are skipped. As root: apt install minisign"
}

case "${1:-}" in
venv | packages | programs) "$1" ;;
*) stop "say which part: scripts/setup.sh venv, packages or programs" ;;
esac
