"""A town with a site of a few pages: releases made in memory, and a place to publish them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from urne.model.release import MANIFEST, SIGNATURE, Version, log_origin
from urne.store.base import Inbox, LogTable, SiteFiles
from urne.store.memory import MemoryFiles, MemoryLog

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
    """A public tree and the private table of its site log."""

    files: MemoryFiles = field(default_factory=MemoryFiles)
    table: MemoryLog = field(default_factory=MemoryLog)

    def target(
        self,
        files: SiteFiles | None = None,
        log: LogTable | None = None,
        inbox: Inbox | None = None,
    ) -> Target:
        """Return where to publish, through other stores in front of these if given."""
        files = files or self.files
        origin = log_origin(URL)
        site_log = SiteLog(origin, log or self.table, inbox or self.table, files, LOG_KEY)
        return Target(files, site_log, KEY_LINE)

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

    def versions(self) -> tuple[Version, ...]:
        """Return what is published here."""
        return versions_at(self.files.read)

    def verify(self, number: int | None = None, *, vkey: str = "") -> Report:
        """Return what anyone finds here."""
        return verify(Question(self.files.read, number, vkey=vkey, paths=self.files.paths))

    def found(self, number: int | None = None) -> list[str]:
        """Return what is wrong here, each as `changed index.html`."""
        return [f"{f.wrong} {f.path}" for f in self.verify(number).findings]

    def root(self, paths: Mapping[str, object]) -> dict[str, bytes]:
        """Return what stands at these paths."""
        return {path: self.files.read(path) for path in paths if _is_there(self.files.read, path)}

    def snapshot(self) -> Place:
        """Return a copy of the tree, with the same table."""
        return Place(MemoryFiles({p: self.files.read(p) for p in self.files.paths("")}), self.table)


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
