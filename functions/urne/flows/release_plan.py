"""What publishing a release would do, looked at before anything is written.

A release follows the newest one published here: its manifest names that one's. What it would
change is told from the two manifests; what it would remove from what stands here too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from urne.crypto.minisign import public_key_file
from urne.errors import NotFound, ReleaseRefused
from urne.flows.release_build import Release, open_kept
from urne.flows.release_pages import unmark
from urne.flows.site_log import VKEY, SiteLog
from urne.model.release import (
    KEPT,
    MANIFEST,
    VERSIONS,
    Version,
    current_of,
    decode_versions,
    is_ours,
    is_shared,
    log_origin,
    root_path,
    served_path,
)
from urne.store.base import SiteFiles, SiteRoot

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
    root: SiteRoot
    log: SiteLog
    release_key: str
    each: Each = one_by_one

    def read(self, path: str) -> bytes:
        """Return what a path of the site is answered with. Raises NotFound."""
        return self.files.read(served_path(path, self.root.served()))


@dataclass(frozen=True, slots=True)
class Plan:
    """What publishing a release would do.

    `seen` names the root that is served. `is_kept`: the release is read from `/v/<number>/`.
    """

    release: Release
    versions: tuple[Version, ...]
    seen: str | None
    is_kept: bool
    current: Version | None
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


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
        current = current_of(versions)
        if current and current.number != manifest.number:
            raise ReleaseRefused(
                f"it was published, and release {current.number} after it; bring it back with"
                " `urne release rollback`"
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
    return _planned(target, release, versions, seen, is_kept=False)


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
        return unmark(raw) if path in kept.manifest.kept else raw

    release = Release(kept.manifest, kept.raw, kept.signature, read)
    _require_place(target, release)
    _require_shared(target, release)
    return _planned(target, release, versions, seen, is_kept=True)


def versions_at(read: Callable[[str], bytes]) -> tuple[Version, ...]:
    """Return the published versions of a tree, newest first; none before the first."""
    try:
        return decode_versions(read(VERSIONS))
    except NotFound:
        return ()


def _versions(target: Target) -> tuple[tuple[Version, ...], str | None]:
    """Return the published versions, and the name of the root that says so."""
    seen = target.root.served()
    return versions_at(lambda path: target.files.read(served_path(path, seen))), seen


def _require_place(target: Target, release: Release) -> None:
    """Raise ReleaseRefused unless this is where the release belongs."""
    origin = log_origin(release.manifest.url)
    if origin != target.log.origin:
        raise ReleaseRefused(
            f"it was built for {release.manifest.url}, and the site log's key is that of"
            f" {target.log.origin}"
        )
    for path, raw in keys_of(target):
        found = target.files.read_version(path)
        if found and found[0] != raw:
            raise ReleaseRefused(f"{path} here is another than the key you gave")


def keys_of(target: Target) -> Iterable[tuple[str, bytes]]:
    """Yield the public halves of the town's keys, and where they stand."""
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
    target: Target,
    release: Release,
    versions: tuple[Version, ...],
    seen: str | None,
    *,
    is_kept: bool,
) -> Plan:
    """Return the plan, by comparing with the manifest of the current release."""
    current = current_of(versions)
    here = set(filter(is_ours, _here(target, seen)))
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
        is_kept,
        current,
        added=tuple(sorted(path for path in new if path not in old)),
        changed=tuple(sorted(path for path in new if path in old and old[path] != new[path])),
        removed=tuple(sorted((here | set(filter(is_ours, old))) - set(new))),
    )


def _here(target: Target, seen: str | None) -> Iterable[str]:
    """Yield the paths that the root answers now, whoever put them there."""
    if seen is None:
        yield from target.files.paths("")
        return
    root = root_path(seen)
    yield from (path.removeprefix(root) for path in target.files.paths(root))
    yield from target.root.strays()


def _hashes(target: Target, current: Version | None) -> dict[str, bytes]:
    if current is None:
        return {}
    kept = open_kept(target.files.read, current.number, target.release_key)
    return dict(kept.manifest.files)


def _was_tried(target: Target) -> bool:
    """Return whether a first release was being published here, and was interrupted."""
    return any(path.endswith("/" + MANIFEST) for path in target.files.paths(KEPT))
