"""However a dead link, a picture without words, or script is written, no page may hold it."""

from __future__ import annotations

import time
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.site.changed import FILES, FOLDER, LED, NEWS, codes, found, line_of, without_text
from tests.site.tree import EDITION, ROOT

from urne.flows.markup import EXTENSIONS, Tag, Unread, is_plain, parts_of, simple_links

HOME = "index.md"


BARE = {path: without_text(path, raw) for path, raw in FILES.items()}


def with_body(path: str, body: str) -> dict[str, bytes]:
    """Return pages without texts but for one."""
    return BARE | {path: BARE[path] + body.encode()}


BAD = [
    ("<img src='https://a.fr/b.png'>", ["alt-missing", "picture-outside"]),
    ("<img src='a.svg' alt='a'>", ["link-html"]),
    ("![](https://a.fr/b.png)", ["alt-missing", "picture-outside"]),
    ("![a](https://a.fr/b.png)", ["picture-outside"]),
    ("![a](rules.md)", ["link"]),
    ("![a](index.md)", ["file-kind"]),
    ("![a](none.svg)", ["link"]),
    ("![][p]\n\n[p]: none.svg", ["alt-missing", "link"]),
    ("[a](none.md)", ["link"]),
    ("[a [b] c](none.md)", ["link"]),
    ("[![a](none.svg)](index.md)", ["link"]),
    ("[a](nothing/)", ["link"]),
    ("[a](index.nl.md)", ["link"]),
    ("[a](.meta.yml)", ["link"]),
    (f"[a](editions/{EDITION}/comments/012.yml)", ["link"]),
    (f"[a](editions/{EDITION}/updates/012/2020-09-15.md)", ["link"]),
    ("[a]()", ["address"]),
    ("[a](/index.md)", ["address"]),
    ("[a](//evil.example)", ["address"]),
    ("[a](\\\\evil.example)", ["address"]),
    ("[a](javascript:alert(1))", ["address"]),
    ("[a](data:text/html,x)", ["address"]),
    ("[a](vbscript:x)", ["address"]),
    ("[a](x){href=javascript:alert(1)}", ["address"]),
    ('<a href="nothing/">a</a>', ["link-html"]),
    ('<a href="index.md">a</a>', ["link-html"]),
    ('<a href="java&#115;cript:alert(1)">a</a>', ["address"]),
    ('<a href=" javascript:alert(1)">a</a>', ["address"]),
    ('<a href="java&#9;script:alert(1)">a</a>', ["address"]),
    ("[a][undefined]", ["link-open"]),
    ("[a] (index.md) [b](index.md", ["link-open"]),
    ("[a][b]\n\n[b]: nothing.md", ["link"]),
    ("[a](#nowhere)", ["anchor"]),
    ("[a](how-to-vote.md#nowhere)", ["anchor"]),
    ("<script>alert(1)</script>", ["script"]),
    ("<SCRIPT SRC='x'></SCRIPT>", ["script"]),
    ('<meta http-equiv="refresh" content="0;url=//evil.fr">', ["html-unclosed", "script"]),
    ("<iframe src='https://a.fr'></iframe>", ["script"]),
    ("<svg><g></g></svg>", ["script", "html"]),
    ("<svg/onload=alert(1)>", ["html"]),
    ("<b onclick='x'>a</b>", ["script"]),
    ("<b\nonclick=x>a</b>", ["html", "html-unclosed"]),
    ("# a {onclick=x}", ["script"]),
    ("# a {style=color:red}", ["style"]),
    ("<i style='x'>a</i>", ["style"]),
    ("| a |\n|-:|\n| 1 |", ["style"]),
    ("``` { .py onclick=x }\na\n```", ["script"]),
    ("<!-- a\n<script>b</script>\n-->", ["html", "script"]),
    ("<!--><script>b</script>-->", ["html", "script"]),
    ("<!-- a --!><b>c", ["html-unclosed"]),
    ("<![CDATA[a]]>", ["html"]),
    ("<?php a ?>", ["html"]),
    ("<b>a", ["html-unclosed"]),
    ("</main>", ["html-unclosed"]),
    ("<div>a</div></div>", ["html-unclosed"]),
    ("<input name='a'>", ["html", "html-unclosed"]),
    ("# a {#x}\n\n# b {#x}", ["duplicate-id"]),
]  # fmt: skip


@pytest.mark.parametrize("body,expected", BAD, ids=[body for body, _ in BAD])
def test_a_page_that_could_harm_or_lead_nowhere_is_refused(body: str, expected: list[str]) -> None:
    problems = [p for p in found(with_body(HOME, f"\nDeux mots.\n\n{body}\n")) if p.path == HOME]
    assert sorted(p.code for p in problems) == sorted(expected)
    first = line_of(FILES, HOME, "template:") + 4  # the fence, a blank line, words, a blank line
    assert all(p.line is not None and p.line >= first for p in problems), problems
    assert {p.field for p in problems} == {"text"}


GOOD = [
    "[a](how-to-vote.md) [b](how-to-vote.md?x=1) <https://a.fr> <a@b.fr> [t](tel:+33147000000)",
    "[a](recherche.md 'Titre') [a [b] c](how-to-vote.md)",
    f"![Une barre](editions/{EDITION}/updates/012/consommation.svg)",
    "## Un titre\n\n[a](#un-titre) [b](index.md#un-titre)",
    "## Un titre {#nom .large}\n\n[a](#nom)",
    "`<script>` et `[a][b]`\n\n```html\n<script>[a](none.md)</script>\n```",
    "<abbr title='Participatif'>BP</abbr> H<sub>2</sub>O 1 < 2 & 3 > 2 &amp; &eacute;",
    '<details open>\n<summary>Plus</summary>\n<a href="https://a.fr">a</a>\n</details>',
    "- [ ] à faire\n- [x] fait [sic]",
    "<!-- versions -->\na\n<!-- l’an - 2 -->",
    "| a | b |\n|---|---|\n| 1 | 2 |",
]


@pytest.mark.parametrize("body", GOOD)
def test_what_markdown_is_for_is_let_through(body: str) -> None:
    assert codes(with_body(HOME, f"\n{body}\n")) == []


def test_each_mistake_has_the_line_it_stands_on() -> None:
    body = "\n[a](x.md)\n\n![](a.svg)\n[b]( y.md )\n\n[a](x.md)\n<b style='c'>d</b>\n[q][z]\n"
    files = with_body(HOME, body)
    lines = files[HOME].decode().splitlines()
    said = {(p.code, lines[(p.line or 0) - 1]) for p in found(files)}
    assert said == {
        ("link", "[a](x.md)"),
        ("link", "![](a.svg)"),
        ("alt-missing", "![](a.svg)"),
        ("link", "[b]( y.md )"),
        ("style", "<b style='c'>d</b>"),
        ("link-open", "[q][z]"),
    }
    twice = [p.line for p in found(files) if p.code == "link" and "x.md" in p.what]
    assert [lines[(line or 0) - 1] for line in twice] == ["[a](x.md)"] * 2
    assert len(set(twice)) == 2


@pytest.mark.parametrize("path", [LED, NEWS, f"{FOLDER}index.md", "index.nl.md"])
def test_texts_of_every_kind_are_looked_at(path: str) -> None:
    files = with_body(path, "\n<script>a</script> ![](none.svg) [a](none.md)\n")
    problems = [p for p in found(files) if p.path == path]
    assert sorted(p.code for p in problems) == ["alt-missing", "link", "link", "script"]


def test_a_link_of_an_update_counts_from_its_own_folder() -> None:
    assert codes(with_body(NEWS, "\n[a](../../projects/034-compost.md)\n")) == []
    assert codes(with_body(NEWS, "\n![Une barre](consommation.svg)\n")) == []
    assert codes(with_body(NEWS, "\n[a](projects/034-compost.md)\n")) == ["link"]


def test_a_heading_must_be_there_in_every_language_the_link_is_read_in() -> None:
    """The page on privacy is in French only; the one it leads to is translated."""
    files = with_body("privacy.md", "\n[a](how-to-vote.md#un-titre)\n")
    vote = BARE["how-to-vote.md"] + b"\n## Un titre\n"
    problems = found(files | {"how-to-vote.md": vote})
    assert [(p.path, p.code) for p in problems] == [("privacy.md", "anchor")]
    assert "in: nl, en." in problems[0].what
    named = {
        path: BARE[path] + b"\n## Titre {#un-titre}\n"
        for path in ("how-to-vote.nl.md", "how-to-vote.en.md")
    }
    assert codes(files | {"how-to-vote.md": vote} | named) == []


def test_the_markdown_is_that_of_the_site() -> None:
    class Loader(yaml.SafeLoader):
        """Knows MkDocs' own tag."""

    Loader.add_constructor("!ENV", lambda loader, node: None)
    text = (ROOT / "mkdocs.yml").read_text("utf-8")
    settings: dict[str, Any] = yaml.load(text, Loader)  # noqa: S506 - ours
    names = [next(iter(e)) if isinstance(e, dict) else e for e in settings["markdown_extensions"]]
    assert names == list(EXTENSIONS)


PLAIN = st.text(alphabet="ab \n#*_`-=+.!\"'\\>|:~1]();}é\t")


@given(PLAIN)
def test_a_text_that_is_not_rendered_holds_nothing_but_words(body: str) -> None:
    """So leaving it out, which makes the check quick, hides nothing."""
    if not is_plain(body):
        return
    for part in parts_of(body):
        assert not isinstance(part, Unread)
        if isinstance(part, Tag):
            assert part.name not in {"a", "img"}
            assert set(part.attributes) <= {"id", "class"}


LINKS = st.sampled_from(
    "[a](b.md)|![a b](c.svg)|[é](../d/e.md#f)|[ ](b.md)|[a](#b)|[a](b c)|[a]|\\|`|*|_|**|\n|\n\n|"
    "    |- |> |# |x|é |1. |\t|~~~|---|===|:|!|(|)|https://a.fr| [a](b_c_d.md) ".split("|")
)


@given(st.lists(LINKS, max_size=12).map("".join))
def test_simple_links_are_those_that_the_html_has(body: str) -> None:
    """So the short way gives what the long one would."""
    quick = simple_links(body)
    if quick is not None:
        found = [p for p in parts_of(body) if isinstance(p, Tag) and not p.is_end]
        slow = [(p.name, p.attributes, p.made) for p in found if p.name in {"a", "img"}]
        assert [(p.name, p.attributes, p.made) for p in quick if isinstance(p, Tag)] == slow
        assert all(set(p.attributes) <= {"id"} for p in found if p.name not in {"a", "img"})


@given(st.text(alphabet="<>ab/='\"!-&#;[](){}: \n\ue000`") | st.text())
def test_whatever_the_text_its_tags_are_all_seen(body: str) -> None:
    """What a browser could take for a tag is a tag here, or it is told as unread."""
    parts = parts_of(body)
    sources = [part.source for part in parts if isinstance(part, Tag)]
    assert all(source.count("<") == 1 and source.endswith(">") for source in sources)


def test_two_thousand_texts_with_links_are_checked_in_under_three_seconds() -> None:
    text = FILES[LED].decode().replace("Une rue", "Une [rue](../rules.md) et une rue", 1)
    begin = text.index("merged:")
    lone = text[:begin] + text[text.index("criteria:") :]
    many = dict(FILES)
    for n in range(10_000, 12_000):
        own = lone.replace('"012"', f'"{n}"').replace("number: 12", f"number: {n}")
        many[f"{FOLDER}projects/{n}-copy.md"] = own.encode()
    begun = time.process_time()
    assert codes(many) == []
    assert time.process_time() - begun < 3
