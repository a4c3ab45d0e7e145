"""A release: one published version of the site, and the list of all versions.

    release.json          canonical JSON, below: what the site is made of, to the byte
    release.json.minisig  its minisign signature, by the town's release key
    versions.json         canonical JSON in the form that Material's version selector reads

The manifest names every file at the root with its SHA-256 (`files`). The same files stand under
`/v/<number>/` for ever; pages are marked there as kept, and `kept` names those with the SHA-256
they have there. What the root answers stands below `.roots/<name>/`, whole, with `versions.json`;
of the roots there, one is served. `previous` is the SHA-256 of the manifest before, so that the
manifests make a chain. `url` is where the site stands: whoever builds the commit again needs it.
`voting` names the pages of the voting origin in the same way; they are no part of the site, and
none of them is kept.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from urne.canonical import Fields, Json, decode, encode, format_instant, to_base64
from urne.errors import BadField, NotCanonical

MANIFEST = "release.json"
SIGNATURE = "release.json.minisig"
VERSIONS = "versions.json"
KEPT = "v/"
VOTING = "vote/"
"""Where a bucket keeps the pages of the voting origin, beside the site and no part of it."""

ROOTS = ".roots/"
CURRENT = "current"
DIRTY = "-dirty"

_COMMIT = re.compile(rf"([0-9a-f]{{40}}|[0-9a-f]{{64}})({DIRTY})?")
_NAMES = (
    *("version", "number", "commit", "committed_at", "url", "previous"),
    *("files", "kept", "voting"),
)
_VERSION = ("version", "title", "aliases", "properties")
_PROPERTIES = ("number", "commit", "committed_at", "sha256")

# Beside the site's own files: what releases, elections and their logs keep at the root.
_OTHERS = (KEPT, VOTING, "releases/", ".")
_SHARED = ("elections/", "keys/")
_APART = (*_OTHERS, *_SHARED)
_FILES = (MANIFEST, SIGNATURE, VERSIONS)


def is_path(path: str) -> bool:
    """Return whether a release may have a file of this path: plain parts joined by "/"."""
    parts = path.split("/")
    plain = path.isprintable() and "\\" not in path and not {"", ".", ".."} & set(parts)
    return plain and path not in _FILES and not path.startswith(_OTHERS)


def is_shared(path: str) -> bool:
    """Return whether a file is an election's: a release may bring it, and never changes it."""
    return path.startswith(_SHARED)


def is_ours(path: str) -> bool:
    """Return whether a file at the root is the site's, so that the next release may remove it."""
    return is_path(path) and not is_shared(path)


def kept_path(number: int, path: str = "") -> str:
    """Return where a release keeps a file."""
    return f"{KEPT}{number}/{path}"


def is_apart(path: str) -> bool:
    """Return whether a file stands at the root itself, whichever root is served."""
    return path.startswith(_APART)


def root_path(name: str, path: str = "") -> str:
    """Return where a root of this name has a file."""
    return f"{ROOTS}{name}/{path}"


def served_path(path: str, name: str | None) -> str:
    """Return where the file stands that a path at the root is answered with.

    Before the first root (None) that is where the path says, as an earlier program left it.
    """
    return path if name is None or is_apart(path) else root_path(name, path)


def root_name(number: int, versions: bytes) -> str:
    """Return the name of the root of a release, given its versions.json.

    That list names the manifest, so roots of one name have the same bytes, file by file.
    """
    return f"{number}-{hashlib.sha256(versions).hexdigest()[:16]}"


@dataclass(frozen=True, slots=True)
class Voting:
    """The pages of the voting origin: where they stand, and each file's SHA-256, 32 bytes."""

    url: str
    files: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What one release is made of; hashes are 32 bytes."""

    number: int
    commit: str
    committed_at: datetime
    url: str
    previous: bytes | None
    files: Mapping[str, bytes]
    kept: Mapping[str, bytes]
    voting: Voting | None = None

    def sha256_when_kept(self, path: str) -> bytes:
        """Return the SHA-256 of a file as it stands under `/v/<number>/`."""
        return self.kept.get(path, self.files[path])

    @property
    def is_dirty(self) -> bool:
        """Return whether it was built from more than its commit, so that nobody can repeat it."""
        return self.commit.endswith(DIRTY)


def log_origin(url: str) -> str:
    """Return the origin of the site's log: where it stands, without the scheme."""
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path.rstrip('/')}/releases/log"


def encode_manifest(manifest: Manifest) -> bytes:
    """Return the bytes of release.json."""
    voting = manifest.voting
    return encode(
        {
            "version": 1,
            "number": manifest.number,
            "commit": manifest.commit,
            "committed_at": format_instant(manifest.committed_at),
            "url": manifest.url,
            "previous": None if manifest.previous is None else to_base64(manifest.previous),
            "files": _in_base64(manifest.files),
            "kept": _in_base64(manifest.kept),
            "voting": None if voting is None else _voting_json(voting),
        }
    )


def decode_manifest(raw: bytes) -> Manifest:
    """Return the manifest of release.json. Raises NotCanonical or BadField."""
    f = Fields(decode(raw), MANIFEST, _NAMES)
    f.integer("version", least=1, most=1)
    files, kept = _hashes(f, "files"), _hashes(f, "kept")
    if not kept.keys() <= files.keys():
        f.refuse("kept", "names a file that is not in files")
    commit = f.text("commit")
    if not _COMMIT.fullmatch(commit):
        f.refuse("commit", "is no commit")
    url, voting = _address(f), _voting(f)
    previous = None if f.raw("previous") is None else f.base64("previous", 32)
    number = f.integer("number", least=1)
    return Manifest(number, commit, f.instant("committed_at"), url, previous, files, kept, voting)


def _in_base64(hashes: Mapping[str, bytes]) -> dict[str, Json]:
    return {path: to_base64(hash_) for path, hash_ in hashes.items()}


def _voting_json(voting: Voting) -> dict[str, Json]:
    return {"url": voting.url, "files": _in_base64(voting.files)}


def _voting(f: Fields) -> Voting | None:
    if (value := f.raw("voting")) is None:
        return None
    g = Fields(value, f"{MANIFEST}, voting", ("url", "files"))
    return Voting(_address(g), _hashes(g, "files"))


def _address(f: Fields) -> str:
    url = f.text("url")
    if urlsplit(url).scheme not in ("http", "https") or not url.endswith("/"):
        f.refuse("url", "is no address that ends with /")
    return url


def _hashes(f: Fields, name: str) -> dict[str, bytes]:
    value = f.raw(name)
    if not isinstance(value, Mapping):
        f.refuse(name, "is not an object")
    if bad := next((path for path in value if not is_path(path)), None):
        f.refuse(name, f"has {bad!r}, which no release may have")
    g = Fields(value, f"{f.where}, {name}", value.keys())
    return {path: g.base64(path, 32) for path in value}


# --- Versions --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Version:
    """One line of versions.json: a release, the SHA-256 of its manifest, whether it is current."""

    number: int
    commit: str
    committed_at: datetime
    sha256: bytes
    is_current: bool = False


def version_of(manifest: Manifest) -> Version:
    """Return the line of a release."""
    digest = hashlib.sha256(encode_manifest(manifest)).digest()
    return Version(manifest.number, manifest.commit, manifest.committed_at, digest)


def with_current(versions: Sequence[Version], number: int) -> tuple[Version, ...]:
    """Return the versions, newest first, with one marked as the current one."""
    ordered = sorted(versions, key=lambda version: version.number, reverse=True)
    return tuple(replace(v, is_current=v.number == number) for v in ordered)


def current_of(versions: Sequence[Version]) -> Version | None:
    """Return the current version, or None before the first."""
    return next((version for version in versions if version.is_current), None)


def encode_versions(versions: Sequence[Version]) -> bytes:
    """Return the bytes of versions.json."""
    return encode([_version_json(version) for version in versions])


def decode_versions(raw: bytes) -> tuple[Version, ...]:
    """Return the versions of versions.json, newest first. Raises NotCanonical or BadField."""
    value = decode(raw)
    if not isinstance(value, list):
        raise NotCanonical("it is no list of versions")
    versions = tuple(_versions(value))
    if encode_versions(versions) != raw:
        raise BadField(VERSIONS, "version", "or title is not that of its number and date")
    numbers = [version.number for version in versions]
    if numbers != sorted(set(numbers), reverse=True):
        raise BadField(VERSIONS, "number", "is not below the one before")
    if versions and sum(version.is_current for version in versions) != 1:
        raise BadField(VERSIONS, "aliases", f"does not say {CURRENT} of exactly one version")
    return versions


def _version_json(version: Version) -> dict[str, Json]:
    return {
        "version": f"{KEPT}{version.number}",
        "title": f"{version.number} ({version.committed_at.date().isoformat()})",
        "aliases": [CURRENT] if version.is_current else [],
        "properties": {
            "number": version.number,
            "commit": version.commit,
            "committed_at": format_instant(version.committed_at),
            "sha256": to_base64(version.sha256),
        },
    }


def _versions(items: Sequence[Json]) -> Iterator[Version]:
    for item in items:
        f = Fields(item, VERSIONS, _VERSION)
        p = Fields(f.raw("properties"), f"{VERSIONS}, properties", _PROPERTIES)
        if not _COMMIT.fullmatch(commit := p.text("commit")):
            p.refuse("commit", "is no commit")
        yield Version(
            p.integer("number", least=1),
            commit,
            p.instant("committed_at"),
            p.base64("sha256", 32),
            CURRENT in f.texts("aliases"),
        )
