"""An SVG picture is a program's text as much as a picture: it may draw, and do nothing else.

Opened by its own address it is a page of the town's site. So elements and attributes are those of
an allow-list, addresses lead to parts of the drawing itself or to pictures it carries inside, and
there is no document type, whose entities could stand for anything. What drawing programs note in
namespaces of their own is left alone: no browser does anything with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from xml.parsers import expat

from urne.errors import Problem
from urne.flows.content import is_hidden, kind_of

_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_HTML, _MATH = "http://www.w3.org/1999/xhtml", "http://www.w3.org/1998/Math/MathML"

_ELEMENTS = frozenset(
    "svg g defs symbol use switch title desc metadata style path rect circle ellipse line polyline"
    " polygon text tspan textPath image marker pattern clipPath mask linearGradient radialGradient"
    " stop filter feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix"
    " feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB"
    " feFuncG feFuncR feGaussianBlur feMerge feMergeNode feMorphology feOffset fePointLight"
    " feSpecularLighting feSpotLight feTile feTurbulence".split()
)
_ADDRESS = re.compile(r"#[\w.:-]+|data:image/(?:png|jpeg|webp|gif);base64,[A-Za-z0-9+/=\s]+")
_FAR = re.compile(r"url\(\s*(?![\s\"']*#)|@import|\\", re.IGNORECASE)


def drawing_problems(files: Mapping[str, bytes]) -> Iterator[Problem]:
    """Yield every problem of the SVG pictures among files."""
    for path in sorted(files):
        if kind_of(path) == "svg" and not is_hidden(path):
            yield from _Drawing(path).problems(files[path])


class _Drawing:
    """One picture, read from its beginning to its end."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.found: list[Problem] = []
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._document_type
        self.parser.ProcessingInstructionHandler = self._instruction
        self.open: list[str] = []

    def problems(self, raw: bytes) -> list[Problem]:
        """Return what is wrong with a picture's bytes."""
        try:
            self.parser.Parse(raw, True)
        except expat.ExpatError as e:
            what, mend = f"This is no XML: {e}.", "Save the picture again as plain SVG."
            self.found.append(Problem(self.path, e.lineno, "picture", what, mend, "svg"))
        except _Stopped:
            pass
        return self.found

    def _refuse(self, field: str, what: str, code: str = "svg-active") -> None:
        mend = "Save the picture again as plain SVG, without script, links or other files."
        line = self.parser.CurrentLineNumber
        self.found.append(Problem(self.path, line, field, what, mend, code))

    def _document_type(self, *_: object) -> None:
        self._refuse("!DOCTYPE", "The picture has a document type.")
        raise _Stopped

    def _instruction(self, target: str, _: str) -> None:
        self._refuse(target, f"The picture carries the instruction <?{target}?>.")

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        if not self.open and (space, local) != (_SVG, "svg"):
            what = "The picture does not begin with <svg> of the SVG namespace."
            self._refuse("svg", what, "svg")
            raise _Stopped
        self.open.append(name)
        if space in (_HTML, _MATH, "") or (space == _SVG and local not in _ELEMENTS):
            self._refuse(local, f"The picture carries <{local}>.")
        for key, value in attributes.items():
            self._attribute(key, value)

    def _attribute(self, name: str, value: str) -> None:
        space, _, local = name.rpartition(" ")
        if local.lower().startswith("on") or local == "base":
            self._refuse(local, f"The picture carries the attribute {local!r}.")
        elif local == "href" and space in ("", _XLINK) and not _ADDRESS.fullmatch(value):
            self._refuse(local, f"The picture leads to {value[:60]!r}.")
        elif _FAR.search(value) and space == "":
            self._refuse(local, f"The attribute {local!r} reads another file.")

    def _text(self, text: str) -> None:
        if self.open and self.open[-1] == f"{_SVG} style" and _FAR.search(text):
            self._refuse("style", "The picture's style reads another file.")

    def _end(self, _: str) -> None:
        self.open.pop()


class _Stopped(Exception):
    """Nothing more is read of this picture."""
