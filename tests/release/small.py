"""A town with a site of a few pages: releases made in memory, and a place to publish them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from urne.crypto.minisign import public_key_line
from urne.crypto.sign import SigningKey
from urne.errors import NotFound
from urne.flows.release_build import Read, Release, Start, assemble, finish, open_release, sign
from urne.flows.release_plan import Target, plan, rollback_plan, versions_at
from urne.flows.release_publish import publish
from urne.flows.release_verify import Question, Report, verify
from urne.flows.site_log import SiteLog
from urne.model.release import (
    MANIFEST,
    SIGNATURE,
    Version,
    is_apart,
    log_origin,
    root_path,
    served_path,
)
from urne.store.base import Inbox, LogTable, SiteFiles, SiteRoot
from urne.store.memory import MemoryFiles, MemoryLog, MemoryRoot

URL = "https://budget.example.org/"
COMMIT = "5e" * 20
RELEASE_KEY = SigningKey.from_seed(bytes([1]) * 32)
LOG_KEY = SigningKey.from_seed(bytes([2]) * 32)
KEY_LINE = public_key_line(RELEASE_KEY.public)


def page(words: str, language: str = "fr", *, head: str = "") -> bytes:
    """Return a page as the theme writes it, much smaller."""
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n{head}</head>\n'
        f'<body>\n<main id="main">{words}</main>\n</body>\n</html>\n'
    ).encode()


SITE = {
    "index.html": page("Bienvenue"),
    "en/index.html": page("Welcome", "en"),
    "projects/012-led/index.html": page("Des lampadaires"),
    "versions/index.html": page("<!-- versions -->\n<p>…</p>\n<!-- /versions -->"),
    "assets/urne.css": b"body { color: black }",
    "pagefind/index/fr_1.pf_index": b"\x00\xff",
    "elections/rueil-2019/election.json": b"{}",
}

SITE_2 = {
    **{path: raw for path, raw in SITE.items() if path != "pagefind/index/fr_1.pf_index"},
    "index.html": page("Bienvenue encore"),
    "assets/urne.css": b"body { color: navy }",
    "pagefind/index/fr_2.pf_index": b"\x00\xfe",
    "projects/019-arbres/index.html": page("Des arbres"),
}


def release(
    files: Mapping[str, bytes] = SITE,
    *,
    earlier: Sequence[Version] = (),
    number: int | None = None,
    key: SigningKey = RELEASE_KEY,
) -> Release:
    """Return a signed release of these files after earlier ones, newest first."""
    if number is None:
        number = earlier[0].number + 1 if earlier else 1
    at = datetime(2019, 6, 20, 10, tzinfo=UTC) + timedelta(days=number)
    start = Start(number, COMMIT, at, URL, earlier[0].sha256 if earlier else None)
    finished = {path: finish(raw, path, start, earlier) for path, raw in files.items()}
    raw, signature = sign(assemble(finished.items(), start), key)
    folder = MemoryFiles({**finished, MANIFEST: raw, SIGNATURE: signature})
    return open_release(folder.read, public_key_line(key.public))


@dataclass
class Place:
    """A public tree, which root is served of it, and the private table of its site log."""

    files: SiteFiles = field(default_factory=MemoryFiles)
    table: MemoryLog = field(default_factory=MemoryLog)
    served: SiteRoot = field(default_factory=MemoryRoot)

    def target(
        self,
        files: SiteFiles | None = None,
        log: LogTable | None = None,
        inbox: Inbox | None = None,
        root: SiteRoot | None = None,
    ) -> Target:
        """Return where to publish, through other stores in front of these if given."""
        files = files or self.files
        origin = log_origin(URL)
        site_log = SiteLog(origin, log or self.table, inbox or self.table, files, LOG_KEY)
        return Target(files, root or self.served, site_log, KEY_LINE)

    def publish(self, release: Release) -> None:
        """Publish a release."""
        target = self.target()
        publish(target, plan(target, release))

    def rollback(self, number: int) -> None:
        """Bring a release back."""
        target = self.target()
        publish(target, rollback_plan(target, number))

    def next(self, files: Mapping[str, bytes]) -> Release:
        """Return a release of these files after those published here."""
        return release(files, earlier=self.versions())

    # What readers are answered

    def path(self, path: str) -> str:
        """Return where the file stands that a path is answered with."""
        return served_path(path, self.served.served())

    def read(self, path: str) -> bytes:
        """Return what a path is answered with."""
        return self.files.read(self.path(path))

    def paths(self, prefix: str = "") -> Iterator[str]:
        """Yield the paths that are answered, sorted."""
        root = root_path(self.served.served() or "none")
        at_root = {path.removeprefix(root) for path in self.files.paths(root)}
        apart = {path for path in self.files.paths("") if is_apart(path)}
        apart = {path for path in apart if not path.startswith(".")}
        return iter(sorted(path for path in at_root | apart if path.startswith(prefix)))

    def versions(self) -> tuple[Version, ...]:
        """Return what is published here."""
        return versions_at(self.read)

    def verify(self, number: int | None = None, *, vkey: str = "") -> Report:
        """Return what anyone finds here."""
        return verify(Question(self.read, number, vkey=vkey, paths=self.paths))

    def found(self, number: int | None = None) -> list[str]:
        """Return what is wrong here, each as `changed index.html`."""
        return [f"{f.wrong} {f.path}" for f in self.verify(number).findings]

    def root(self, paths: Mapping[str, object]) -> dict[str, bytes]:
        """Return what these paths are answered with."""
        return {path: self.read(path) for path in paths if _is_there(self.read, path)}

    def everything(self) -> dict[str, bytes]:
        """Return every file that is stored."""
        return {path: self.files.read(path) for path in self.files.paths("")}

    def snapshot(self) -> Place:
        """Return a copy of the tree, with the same table."""
        served = MemoryRoot()
        if name := self.served.served():
            served.serve(name, None)
        return Place(MemoryFiles(self.everything()), self.table, served)


def _is_there(read: Read, path: str) -> bool:
    try:
        read(path)
    except NotFound:
        return False
    return True


def two_releases() -> Place:
    """Return a place where the first and the second site were published."""
    place = Place()
    place.publish(release(SITE))
    place.publish(place.next(SITE_2))
    return place
