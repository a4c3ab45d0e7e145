"""Publishing a release, so that whatever interrupts it, the site is whole and the next try ends it.

    1. everything of the release under /v/<number>/, its manifest last
    2. the root: first files that were not there, then those that change, then what goes
    3. versions.json, and with it the release is published
    4. an entry in the site's log, last

Until 2 nothing that anyone reads has changed. During 2 every address answers with a whole file of
the old or the new release, and none of the old one's has gone before all of the new one's are
there. An election's files (`elections/`, `keys/`) are brought where they are missing, and never
changed. What 1 and 2 find in place already is left as it is, so a second try does the rest only;
and a try that was given up is swept away by the next.
"""

from __future__ import annotations

from collections.abc import Sequence

from urne.errors import Conflict, OutcomeUnknown
from urne.flows.certain import TRIES, certainly
from urne.flows.publish_log import put_immutable
from urne.flows.release_build import Release
from urne.flows.release_pages import is_page
from urne.flows.release_plan import Plan, Target, keys_of
from urne.flows.site_log import record
from urne.model.release import (
    MANIFEST,
    SIGNATURE,
    VERSIONS,
    encode_versions,
    is_ours,
    is_shared,
    kept_path,
    version_of,
    with_current,
)
from urne.store.base import PublicFiles


def publish(target: Target, planned: Plan) -> None:
    """Carry a plan out.

    Raises ReleaseBroken before anything is written if the release is not whole, Conflict if
    somebody else published meanwhile. Whatever it raises, it may be tried again.
    """
    release, files = planned.release, target.files
    manifest = release.manifest
    paths = sorted(manifest.files)
    target.each("check", lambda path: _drop(release.file(path)), paths)
    if planned.current:  # an earlier try may have ended before the log knew of it
        record(target.log, planned.current.number, planned.current.sha256)
    for path, raw in keys_of(target):
        put_immutable(files, path, raw)
    if planned.is_new:
        _keep(target, release, paths)
    _serve(target, release, paths)
    _put_versions(target, planned)
    record(target.log, manifest.number, release.sha256)


def _drop(_: bytes) -> None:
    return None


def _keep(target: Target, release: Release, paths: Sequence[str]) -> None:
    """Write everything under /v/<number>/, where no published release is, the manifest last."""
    files, number = target.files, release.manifest.number
    wanted = {kept_path(number, path) for path in (*paths, MANIFEST, SIGNATURE)}
    strays = [path for path in files.paths(kept_path(number)) if path not in wanted]
    target.each("sweep", lambda path: certainly(lambda: files.remove(path)), strays)

    def put(path: str) -> None:
        put_certainly(files, kept_path(number, path), release.kept_file(path))

    target.each("keep", put, paths)
    put_certainly(files, kept_path(number, SIGNATURE), release.signature)
    put_certainly(files, kept_path(number, MANIFEST), release.raw)


def _serve(target: Target, release: Release, paths: Sequence[str]) -> None:
    """Make the root that of a release: what is new, what changes, what goes; pages after the rest.

    A page may name a picture that came with it, and a page that stays one that is about to go.
    """
    files = target.files
    here = {path for path in files.paths("") if is_ours(path)}

    def put(path: str) -> None:
        if is_shared(path):
            put_immutable(files, path, release.file(path))
        else:
            put_certainly(files, path, release.file(path))

    new = [path for path in paths if path not in here]
    target.each("add", put, sorted(new, key=lambda path: (is_page(path), path)))
    old = [path for path in paths if path in here]
    target.each("change", put, sorted(old, key=lambda path: (is_page(path), path)))
    gone = sorted(here - set(paths), key=lambda path: (not is_page(path), path))
    target.each("remove", lambda path: certainly(lambda: files.remove(path)), gone)
    put_certainly(files, SIGNATURE, release.signature)
    put_certainly(files, MANIFEST, release.raw)


def _put_versions(target: Target, planned: Plan) -> None:
    """Put versions.json in place of the one that was seen. Raises Conflict if it is another."""
    manifest = planned.release.manifest
    versions = [v for v in planned.versions if v.number != manifest.number]
    raw = encode_versions(with_current([*versions, version_of(manifest)], manifest.number))
    for _ in range(TRIES):
        try:
            target.files.replace(VERSIONS, raw, planned.seen)
        except (Conflict, OutcomeUnknown):
            found = target.files.read_version(VERSIONS)
            if found and found[0] == raw:
                return
            if (found[1] if found else None) != planned.seen:
                raise Conflict(VERSIONS) from None
        else:
            return
    raise OutcomeUnknown(VERSIONS)


def put_certainly(files: PublicFiles, path: str, raw: bytes) -> None:
    """Write a file that may change, whatever was there; what stands already is left as it is."""
    for _ in range(TRIES):
        found = certainly(lambda: files.read_version(path))
        if found and found[0] == raw:
            return
        try:
            files.replace(path, raw, found[1] if found else None)
        except (Conflict, OutcomeUnknown):
            continue
        return
    raise OutcomeUnknown(path)
