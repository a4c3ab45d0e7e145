"""Links and pictures in an update lead where they say, on its project's page and in feeds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from markdown import Markdown  # type: ignore[import-untyped]
from tests.site.tree import EDITION, ROOT

from urne.flows.content import read_content
from urne_site.exports import exported
from urne_site.files import read_pages
from urne_site.views.project import project_of
from urne_site.views.site import Site
from urne_site.words import Words

URL = f"editions/{EDITION}/projects/012-led/"
NEWS = f"editions/{EDITION}/updates/012/2020-09-15.md"
ROOT_URL = "https://rueil.example.org/"
ANCHOR = "update-2020-09-15"


def site_with(body: str) -> Site:
    files: Mapping[str, bytes] = read_pages(ROOT / "content")
    changed = dict(files) | {NEWS: files[NEWS] + b"\n" + body.encode()}
    markdown = Markdown(extensions=["attr_list", "fenced_code", "tables", "toc"])

    def render(text: str) -> str:
        markdown.reset()
        return str(markdown.convert(text))

    now = datetime(2020, 10, 1, tzinfo=UTC)
    return Site(read_content(changed), {}, Words("fr"), now, render, ROOT_URL)


def on_page(body: str) -> str:
    site = site_with(body)
    edition = site.content.editions[EDITION]
    progress = project_of(site, edition, edition.projects["012"]).progress
    assert progress is not None
    return progress.updates[0].html


def in_feeds(body: str) -> tuple[str, str]:
    files = exported(site_with(body))
    return files[URL + "feed.xml"].decode(), files["feed.json"].decode()


@pytest.mark.parametrize(
    "markdown,relative,whole",
    [
        (
            "[x](../../projects/034-compost.md)",
            f'href="../../../../editions/{EDITION}/projects/034-compost/"',
            f"{ROOT_URL}editions/{EDITION}/projects/034-compost/",
        ),
        (
            "[x](../../index.md#qui-peut-voter)",
            f'href="../../../../editions/{EDITION}/#qui-peut-voter"',
            f"{ROOT_URL}editions/{EDITION}/#qui-peut-voter",
        ),
        (
            "[x](../027/2019-11-04.md)",
            f'href="../../../../editions/{EDITION}/projects/027-jardin-partage/#update-2019-11-04"',
            f"{ROOT_URL}editions/{EDITION}/projects/027-jardin-partage/#update-2019-11-04",
        ),
        ("[x](2019-09-30.md)", 'href="#update-2019-09-30"', f"{ROOT_URL}{URL}#update-2019-09-30"),
        (
            "[x](../../../../index.md)",
            'href="../../../../"',
            f'href=\\"{ROOT_URL}\\"',
        ),
        (
            '![Deux > "barres"](consommation.svg)',
            f'src="../../../../editions/{EDITION}/updates/012/consommation.svg"',
            f"{ROOT_URL}editions/{EDITION}/updates/012/consommation.svg",
        ),
        ("[x](https://example.org/a?b&c)", 'href="https://example.org/a?b&amp;c"', "example.org/a"),
        ("[x](mailto:a@example.org)", "href=", "mailto:"),
        ("# Un titre\n\n[x](#un-titre)", f'href="#{ANCHOR}-un-titre"', f"{ANCHOR}-un-titre"),
        ("<a title='href=\"b.md\"' href='../../index.md'>x</a>", 'href="b.md"\' href="../..', "x"),
    ],
)
def test_a_link_leads_where_it_says(markdown: str, relative: str, whole: str) -> None:
    assert relative in on_page(markdown)
    atom, items = in_feeds(markdown)
    assert whole in items
    assert whole.replace('\\"', '"') in atom.replace("&quot;", '"').replace("&amp;", "&")
    assert "consommation.svg" not in atom or f"{ROOT_URL}editions" in atom


def test_headings_go_below_the_updates_own_and_their_names_are_its_own() -> None:
    html = on_page("# Un titre\n\n## Un autre\n\n### Dessous\n\n###### Le dernier")
    assert f'<h4 id="{ANCHOR}-un-titre">Un titre</h4>' in html
    assert f'<h4 id="{ANCHOR}-un-autre">Un autre</h4>' in html
    assert f'<h5 id="{ANCHOR}-dessous">Dessous</h5>' in html
    assert f'<h6 id="{ANCHOR}-le-dernier">Le dernier</h6>' in html


def test_words_that_look_like_links_stay_words() -> None:
    html = on_page('`<a href="x.md">` et href="y.md"')
    assert "&lt;a href=" in html
    assert "/>" not in on_page("![x](consommation.svg)")
    assert "x.md" in html
    assert 'href="y.md"' in html
