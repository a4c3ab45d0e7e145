"""Writes browser.json: what Python and the browser must read, refuse and count in the same way.

    python -m tests.vectors.make_browser

Together with ballots.json (voters and ballots) this is the treaty between the two: whoever writes a
reader of their own can hold it to the same file. Bytes are hexadecimal unless they are text.

    seed_codes      codes[] seed and code; typed[] what a person may type for a seed; refused[]
    texts           per kind (json, base64, decimal, instant): read[] and refused[]; an instant is
                    read as [text, seconds since 1970]
    documents       name of a format → its bytes as text
    try             the values put in place of each part of a document; the first is none: the part
                    is taken away
    changes[]       document, at (the way to the part), codes: for each value of `try` the code of
                    the refusal, or null where the document may be read
    counts[]        election (text), sign_offs, ballots [vk, revision, choices or reason], sheets
                    [place, choices], root, scalars; tally (text) and result (text, or null where
                    no valid file can be written)

The test fails if this program no longer writes the file that is there.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.vectors.browser_codes import seed_codes
from tests.vectors.browser_counts import counts
from tests.vectors.browser_documents import ABSENT, TRY, changes, documents
from tests.vectors.browser_texts import texts

PATH = Path(__file__).parent / "browser.json"


def text() -> str:
    """Return the file's text."""
    vectors = {
        "about": "Made by tests/vectors/make_browser.py, which says what each field is.",
        "seed_codes": seed_codes(),
        "texts": texts(),
        "documents": {name: raw.decode() for name, (raw, _) in documents().items()},
        "try": [{} if value is ABSENT else {"value": value} for value in TRY],
        "changes": list(changes()),
        "counts": list(counts()),
    }
    compact = json.dumps(vectors, separators=(",", ":"))
    return compact.replace('},{"', '},\n{"') + "\n"


if __name__ == "__main__":
    PATH.write_text(text())
