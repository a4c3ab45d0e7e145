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

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from urne.crypto.minisign import public_key_file
from urne.errors import Conflict, NotFound, OutcomeUnknown, ReleaseRefused
from urne.flows.certain import TRIES, certainly
from urne.flows.publish_log import put_certainly, put_immutable
from urne.flows.release_build import Release, open_kept
from urne.flows.release_pages import is_page, unmark
from urne.flows.site_log import VKEY, SiteLog, record
from urne.model.release import (
    KEPT,
    MANIFEST,
    SIGNATURE,
    VERSIONS,
    Version,
    current_of,
    decode_versions,
    encode_versions,
    is_ours,
    is_shared,
    kept_path,
    log_origin,
    version_of,
    with_current,
)
from urne.store.base import SiteFiles

RELEASE_KEY = "keys/release.pub"


class Each(Protocol):
    """Does something for every item, perhaps several at once; raises what the first failure was."""

    def __call__(self, what: str, do: Callable[[str], None], items: Sequence[str]) -> None: ...


def one_by_one(what: str, do: Callable[[str], None], items: Sequence[str]) -> None:
    """Do something for every item, in order."""
    for item in items:
        do(item)


@dataclass(frozen=True, slots=True)
class Target:
    """Where releases are published, and the keys that stand for the town there."""

    files: SiteFiles
    log: SiteLog
    release_key: str
    each: Each = one_by_one


@dataclass(frozen=True, slots=True)
class Plan:
    """What publishing a release would do; `seen` is versions.json as it was read."""

    release: Release
    versions: tuple[Version, ...]
    seen: str | None
    current: Version | None
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]

    @property
    def is_new(self) -> bool:
        """Return whether the release was never published here."""
        number = self.release.manifest.number
        return all(version.number != number for version in self.versions)


def plan(target: Target, release: Release) -> Plan:
    """Return what publishing a release would do. Raises ReleaseRefused; nothing is written."""
    manifest = release.manifest
    versions, seen = _versions(target)
    _require_place(target, release)
    published = {version.number: version.sha256 for version in versions}
    if manifest.number in published:
        if published[manifest.number] != release.sha256:
            raise ReleaseRefused(
                f"another release {manifest.number} is published already; build again, after it"
            )
    elif manifest.previous != (versions[0].sha256 if versions else None):
        newest = f"release {versions[0].number}" if versions else "nothing"
        raise ReleaseRefused(
            f"{newest} is the newest here, and this was not built after it; build again with"
            " --after"
        )
    elif versions and manifest.number <= versions[0].number:
        raise ReleaseRefused(f"its number is not above {versions[0].number}, the newest here")
    _require_shared(target, release)
    return _planned(target, release, versions, seen)


def rollback_plan(target: Target, number: int) -> Plan:
    """Return what bringing back a published release would do. Raises ReleaseRefused."""
    versions, seen = _versions(target)
    listed = next((version for version in versions if version.number == number), None)
    if listed is None:
        raise ReleaseRefused(f"no release {number} was published here")
    kept = open_kept(target.files.read, number, target.release_key)
    if kept.sha256 != listed.sha256:
        raise ReleaseRefused(f"the manifest of release {number} is not the one that was published")

    def read(path: str) -> bytes:
        raw = kept.read(path)
        return unmark(raw, path, kept.manifest) if path in kept.manifest.kept else raw

    release = Release(kept.manifest, kept.raw, kept.signature, read)
    _require_place(target, release)
    _require_shared(target, release)
    return _planned(target, release, versions, seen)


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
    put_immutable(files, RELEASE_KEY, public_key_file(target.release_key))
    put_immutable(files, VKEY, f"{target.log.vkey}\n".encode())
    if planned.is_new:
        _keep(target, release, paths)
    _serve(target, release, paths)
    _put_versions(target, planned)
    record(target.log, manifest.number, release.sha256)


def _drop(_: bytes) -> None:
    return None


def _versions(target: Target) -> tuple[tuple[Version, ...], str | None]:
    found = certainly(lambda: target.files.read_version(VERSIONS))
    return (decode_versions(found[0]), found[1]) if found else ((), None)


def _require_place(target: Target, release: Release) -> None:
    """Raise ReleaseRefused unless this is where the release belongs."""
    origin = log_origin(release.manifest.url)
    if origin != target.log.origin:
        raise ReleaseRefused(
            f"it was built for {release.manifest.url}, and the site log's key is that of"
            f" {target.log.origin}"
        )
    for path, raw in _keys(target):
        found = target.files.read_version(path)
        if found and found[0] != raw:
            raise ReleaseRefused(f"{path} here is another than the key you gave")


def _keys(target: Target) -> Iterable[tuple[str, bytes]]:
    yield RELEASE_KEY, public_key_file(target.release_key)
    yield VKEY, f"{target.log.vkey}\n".encode()


def _require_shared(target: Target, release: Release) -> None:
    """Raise ReleaseRefused if an election's file here differs from the release's."""
    for path in filter(is_shared, release.manifest.files):
        found = target.files.read_version(path)
        if found and found[0] != release.read(path):
            raise ReleaseRefused(
                f"{path} is published with other bytes; build again from the public tree here"
            )


def _planned(
    target: Target, release: Release, versions: tuple[Version, ...], seen: str | None
) -> Plan:
    """Return the plan, by comparing with the manifest of the current release."""
    current = current_of(versions)
    here = {path for path in target.files.paths("") if is_ours(path)}
    if current is None and here - set(release.manifest.files) and not _was_tried(target):
        strange = min(here - set(release.manifest.files))
        raise ReleaseRefused(
            f"there is something else here ({strange} and perhaps more), which publishing would"
            " remove; name an empty place"
        )
    old = _hashes(target, current)
    new = release.manifest.files
    return Plan(
        release,
        versions,
        seen,
        current,
        added=tuple(sorted(path for path in new if path not in old)),
        changed=tuple(sorted(path for path in new if path in old and old[path] != new[path])),
        removed=tuple(sorted((here | set(filter(is_ours, old))) - set(new))),
    )


def _hashes(target: Target, current: Version | None) -> dict[str, bytes]:
    if current is None:
        return {}
    kept = open_kept(target.files.read, current.number, target.release_key)
    return dict(kept.manifest.files)


def _was_tried(target: Target) -> bool:
    """Return whether a first release was being published here, and was interrupted."""
    return any(path.endswith("/" + MANIFEST) for path in target.files.paths(KEPT))


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


def versions_at(read: Callable[[str], bytes]) -> tuple[Version, ...]:
    """Return the published versions of a tree, newest first; none before the first."""
    try:
        return decode_versions(read(VERSIONS))
    except NotFound:
        return ()
