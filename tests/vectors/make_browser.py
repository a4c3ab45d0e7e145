"""Writes browser.json and seed-codes.json: what Python and the browser must do in the same way.

    python -m tests.vectors.make_browser

Together with ballots.json (voters and ballots) this is the treaty between the two: whoever writes a
reader of their own can hold it to the same file. Bytes are hexadecimal unless they are text.

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

In seed-codes.json, codes[] are seed and code, typed what a person may type for one seed, refused[]
what is no code.

The test fails if this program no longer writes the files that are there.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.vectors.browser_codes import seed_codes
from tests.vectors.browser_counts import counts
from tests.vectors.browser_documents import ABSENT, TRY, changes, documents
from tests.vectors.browser_texts import texts

FOLDER = Path(__file__).parent
ABOUT = "Made by tests/vectors/make_browser.py, which says what each field is."


def files() -> dict[str, str]:
    """Return the text of each file by its name."""
    browser = {
        "about": ABOUT,
        "texts": texts(),
        "documents": {name: raw.decode() for name, (raw, _) in documents().items()},
        "try": [{} if value is ABSENT else {"value": value} for value in TRY],
        "changes": list(changes()),
        "counts": list(counts()),
    }
    compact = json.dumps(browser, separators=(",", ":"))
    return {
        "browser.json": compact.replace('},{"', '},\n{"') + "\n",
        "seed-codes.json": json.dumps({"about": ABOUT, **seed_codes()}, indent=1) + "\n",
    }


if __name__ == "__main__":
    for name, text in files().items():
        (FOLDER / name).write_text(text)
