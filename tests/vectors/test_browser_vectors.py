"""What Python reads, refuses and counts is what tests/vectors/browser.json says.

The browser's tests (site/ballot/tests) read the same file: what holds here holds there.
"""

import json

from tests.vectors import make_browser
from tests.vectors.browser_documents import documents


def test_the_files_are_the_ones_that_the_program_writes() -> None:
    """If this fails, a format has changed: do not write them again before you know which."""
    for name, text in make_browser.files().items():
        assert (make_browser.FOLDER / name).read_text() == text, name


def test_every_document_can_be_read_as_it_stands_and_every_format_refuses_something() -> None:
    vectors = json.loads((make_browser.FOLDER / "browser.json").read_text())
    for name, (raw, read) in documents().items():
        assert vectors["documents"][name] == raw.decode()
        read(raw)
        codes = [change["codes"] for change in vectors["changes"] if change["document"] == name]
        assert {code for tried in codes for code in tried} >= {"bad-field"}, name
