"""Writing the first lines of a page: checked with everything else before it is there at all."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import ChainMap
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from urne.errors import BadInput, Problem
from urne.flows.check import check_content
from urne.flows.content import Content, EditionContent, gather
from urne_staff.content import PLACEHOLDER, read_content
from urne_staff.output import Output

TO_COMPLETE = PLACEHOLDER


def today() -> date:
    """Return the day it is on this machine."""
    return date.today()  # noqa: DTZ011 - the day on the wall of whoever writes


def refused(path: str, what: str, mend: str, code: str) -> BadInput:
    """Return the refusal of an argument."""
    return BadInput([Problem(path, None, None, what, mend, code)])


def content_of(folder: str) -> tuple[Mapping[str, bytes], Content]:
    """Return the files of a folder and what they hold; single files may be wrong."""
    files = read_content(folder)
    return files, gather(files)[0]


def edition_of(content: Content, edition: str) -> EditionContent:
    """Return an edition. Raises BadInput if there is none of this name."""
    if edition not in content.editions:
        known = ", ".join(sorted(content.editions)) or "none"
        what = f"There is no edition {edition!r}."
        raise refused("EDITION", what, f"Name one of: {known}.", "edition-unknown")
    return content.editions[edition]


def write_new(folder: str, old: Mapping[str, bytes], new: Mapping[str, bytes]) -> list[Path]:
    """Write pages that are not there yet, and return their paths.

    Raises BadInput, before anything is written, if one is there or would not pass `urne check`.
    """
    for path in new:
        if path in old:
            raise refused(path, "There is something here already.", "Name another.", "exists")
    whole = ChainMap(dict(new), old)  # type: ignore[arg-type]  # only the first is ever written to
    problems = [p for p in check_content(whole) if p.path in new]
    if problems:
        raise BadInput(problems)
    written = []
    for path, raw in new.items():
        place = Path(folder, path)
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("xb") as file:
            file.write(raw)
        written.append(place)
    return written


def tell(paths: list[Path], output: Output) -> None:
    """Print what was written."""
    for path in paths:
        output.line(path.as_posix())
    output.value({"written": [path.as_posix() for path in paths]})


def slug(text: str) -> str:
    """Return a text as part of a file name: `Bancs ombragés` becomes `bancs-ombrages`."""
    plain = unicodedata.normalize("NFKD", text.replace("’", " ").replace("œ", "oe"))
    words = re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode().lower())
    return "-".join(words[:6]) or "projet"


def quoted(text: str) -> str:
    """Return a text as YAML takes it in double quotes."""
    return json.dumps(text, ensure_ascii=False)
