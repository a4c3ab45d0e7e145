"""A build over the last one gives the same bytes as a cold one, and makes again what may differ."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.site.changed import FILES
from tests.site.odd import NEXT
from tests.site.tree import EDITION, ROOT, demonstration, public_tree, write
from tests.staff.terminal import urne

import urne_site.__main__
from urne_site.__main__ import build_all
from urne_site.output import Output

PROJECTS = f"editions/{EDITION}/projects"
NEWS = """\
---
title: "Les lampes sont vérifiées"
kind: progress
progress: 100
example: whole
---

Une [dernière visite](../../projects/019-ilots-de-fraicheur.md) a eu lieu.
"""


def replaced(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


class Town:
    """A town's folder, its site built over and over, and what the last build made again."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.site = folder, folder / "out"
        self.content, self.edition = folder / "content", folder / "content/editions" / EDITION
        self.env = monkeypatch
        write(dict(FILES), self.content)
        shutil.copytree(ROOT / "site/theme", folder / "site/theme")
        shutil.copy(ROOT / "mkdocs.yml", folder)
        for words in (("edition", NEXT), ("project", NEXT, "--title", "Un banc")):
            said = urne("new", *words, folder=folder, URNE_PUBLIC="nowhere")
            assert said.status == 0, said.err
        replaced(folder / "mkdocs.yml", "nav:\n", f"nav:\n  - Demain: editions/{NEXT}/index.md\n")
        monkeypatch.setattr(urne_site.__main__, "LANGUAGES", ("fr", "nl"))
        for name, value in (
            ("SOURCE_DATE_EPOCH", "1601545000"),
            ("URNE_PUBLIC", str(folder / "public")),
            ("NO_MKDOCS_2_WARNING", "1"),
        ):
            monkeypatch.setenv(name, value)

    def build(self) -> set[str]:
        """Build over, hold it against a cold build, and return the pages that were made again."""
        before = dict(_marks(self.site))
        build_all(self.site, self.folder / "mkdocs.yml", over=True)
        cold = self.folder / "cold"
        build_all(cold, self.folder / "mkdocs.yml")
        assert dict(_bytes(self.site)) == dict(_bytes(cold))
        shutil.rmtree(cold)
        made = json.loads((self.folder / ".out.built").read_text("utf-8"))["left"]
        now = dict(_marks(self.site))
        assert now.keys() == made.keys()
        return {path for path, mark in now.items() if before.get(path) != mark}


def _bytes(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def _marks(folder: Path) -> Iterator[tuple[str, tuple[int, int]]]:
    for path in folder.rglob("*"):
        if path.is_file():
            stat = path.stat()
            yield path.relative_to(folder).as_posix(), (stat.st_ino, stat.st_mtime_ns)


def title(town: Town) -> None:
    replaced(town.content / PROJECTS / "012-led.md", 'title: "', 'title: "Nouveau : ')


def news(town: Town) -> None:
    """An update of one project, a translation of another, an idea of the next edition."""
    (town.edition / "updates/012/2020-09-30.md").write_text(NEWS, "utf-8")
    file = town.content / PROJECTS / "048-bellerive.nl.md"
    file.write_text(file.read_text("utf-8") + "\nNog een woord.\n", "utf-8")
    replaced(next((town.content / f"editions/{NEXT}/projects").glob("*.md")), "Un banc", "Un mur")


def theme(town: Town) -> None:
    replaced(
        town.folder / "site/theme/project.html", '<h2 id="h-idea"', '<h2 class="new" id="h-idea"'
    )


def tally(town: Town) -> None:
    write(public_tree(demonstration()), town.folder / "public")


def moment(town: Town) -> None:
    town.env.setenv("URNE_NOW", "2019-10-02T08:00:00Z")


def gone(town: Town) -> None:
    next((town.content / f"editions/{NEXT}/projects").glob("0*.md")).unlink()


OWN, OTHER = f"{PROJECTS}/012-led/index.html", f"{PROJECTS}/034-compost/index.html"
GROUND = f"{PROJECTS}/048-bellerive/index.html"
STYLE = "assets/urne.css"
Change = Callable[[Town], None]
# What is changed, one after the other; pages that must be made again, and some that must stay.
CHANGES: tuple[tuple[Change, set[str], set[str]], ...] = (
    (title, {OWN, f"{PROJECTS}/index.html"}, {OTHER, f"nl/{OWN}"}),
    (
        news,
        {OWN, f"nl/{GROUND}", f"editions/{NEXT}/projects/index.html"},
        {OTHER, f"nl/{OTHER}", GROUND},
    ),
    (theme, {OWN, OTHER, f"nl/{OTHER}"}, {"index.html", STYLE}),
    (tally, {OWN, f"nl/editions/{EDITION}/results/index.html"}, {STYLE}),
    (moment, {OWN, "index.html", "nl/privacy/index.html"}, {STYLE}),
    (gone, {f"editions/{NEXT}/projects/index.html"}, {OTHER, STYLE}),
)


@pytest.mark.timeout(300)
def test_the_same_bytes_whatever_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = Town(tmp_path, monkeypatch)
    town.build()
    assert town.build() <= {"sitemap.xml.gz"}
    for change, made, left in CHANGES:
        change(town)
        again = town.build()
        assert made <= again, change.__name__
        assert not left & again, change.__name__


def test_what_somebody_altered_is_made_again_and_what_is_theirs_stays(tmp_path: Path) -> None:
    def build() -> Output:
        output = Output(tmp_path / "site")
        for name in ("a", "b/c"):
            if not output.holds(name, "made of"):
                output.put(name, name.encode(), "made of")
        output.finish()
        return output

    build()
    (tmp_path / "site/a").write_bytes(b"altered")
    (tmp_path / "site/b/c").unlink()
    (tmp_path / "site/own").write_bytes(b"own")
    build()
    assert dict(_bytes(tmp_path / "site")) == {"a": b"a", "b/c": b"b/c", "own": b"own"}
    Output(tmp_path / "site").finish()  # a build of nothing
    assert dict(_bytes(tmp_path / "site")) == {"own": b"own"}
    assert not (tmp_path / "site/b").exists()


def test_until_a_build_has_ended_nothing_of_the_last_is_touched(tmp_path: Path) -> None:
    first = Output(tmp_path / "site")
    first.put("a", b"first")
    first.put("b", b"first")
    first.finish()
    second = Output(tmp_path / "site")
    second.put("a", b"second")
    assert dict(_bytes(tmp_path / "site")) == {"a": b"first", "b": b"first"}
    third = Output(tmp_path / "site")
    third.put("a", b"third")
    third.finish()
    assert dict(_bytes(tmp_path / "site")) == {"a": b"third"}


@pytest.mark.parametrize("record", ["", "{}", '{"form": "urne-built-0"}', "[1]", '{"form": "urne-'])
def test_where_nothing_is_known_all_is_made_anew(tmp_path: Path, record: str) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site/old").write_bytes(b"old")
    (tmp_path / ".site.built").write_text(record, "utf-8")
    output = Output(tmp_path / "site")
    assert not output.holds("old", "")
    output.put("new", b"new")
    output.finish()
    assert dict(_bytes(tmp_path / "site")) == {"new": b"new"}


def test_a_text_is_rendered_once_for_as_long_as_it_is_shown(tmp_path: Path) -> None:
    rendered: list[str] = []

    def render(text: str) -> str:
        rendered.append(text)
        return text.upper()

    for shown in (("a", "b", "a"), ("a",), ("a", "b")):
        output = Output(tmp_path / "site")
        known = output.rendering(render, "markdown 1")
        assert [known(text) for text in shown] == [text.upper() for text in shown]
        output.finish()
    assert rendered == ["a", "b", "b"]
    assert Output(tmp_path / "site").rendering(render, "markdown 2")("a") == "A"
    assert rendered == ["a", "b", "b", "a"]
