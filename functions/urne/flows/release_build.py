"""From a built site to a signed release: the same files give the same manifest, to the byte."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from urne.canonical import Json, encode
from urne.crypto.minisign import sign_file, verify_file
from urne.crypto.sign import SigningKey
from urne.errors import NoteUnverified, ReleaseBroken, ReleaseRefused, UrneError
from urne.flows.release_pages import fill_versions, is_page, mark
from urne.model.release import (
    MANIFEST,
    SIGNATURE,
    Manifest,
    Version,
    Voting,
    decode_manifest,
    encode_manifest,
    is_path,
    kept_path,
)

SEARCH_ENTRY = "pagefind/pagefind-entry.json"
"""Pagefind writes its languages in another order each time; nothing else of it changes."""

Read = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class Start:
    """What a release is known by before its files are: all of the manifest but the hashes."""

    number: int
    commit: str
    committed_at: datetime
    url: str
    previous: bytes | None

    def manifest(self) -> Manifest:
        """Return the manifest of a release without files."""
        return Manifest(
            self.number, self.commit, self.committed_at, self.url, self.previous, {}, {}
        )


@dataclass(frozen=True, slots=True)
class Release:
    """A release whose signature was verified; `read` gives a file at the root, unverified."""

    manifest: Manifest
    raw: bytes
    signature: bytes
    read: Read

    @property
    def sha256(self) -> bytes:
        """Return the SHA-256 of the manifest."""
        return hashlib.sha256(self.raw).digest()

    def file(self, path: str) -> bytes:
        """Return a file at the root. Raises ReleaseBroken unless it is the manifest's."""
        raw = self.read(path)
        if hashlib.sha256(raw).digest() != self.manifest.files[path]:
            raise ReleaseBroken(self.manifest.number, f"{path} is not as the manifest says")
        return raw

    def kept_file(self, path: str) -> bytes:
        """Return a file as it stands under `/v/<number>/`. Raises ReleaseBroken."""
        raw = self.file(path)
        if path in self.manifest.kept:
            raw = mark(raw, path, self.manifest)
        if hashlib.sha256(raw).digest() != self.manifest.sha256_when_kept(path):
            raise ReleaseBroken(
                self.manifest.number, f"the kept {path} is not as it says; build it again"
            )
        return raw


def finish(raw: bytes, path: str, start: Start, earlier: Sequence[Version]) -> bytes:
    """Return a built file as it goes into the release."""
    if path == SEARCH_ENTRY:
        value: Json = json.loads(raw)
        return encode(value)
    return fill_versions(raw, path, start.manifest(), earlier)


def assemble(
    files: Iterable[tuple[str, bytes]], start: Start, voting: Voting | None = None
) -> Manifest:
    """Return the manifest of finished files, and of the voting pages. Raises ReleaseRefused."""
    empty = start.manifest()
    root: dict[str, bytes] = {}
    kept: dict[str, bytes] = {}
    for path, raw in files:
        if not is_path(path):
            raise ReleaseRefused(f"it has a file {path}, which no release may have")
        root[path] = hashlib.sha256(raw).digest()
        if is_page(path):
            kept[path] = hashlib.sha256(mark(raw, path, empty)).digest()
    if not root:
        raise ReleaseRefused("it has no files")
    return Manifest(
        *(start.number, start.commit, start.committed_at, start.url, start.previous),
        root,
        kept,
        voting,
    )


def voting_pages(files: Iterable[tuple[str, bytes]], url: str, site: str) -> Voting:
    """Return what a manifest says of voting pages. Raises ReleaseRefused."""
    if urlsplit(url)[:2] == urlsplit(site)[:2]:
        raise ReleaseRefused(f"the voting pages need an origin of their own, and {url} is the site")
    hashes = {path: hashlib.sha256(raw).digest() for path, raw in files}
    if bad := next((path for path in hashes if not is_path(path)), None):
        raise ReleaseRefused(f"the voting pages have a file {bad}, which they may not have")
    if "index.html" not in hashes:
        raise ReleaseRefused("the voting pages have no index.html; `urne voting build` makes them")
    return Voting(url, hashes)


def sign(manifest: Manifest, key: SigningKey) -> tuple[bytes, bytes]:
    """Return the bytes of release.json and of its signature."""
    raw = encode_manifest(manifest)
    comment = f"release {manifest.number} of {manifest.url}"
    return raw, sign_file(key, raw, comment, signer="release key")


def open_release(read: Read, key_line: str) -> Release:
    """Return the release in a folder. Raises NotFound, and ReleaseBroken if it is not signed."""
    return _opened(read(MANIFEST), read(SIGNATURE), read, key_line)


def open_kept(read: Read, number: int, key_line: str) -> Release:
    """Return a release kept under `/v/<number>/`; its `read` gives files as they are kept."""

    def read_kept(path: str) -> bytes:
        return read(kept_path(number, path))

    release = _opened(read_kept(MANIFEST), read_kept(SIGNATURE), read_kept, key_line)
    if release.manifest.number != number:
        raise ReleaseBroken(number, f"its manifest is that of {release.manifest.number}")
    return release


def _opened(raw: bytes, signature: bytes, read: Read, key_line: str) -> Release:
    try:
        manifest = decode_manifest(raw)
    except UrneError as e:
        raise ReleaseRefused(f"its manifest cannot be read. {e}") from e
    try:
        verify_file(key_line, raw, signature)
    except NoteUnverified as e:
        why = "its manifest is not signed by the release key"
        raise ReleaseBroken(manifest.number, why) from e
    return Release(manifest, raw, signature, read)
