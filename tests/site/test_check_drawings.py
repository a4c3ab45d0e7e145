"""An SVG picture that could do more than be looked at is not published."""

from __future__ import annotations

import pytest
from tests.site.changed import FILES, FOLDER, codes

from urne.flows.check_drawings import drawing_problems

PATH = f"{FOLDER}updates/012/consommation.svg"
SVG = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


def said(inside: str, *, attributes: str = "", before: str = "") -> list[tuple[str, int | None]]:
    raw = f"{before}<svg {SVG}{attributes}>\n{inside}\n</svg>".encode()
    return [(p.code, p.line) for p in drawing_problems({"a.svg": raw})]


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        "<script type='module'>import 'https://evil.example/a.js'</script>",
        "<s:script xmlns:s='http://www.w3.org/2000/svg'>alert(1)</s:script>",
        "<foreignObject/>",
        "<h:script xmlns:h='http://www.w3.org/1999/xhtml'>alert(1)</h:script>",
        "<a xlink:href='#x'/>",
        "<rect onclick='alert(1)'/>",
        "<use href='https://evil.example/a.svg#x'/>",
        "<image xlink:href='javascript:alert(1)'/>",
        "<image href='data:image/svg+xml;base64,PHN2Zy8+'/>",
        "<set attributeName='href' to='javascript:alert(1)'/>",
        "<animate attributeName='href'/>",
        "<style>@import 'https://evil.example/a.css';</style>",
        "<style>rect { fill: url(https://evil.example/a.svg#x) }</style>",
        "<rect style='fill: u\\72l(https://evil.example/a.svg)'/>",
        "<rect fill='url(//evil.example/a.svg#x)'/>",
        "<g xml:base='https://evil.example/'/>",
        "<?xml-stylesheet href='a.xsl'?>",
    ],
)
def test_what_is_no_drawing_is_refused_at_its_line(inside: str) -> None:
    assert said(inside) == [("svg-active", 2)]


def test_a_document_type_is_refused_before_its_entities_are_read() -> None:
    bomb = '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>\n'
    assert said("<text>&b;</text>", before=bomb) == [("svg-active", 1)]


def test_what_is_no_svg_is_refused() -> None:
    for raw in (b"", b"<svg>", b"<svg/>", b"<html xmlns='http://www.w3.org/1999/xhtml'/>"):
        assert [p.code for p in drawing_problems({"a.svg": raw})] == ["svg"]


def test_a_drawing_with_its_own_parts_and_a_programs_notes_is_good() -> None:
    assert said("<defs><g id='a'/></defs><use xlink:href='#a' fill='url(#b)'/>") == []
    assert said("<image href='data:image/png;base64,iVBORw0KGgo='/>") == []
    assert said("<i:view xmlns:i='http://www.inkscape.org/x' i:path='C:\\a'/>") == []
    assert said("<style>.a { fill: url(#b); stroke: red }</style>") == []


def test_urne_check_reads_the_pictures_beside_pages() -> None:
    hostile = FILES[PATH].replace(b"<rect", b"<rect onload='a'", 1)
    assert codes(dict(FILES) | {PATH: hostile}) == ["svg-active"]
    assert codes(dict(FILES) | {f"{FOLDER}updates/012/.draft.svg": b""}) == []
