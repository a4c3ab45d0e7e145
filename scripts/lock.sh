#!/usr/bin/env bash
# Writes the lock files from pyproject.toml and package.json: packages with their hashes, no address.
# What is locked already stays at its version; with --upgrade the newest that fits is taken.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

uv_version=0.13.9
uv=.build/uv/bin/uv
if ! [ -x "$uv" ] || [ "$("$uv" --version | cut -d' ' -f2)" != "$uv_version" ]; then
    "${PYTHON:-python3}" -m venv --clear .build/uv
    .build/uv/bin/pip install --quiet "uv==$uv_version"
fi

options=("$@")

# lock FILE WHAT ARGUMENTS...: one lock file, under a header that says what it is for.
lock() {
    local file=$1 what=$2
    shift 2
    local new
    new=$(mktemp)
    cat "$file" >"$new" 2>/dev/null || true
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-header --no-annotate "${options[@]}" "$@" pyproject.toml --output-file "$new"
    {
        echo "# $what"
        echo "# Written by 'make lock' from pyproject.toml; do not edit."
        cat "$new"
    } >"$file"
    rm "$new"
    echo "$file: $(grep -c '^[a-z].*==' "$file") packages"
}

lock requirements.lock "What runs: the functions, the site and the command line."
lock requirements-dev.lock "What 'make setup' installs: what runs, and the tools that check it." \
    --constraint requirements.lock --group dev

# npm writes where each package asks for money: addresses, some with people's names. They are left
# out, as are the registry's own (.npmrc).
npm install --package-lock-only --ignore-scripts --loglevel=error >/dev/null
node --input-type=module <<'END'
import { readFileSync, writeFileSync } from "node:fs";

const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
const packages = Object.values(lock.packages);
for (const one of packages) delete one.funding;
writeFileSync("package-lock.json", `${JSON.stringify(lock, null, 2)}\n`);
console.log(`package-lock.json: ${packages.length - 1} packages`);
END
