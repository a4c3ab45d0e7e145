"""Other languages have their own words where there are any, and mark whatever is French."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markupsafe import escape
from tests.site.html import VOID
from tests.site.tree import EDITION, ROOT, demonstration, public_tree

from urne.errors import Problem
from urne.flows.check import check_content
from urne.flows.content import read_content
from urne.flows.published import read_published
from urne_site.files import read_pages
from urne_site.views.project import ProjectView, project_of
from urne_site.views.said import Said
from urne_site.views.site import Site
from urne_site.words import Words

FILES = read_pages(ROOT / "content")
PROJECTS, UPDATES = f"editions/{EDITION}/projects/", f"editions/{EDITION}/updates/012/"
LED, NEWS = f"{PROJECTS}012-led.nl.md", f"{UPDATES}2020-09-15.nl.md"
# Words that are French and neither Dutch nor English; a name may hold one, so two make French.
FRENCH = re.compile(r"\b(?:le|les|des|du|une|est|avec|qui|sont|aux|ont|été|pas|ce|vos)\b", re.I)


@dataclass
class Spoken(HTMLParser):
    """The texts of a page and the language each is marked with, attributes that speak included."""

    said: list[tuple[str, str]] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    quiet: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        language = given.get("lang") or (self.languages[-1] if self.languages else "")
        for name in ("alt", "aria-label", "title"):
            if text := given.get(name):
                self.said.append((str(language), text))
        if tag not in VOID:
            self.languages.append(str(language))
            # What a commit said stays as it was said.
            silent = given.get("class") == "change-why" or tag in ("style", "script", "title")
            self.quiet.append(silent or bool(self.quiet and self.quiet[-1]))

    def handle_endtag(self, tag: str) -> None:
        self.languages.pop()
        self.quiet.pop()

    def handle_data(self, data: str) -> None:
        if self.languages and not self.quiet[-1] and data.strip():
            self.said.append((self.languages[-1], data.strip()))


def spoken(page: Path) -> list[tuple[str, str]]:
    reader = Spoken()
    reader.feed(page.read_text("utf-8"))
    return reader.said


def french_unmarked(site: Path) -> Iterator[tuple[str, str]]:
    """Yield pages and texts of the other languages that are French and do not say so."""
    for language in ("nl", "en"):
        for page in sorted((site / language).rglob("*.html")):
            for marked, text in spoken(page):
                if marked == language and len(FRENCH.findall(text)) >= 2:
                    yield str(page.relative_to(site)), text


@pytest.mark.parametrize("state", ["counted", "voting"])
def test_no_french_stands_unmarked_on_a_page_of_another_language(
    state: str, request: pytest.FixtureRequest
) -> None:
    assert list(french_unmarked(request.getfixturevalue(state))) == []


def test_the_reader_hears_french(counted: Path, tmp_path: Path) -> None:
    page = (counted / "nl/privacy/index.html").read_text("utf-8")
    (tmp_path / "nl").mkdir()
    (tmp_path / "nl/index.html").write_text(page.replace(' lang="fr"', ""), "utf-8")
    assert len(list(french_unmarked(tmp_path))) > 6


def winners(site: Path, language: str) -> list[Path]:
    chosen = {"nl": "Gekozen", "en": "Winner"}[language]
    found = sorted((site / language / PROJECTS).glob("*/index.html"))
    return [p for p in found if f'chip-good">{chosen}<' in p.read_text("utf-8")]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_eight_winners_speak_one_language_but_for_residents_comments(
    counted: Path, language: str
) -> None:
    pages = winners(counted, language)
    assert len(pages) == 8
    for page in pages:
        text = page.read_text("utf-8")
        text = re.sub(r'<ol class="comment-list".*?</ol>', "", text, flags=re.DOTALL)
        main = text[text.index("<main") : text.index("</main>")]
        assert 'lang="fr"' not in main, page
        assert Words(language)("project.in_french") not in main


def test_furniture_around_an_untranslated_page_keeps_the_pages_language(counted: Path) -> None:
    said = spoken(counted / f"nl/{PROJECTS}052-jeux-inclusifs/index.html")
    assert ("nl", "Het oorspronkelijke idee") in said
    assert ("nl", "Alle projecten") in said
    title = demonstration().editions[EDITION].projects["052"].model.title
    assert ("fr", title) in said


def test_lists_have_translated_titles_and_mark_the_others(counted: Path) -> None:
    news = (counted / f"nl/editions/{EDITION}/updates/index.html").read_text("utf-8")
    assert ">De koele plekken zijn open<" in news
    assert ">Nieuwe koele plekken in het centrum<" in news
    index = (counted / f"en/{PROJECTS}index.html").read_text("utf-8")
    assert re.search(r'projects/052-jeux-inclusifs/" lang="fr">Des jeux', index)


def test_words_in_another_language_say_which_and_are_escaped() -> None:
    assert str(escape(Said("a < b", "fr"))) == '<span lang="fr">a &lt; b</span>'
    assert str(escape(Said("a < b"))) == "a &lt; b"
    line = Words("en").marked("project.signed", office=Said("L’<b>", "fr"), day="1 May")
    assert str(line) == '<span lang="fr">L’&lt;b&gt;</span>, 1 May'


def view(path: str, old: str, new: str) -> ProjectView:
    """Return a Dutch page after a change of a file."""
    text = FILES[path].decode()
    assert old in text
    content = read_content(dict(FILES) | {path: text.replace(old, new).encode()})
    now = datetime(2020, 10, 1, tzinfo=UTC)
    site, edition = Site(content, {}, Words("nl"), now, str), content.editions[EDITION]
    return project_of(site, edition, edition.projects["012"])


def test_whatever_a_translation_leaves_out_is_the_original_and_says_so() -> None:
    found = view(LED, "  - criterion: plafond\n", "  - criterion: interet-general\n")
    assert [v.reason.lang for v in found.verdicts] == ["", "", "fr"]
    assert found.in_french
    found = view(LED, "spot:", "# spot:")
    assert (found.card.spot.lang, found.card.place_name.lang) == ("fr", "")


def test_an_update_without_a_translation_is_shown_in_french() -> None:
    content = read_content({p: raw for p, raw in FILES.items() if p != NEWS})
    site = Site(content, {}, Words("nl"), datetime(2020, 10, 1, tzinfo=UTC), str)
    edition = content.editions[EDITION]
    progress = project_of(site, edition, edition.projects["012"]).progress
    assert progress is not None
    last, before = progress.updates[:2]
    assert (last.title.lang, last.lang, last.pictures[0].lang) == ("fr", "fr", "fr")
    assert (before.title.lang, before.lang) == ("", "")


@pytest.mark.parametrize(
    "path,old,new,code,field",
    [
        (LED, "criterion: plafond", "criterion: beau", "translation-of-nothing", "criteria"),
        (LED, "criterion: plafond", "criterion: domaine", "duplicate-id", "criteria"),
        (LED, "kind: legal", "kind: financial", "duplicate-id", "opinions"),
        (LED, "kind: legal", "kind: moral", "value", "opinions.2.kind"),
        (LED, "number: 28", "number: 29", "translation-of-nothing", "merged"),
        (LED, "012-mesures.txt", "012-mesure.txt", "translation-of-nothing", "documents"),
        (LED, "spot:", 'reason: "x"\nspot:', "translation-of-nothing", "reason"),
        (LED, 'idea: "', 'idea: "<b>x</b>', "residents-html", "idea"),
        (LED, "spot:", "cost: 1 EUR\nspot:", "field-unknown", "cost"),
        (NEWS, "file: consommation.svg", "file: a.svg", "translation-of-nothing", "pictures"),
        (NEWS, "title:", 'next_step: "x"\ntitle:', "translation-of-nothing", "next_step"),
        (NEWS, "title:", 'reason: "x"\ntitle:', "translation-of-nothing", "reason"),
        (NEWS, "title:", "progress: 1\ntitle:", "field-unknown", "progress"),
    ],
)
def test_words_for_what_is_not_there_are_refused(
    *, path: str, old: str, new: str, code: str, field: str
) -> None:
    text = FILES[path].decode()
    assert old in text
    files = dict(FILES) | {path: text.replace(old, new, 1).encode()}
    found: list[Problem] = [p for p in check_content(files) if p.path == path]
    assert (code, field) in {(p.code, p.field) for p in found}
    assert all(p.line for p in found)


def test_the_translation_of_an_update_that_is_not_there_is_refused() -> None:
    files = dict(FILES) | {f"{UPDATES}2020-09-16.nl.md": FILES[NEWS]}
    assert [p.code for p in check_content(files)] == ["translation-of-nothing"]


def test_a_page_corrected_after_the_freeze_shows_what_the_ballot_said() -> None:
    tree = public_tree(demonstration())
    path = f"{PROJECTS}012-led.md"
    text = FILES[path].decode().replace("Des lampadaires LED", "Des lampes LED")
    content = read_content(dict(FILES) | {path: text.encode()})
    published = read_published(tree, EDITION)
    assert published is not None
    for language, lang in (("fr", ""), ("nl", "fr")):
        now = datetime(2020, 10, 1, tzinfo=UTC)
        site = Site(content, {EDITION: published}, Words(language), now, str)
        edition = content.editions[EDITION]
        ((_, said),) = project_of(site, edition, edition.projects["012"]).on_ballot_as
        assert said == Said("Des lampadaires LED intelligents à détecteurs de présence", lang)
        assert project_of(site, edition, edition.projects["019"]).on_ballot_as == ()
        assert project_of(site, edition, edition.projects["112"]).on_ballot_as == ()
