"""The demonstration's content with one thing changed, and what `urne check` says of it."""

from __future__ import annotations

from collections.abc import Mapping

from tests.site.tree import EDITION, ROOT, demonstration, public_tree

from urne.errors import Problem
from urne.flows.check import check_content
from urne_site.files import read_pages, read_theme


def without_text(path: str, raw: bytes) -> bytes:
    """Return a page without its text, so that there is less to look at."""
    if not path.endswith(".md"):
        return raw
    return b"---\n" + raw.split(b"---\n")[1] + b"---\n"


# The long pages of the specification, which no other page's headings hang on, come without words.
FILES: Mapping[str, bytes] = {
    path: without_text(path, raw) if path.startswith("how-it-works/") else raw
    for path, raw in read_pages(ROOT / "content").items()
}
THEME = read_theme(ROOT / "site/theme")
TREE = public_tree(demonstration())

FOLDER = f"editions/{EDITION}/"
LED = f"{FOLDER}projects/012-led.md"
RULES = f"{FOLDER}index.md"
NEWS = f"{FOLDER}updates/012/2020-09-15.md"


def with_text(path: str, old: str, new: str) -> dict[str, bytes]:
    """Return the content with the first of some words of a file changed."""
    text = FILES[path].decode()
    assert old in text, old
    return dict(FILES) | {path: text.replace(old, new, 1).encode()}


def line_of(files: Mapping[str, bytes], path: str, words: str) -> int:
    """Return the first line of a file that holds some words."""
    lines = files[path].decode().splitlines()
    return next(n for n, line in enumerate(lines, 1) if words in line)


def found(files: Mapping[str, bytes], public: Mapping[str, bytes] | None = None) -> list[Problem]:
    """Return every problem; each says where it is and how to mend it."""
    problems = list(check_content(files, public, theme=THEME))
    for problem in problems:
        assert problem.path
        assert problem.line is not None, problem
        assert problem.line >= 1, problem
        assert problem.field, problem
        assert problem.what.endswith("."), problem
        assert problem.mend.endswith((".", "…")), problem
    return problems


def codes(files: Mapping[str, bytes], public: Mapping[str, bytes] | None = None) -> list[str]:
    """Return the code of every problem."""
    return [problem.code for problem in found(files, public)]
