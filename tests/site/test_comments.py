"""Residents' words are shown as words: no tag of theirs reaches a page, and nobody is named."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.site.html import PageRead, main_of
from tests.site.tree import EDITION, ROOT, demonstration

from urne.flows.check import check_content
from urne_site.files import read_pages
from urne_site.views.residents import html_of

FILES = read_pages(ROOT / "content")
COMMENTS = f"editions/{EDITION}/comments/012.yml"
OURS = re.compile(r'<p>|</p>|<br>|</a>|<a href="https://[^"<>]+" rel="ugc nofollow noreferrer">')
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "<a href='javascript:alert(1)'>x</a>",
    'https://a.fr/"onmouseover=alert(1)',
    "https://a.fr/?<script>",
    "&lt;script&gt;",
    "{{ config }} {% raw %} ${x}",
    "[x](javascript:alert(1)) ![](x)",
    "<!-- --> <![CDATA[ ]]>",
    "\x00\x1b<\x00script>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_tag_of_a_resident_is_left(text: str) -> None:
    page = PageRead()
    page.feed(str(html_of(text)))
    page.close()
    assert page.faults == []
    assert set(page.tags) <= {"p", "br", "a"}
    assert all(link.startswith("https://") for link in page.links)


@given(st.text(alphabet=st.sampled_from("<>&\"'/ \nahtps:.fr?={}[]()\x00é")) | st.text())
def test_whatever_the_text_only_our_three_tags_are_in_the_page(text: str) -> None:
    left = OURS.sub("", str(html_of(text)))
    assert "<" not in left
    assert ">" not in left
    assert '"' not in left


@given(st.text(alphabet="ab<>&\"' é").filter(str.strip))
def test_every_word_is_kept(text: str) -> None:
    shown = unescape(OURS.sub("", str(html_of(text))))
    assert shown == text.strip()


def test_paragraphs_lines_and_addresses_are_kept() -> None:
    html = str(html_of("un\ndeux\n\n\ntrois https://exemple.fr/a?b=1. Fin"))
    assert html == (
        "<p>un<br>\ndeux</p>\n"
        '<p>trois <a href="https://exemple.fr/a?b=1" rel="ugc nofollow noreferrer">'
        "https://exemple.fr/a?b=1</a>. Fin</p>"
    )


def test_comments_stand_on_the_page_in_order_and_a_withheld_one_says_why(counted: Path) -> None:
    text = main_of(counted / f"editions/{EDITION}/projects/012-led/index.html")
    anchors = re.findall(r'id="comment-(012-\d)"', text)
    assert anchors == ["012-1", "012-2", "012-3", "012-4"]
    assert "3 commentaires" in text
    assert "Température &lt; 3 000 K" in text
    assert "Commentaire non publié\u00a0: il met en cause une personne." in text
    assert "Exemple\u00a0: ces commentaires sont inventés." in text


def test_files_of_comments_are_not_served_but_tables_of_them_are(counted: Path) -> None:
    assert list(counted.rglob("*.yml")) == []
    table = (counted / f"editions/{EDITION}/comments.csv").read_text("utf-8")
    assert table.count("published") == 8
    assert table.count("withheld") == 1


def test_the_demonstration_marks_its_comments_as_made_up() -> None:
    files = demonstration().editions[EDITION].comments
    assert len(files) >= 3
    assert {written.model.example for written in files.values()} == {"whole"}


@pytest.mark.parametrize(
    "old,new,code,field,at",
    [
        ("Bonne idée", "<b>Bonne</b> idée", "residents-html", "comments.1.text", "text: |"),
        ("Résidente du Plateau", "Jean Untel", "comment-author", "comments.1.author", "author:"),
        ("version: 1", "version: 2", "comment-version", "version", "version"),
        ('"012-2"', '"012-1"', "duplicate-id", "comments", "comments:"),
        ('"012-2"', '"013-2"', "comment-elsewhere", "comments", "comments:"),
        (
            "    reason:",
            "    text: x\n    reason:",
            "comment-withheld",
            "comments.4.text",
            "text: x",
        ),
        ("state: published", "state: waiting", "value", "comments.1.state", "state: waiting"),
        ("date: 2019-04-06", "date: 2019-04-31", "value", "comments.1.date", "04-31"),
        ("    author:", "    name: x\n    author:", "field-unknown", "comments.1.name", "name:"),
        ("comments:", "comments: [", "yaml", "front matter", None),
    ],
)
def test_bad_comments_are_refused_with_their_line(
    old: str, new: str, code: str, field: str | None, at: str | None
) -> None:
    text = FILES[COMMENTS].decode().replace(old, new, 1)
    (problem,) = check_content(dict(FILES) | {COMMENTS: text.encode()})
    assert (problem.path, problem.code, problem.field) == (COMMENTS, code, field)
    if at is not None:
        lines = text.splitlines()
        assert problem.line == next(n for n, line in enumerate(lines, 1) if at in line)


def test_comments_on_nothing_are_refused() -> None:
    raw = FILES[COMMENTS].replace(b"012-", b"999-")
    strange = {"editions/rueil-2019/comments/999.yml": raw, "editions/rueil-2019/comments/a": b""}
    problems = check_content(dict(FILES) | strange)
    assert [problem.code for problem in problems] == ["project-unknown", "path"]
