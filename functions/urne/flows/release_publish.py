"""Publishing a release, so that whatever interrupts it, the site is whole and the next try ends it.

    1. everything of the release under /v/<number>/, its manifest last
    2. everything that the root will answer, with versions.json, under /.roots/<name>/
    3. the root: from the old one to this one, in one step, and the release is published
    4. an entry in the site's log
    5. roots that are neither served nor were before go

Until 3 nothing that anyone reads has changed; from 3 on every address of the root answers with the
new release, versions.json included. The root before stays, whole, until the next publication: who
is still at it is not cut off, and going back to it needs little more than the step. An election's
files (`elections/`, `keys/`) are brought where they are missing, and never changed. What is in
place already is left as it is, so a second try does the rest only; and a try that was given up is
swept away by the next.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from urne.errors import Conflict, OutcomeUnknown
from urne.flows.certain import TRIES, certainly
from urne.flows.publish_log import put_immutable
from urne.flows.release_build import Release
from urne.flows.release_plan import Plan, Target, keys_of
from urne.flows.site_log import record
from urne.model.release import (
    MANIFEST,
    ROOTS,
    SIGNATURE,
    VERSIONS,
    encode_versions,
    is_apart,
    kept_path,
    root_name,
    root_path,
    version_of,
    with_current,
)
from urne.store.base import PublicFiles


def publish(target: Target, planned: Plan) -> None:
    """Carry a plan out.

    Raises ReleaseBroken before anything is written if the release is not whole, Conflict if
    somebody else published meanwhile. Whatever it raises, it may be tried again.
    """
    release, paths = planned.release, sorted(planned.release.manifest.files)
    target.each("check", lambda path: _drop(release.file(path)), paths)
    if target.root.served() != planned.seen:
        raise Conflict("The site's root")
    if planned.current:  # an earlier try may have ended before the log knew of it
        record(target.log, planned.current.number, planned.current.sha256)
    if not planned.is_kept:
        _keep(target, release, paths)
    _bring(target, release, filter(is_apart, paths))
    versions = _versions_json(planned)
    name = root_name(release.manifest.number, versions)
    _compose(target, release, name, versions)
    certainly(lambda: target.root.serve(name, planned.seen))
    record(target.log, release.manifest.number, release.sha256)
    if planned.seen not in (None, name):
        _forget(target, {name, planned.seen})


def _drop(_: bytes) -> None:
    return None


def _keep(target: Target, release: Release, paths: Sequence[str]) -> None:
    """Write everything under /v/<number>/ as the manifest says, which comes last."""
    files, number = target.files, release.manifest.number
    wanted = {kept_path(number, path) for path in (*paths, MANIFEST, SIGNATURE)}
    _sweep(target, [path for path in files.paths(kept_path(number)) if path not in wanted])

    def put(path: str) -> None:
        put_certainly(files, kept_path(number, path), release.kept_file(path))

    target.each("keep", put, paths)
    put_certainly(files, kept_path(number, SIGNATURE), release.signature)
    put_certainly(files, kept_path(number, MANIFEST), release.raw)


def _bring(target: Target, release: Release, apart: Iterable[str]) -> None:
    """Put the town's public keys, and what the release has of elections, where they are missing."""
    for path, raw in keys_of(target):
        put_immutable(target.files, path, raw)
    for path in apart:
        put_immutable(target.files, path, release.file(path))


def _versions_json(planned: Plan) -> bytes:
    """Return the versions.json that says that the release is the current one."""
    manifest = planned.release.manifest
    others = [v for v in planned.versions if v.number != manifest.number]
    return encode_versions(with_current([*others, version_of(manifest)], manifest.number))


def _compose(target: Target, release: Release, name: str, versions: bytes) -> None:
    """Write a root, whole: what is the same where the release is kept is repeated from there."""
    files, manifest = target.files, release.manifest
    own = {MANIFEST: release.raw, SIGNATURE: release.signature, VERSIONS: versions}
    paths = sorted(path for path in manifest.files if not is_apart(path))
    wanted = {root_path(name, path) for path in (*paths, *own)}
    _sweep(target, [path for path in files.paths(root_path(name)) if path not in wanted])

    def put(path: str) -> None:
        place = root_path(name, path)
        if path in manifest.kept:
            put_certainly(files, place, release.file(path))
            return
        found = certainly(lambda: files.read_version(place))
        if not found or hashlib.sha256(found[0]).digest() != manifest.files[path]:
            certainly(lambda: files.repeat(place, kept_path(manifest.number, path)))

    target.each("root", put, paths)
    for path, raw in own.items():
        put_certainly(files, root_path(name, path), raw)


def _forget(target: Target, names: set[str | None]) -> None:
    """Remove every root but those of these names."""
    others = (path for path in target.files.paths(ROOTS) if path.split("/")[1] not in names)
    _sweep(target, list(others))


def _sweep(target: Target, paths: Sequence[str]) -> None:
    files = target.files
    target.each("sweep", lambda path: certainly(lambda: files.remove(path)), paths)


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
