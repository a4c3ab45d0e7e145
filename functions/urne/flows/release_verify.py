"""Whether a site is what its town has signed, chained and logged: every file, named if it is not.

Read from a folder or an address alone, by whoever asks. In a folder files that are too many are
seen as well; an address does not tell what else it would answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from urne.canonical import Json
from urne.crypto.minisign import read_public_key_file
from urne.errors import BadEncoding, NotFound, ReleaseBroken, ReleaseRefused, UrneError
from urne.flows.release_build import Release, open_kept, open_release
from urne.flows.release_plan import RELEASE_KEY, Each, one_by_one, versions_at
from urne.flows.site_log import FOLDER, VKEY, open_log
from urne.log.note import VerifierKey, parse_vkey
from urne.model.entry import Kind, decode_release, entry_kind
from urne.model.release import (
    MANIFEST,
    SIGNATURE,
    VERSIONS,
    Manifest,
    Version,
    current_of,
    is_ours,
    kept_path,
    log_origin,
)

Read = Callable[[str], bytes]
Paths = Callable[[str], Iterable[str]]


class Wrong(StrEnum):
    """What can be wrong with a file."""

    CHANGED = "changed"
    MISSING = "missing"
    ADDED = "added"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One file that is not as it must be, and why."""

    path: str
    wrong: Wrong
    why: str


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be verified, and what the asker brings: keys from elsewhere, a way to list."""

    read: Read
    number: int | None = None
    release_key: str = ""
    vkey: str = ""
    paths: Paths | None = None
    each: Each = one_by_one
    voting: Callable[[str], Read] | None = None
    """How to read the voting pages, given their address in the manifest; None leaves them out."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was verified, and everything that was wrong."""

    number: int
    is_published: bool
    files: int
    releases: int
    log_size: int
    findings: tuple[Finding, ...]
    remarks: tuple[str, ...]
    voting_files: int = 0

    def as_json(self) -> dict[str, Json]:
        """Return the report as plain values."""
        return {
            "release": self.number,
            "published": self.is_published,
            "files": self.files,
            "voting_files": self.voting_files,
            "releases": self.releases,
            "log_size": self.log_size,
            "findings": [
                {"path": f.path, "wrong": f.wrong.value, "why": f.why} for f in self.findings
            ],
            "remarks": list(self.remarks),
            "good": not self.findings,
        }


def verify(question: Question) -> Report:
    """Return what was found of a site, or of one release of it.

    Raises ReleaseRefused if there is no release, and whatever a key that cannot be read raises.
    """
    return _Verifier(question).report()


@dataclass(slots=True)
class _Verifier:
    question: Question
    findings: list[Finding] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    voting_files: int = 0

    def report(self) -> Report:
        q = self.question
        if q.paths is None:
            self.remarks.append("An address does not tell which other files it would answer.")
        versions = versions_at(q.read)
        if not versions and not self._is_built():
            raise ReleaseRefused("there is neither a published nor a built one here")
        key = self._release_key()
        if not versions:
            return self._unpublished(key)
        releases = list(self._chain(versions, key))
        size = self._log(versions, releases)
        current = current_of(versions)
        number = q.number or (current.number if current else 0)
        release = next((r for r in releases if r.manifest.number == number), None)
        if all(version.number != number for version in versions):
            raise ReleaseRefused(f"no release {number} was published here")
        if release and q.number:
            self._kept(release)
        elif release:
            self._root(release)
        if release:
            self._voting(release.manifest)
        files = len(release.manifest.files) if release else 0
        return self._report(number, files=files, releases=len(versions), log_size=size)

    def _report(
        self, number: int, *, files: int, releases: int, log_size: int, is_published: bool = True
    ) -> Report:
        found, said = tuple(sorted(self.findings)), tuple(self.remarks)
        return Report(
            number, is_published, files, releases, log_size, found, said, self.voting_files
        )

    def _found(self, path: str, wrong: Wrong, why: str) -> None:
        self.findings.append(Finding(path, wrong, why))

    # Keys

    def _release_key(self) -> str:
        if self.question.release_key:
            return self.question.release_key
        self.remarks.append(
            f"The release key was taken from {RELEASE_KEY} here: keys and files came from the same"
            " hand. Give one from elsewhere with --key."
        )
        try:
            return read_public_key_file(self.question.read(RELEASE_KEY))
        except NotFound as e:
            raise ReleaseRefused(f"there is no {RELEASE_KEY} here; give a key with --key") from e

    def _vkey(self) -> VerifierKey:
        text = self.question.vkey or self.question.read(VKEY).decode("utf-8", "replace").strip()
        return parse_vkey(text)

    # Manifests and the log

    def _chain(self, versions: Sequence[Version], key: str) -> Iterator[Release]:
        """Yield the releases whose manifests are signed, after comparing each with the next."""
        for at, version in enumerate(versions):
            path = kept_path(version.number, MANIFEST)
            try:
                release = open_kept(self.question.read, version.number, key)
            except NotFound:
                self._found(path, Wrong.MISSING, "the manifest or its signature is not there")
                continue
            except (ReleaseBroken, ReleaseRefused, BadEncoding) as e:
                self._found(path, Wrong.BROKEN, str(e))
                continue
            if release.sha256 != version.sha256:
                self._found(path, Wrong.CHANGED, f"{VERSIONS} names another manifest")
            before = versions[at + 1].sha256 if at + 1 < len(versions) else None
            if release.manifest.previous != before:
                self._found(path, Wrong.BROKEN, "it does not name the manifest before it")
            yield release

    def _log(self, versions: Sequence[Version], releases: Sequence[Release]) -> int:
        """Return the size of the site's log, after comparing its entries with the versions."""
        try:
            vkey = self._vkey()
            published = open_log(vkey, self.question.read)
            entries = list(published.entries()) if published else []
        except (UrneError, UnicodeDecodeError) as e:
            self._found(FOLDER + "checkpoint", Wrong.BROKEN, str(e))
            return 0
        if any(log_origin(r.manifest.url) != vkey.name for r in releases):
            self._found(VKEY, Wrong.BROKEN, "the log's name is not that of this site")
        self._entries(entries, versions)
        return len(entries)

    def _entries(self, entries: Sequence[bytes], versions: Sequence[Version]) -> None:
        listed = {version.number: version.sha256 for version in versions}
        logged: list[int] = []
        for index, raw in enumerate(entries):
            where = f"{FOLDER}entry {index}"
            try:
                if entry_kind(raw) is not Kind.RELEASE:
                    raise BadEncoding("release entry", "it is of another kind")
                number, digest = decode_release(raw[1:])
            except UrneError as e:
                self._found(where, Wrong.BROKEN, str(e))
                continue
            logged.append(number)
            if listed.get(number) != digest:
                why = f"the log states a release {number} that {VERSIONS} does not"
                self._found(where, Wrong.BROKEN, why)
        for version in versions:
            if version.number not in logged:
                why = f"release {version.number} is not in the site's log"
                self._found(kept_path(version.number, MANIFEST), Wrong.BROKEN, why)
        current = current_of(versions)
        if logged and current and logged[-1] != current.number:
            why = f"the log says {logged[-1]} is current, not {current.number}"
            self._found(VERSIONS, Wrong.BROKEN, why)

    # Files

    def _is_built(self) -> bool:
        try:
            return bool(self.question.read(MANIFEST))
        except NotFound:
            return False

    def _unpublished(self, key: str) -> Report:
        """Return the report of a release that was built and not published."""
        try:
            release = open_release(self.question.read, key)
        except NotFound as e:
            raise ReleaseRefused("its signature is not here") from e
        self.remarks.append("This release is not published yet: it has no log to look at.")
        self._root(release)
        self._voting(release.manifest)
        number, files = release.manifest.number, len(release.manifest.files)
        return self._report(number, files=files, releases=0, log_size=0, is_published=False)

    def _root(self, release: Release) -> None:
        manifest = release.manifest
        wanted = {path: manifest.files[path] for path in manifest.files}
        wanted[MANIFEST] = release.sha256
        wanted[SIGNATURE] = hashlib.sha256(release.signature).digest()
        self._compare(wanted)
        if self.question.paths:
            here = {path for path in self.question.paths("") if is_ours(path)}
            self._added(here - wanted.keys())

    def _kept(self, release: Release) -> None:
        manifest = release.manifest
        wanted = _as_kept(manifest)
        self._compare(wanted)
        if self.question.paths:
            own = {kept_path(manifest.number, name) for name in (MANIFEST, SIGNATURE)}
            here = set(self.question.paths(kept_path(manifest.number)))
            self._added(here - wanted.keys() - own)

    def _voting(self, manifest: Manifest) -> None:
        """Compare the voting pages, if the manifest names any and there is a way to read them."""
        if manifest.voting is None:
            return
        url = manifest.voting.url
        if self.question.voting is None:
            self.remarks.append(
                f"The voting pages at {url} were not looked at: name them with --voting."
            )
            return
        self.voting_files = len(manifest.voting.files)
        self._compare(dict(manifest.voting.files), self.question.voting(url), url)

    def _compare(self, wanted: dict[str, bytes], read: Read | None = None, at: str = "") -> None:
        """Look at files, the site's own or those that `read` gives, which are named after `at`."""
        read = read or self.question.read

        def look(path: str) -> None:
            try:
                raw = read(path)
            except NotFound:
                self._found(at + path, Wrong.MISSING, "it is not there")
                return
            if hashlib.sha256(raw).digest() != wanted[path]:
                self._found(at + path, Wrong.CHANGED, "it is not as the manifest says")

        self.question.each("verify", look, sorted(wanted))

    def _added(self, paths: Iterable[str]) -> None:
        for path in paths:
            self._found(path, Wrong.ADDED, "the manifest does not know it")


def _as_kept(manifest: Manifest) -> dict[str, bytes]:
    return {
        kept_path(manifest.number, path): manifest.sha256_when_kept(path) for path in manifest.files
    }
