"""A town where all that is rare happens at once, so that each state of a page is looked at.

A winner is cancelled, a page was corrected after the freeze, an idea is still under study, an
update holds headings, links and a picture of its own, two projects were drawn by lot, and another
edition is announced that has nothing yet.
"""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from tests.site.tree import EDITION, TALLY_KEY, demonstration, election_of, public_tree, tally_of
from tests.staff.terminal import urne

from urne.crypto.minisign import sign_file
from urne.flows.release_pages import is_page, mark
from urne.model.release import Manifest
from urne.model.tally import Tie, encode_tally

NEXT = "rueil-2027"
INDEX = f"editions/{EDITION}/projects/"
CANCELLED, CORRECTED = INDEX + "063-street-art/", INDEX + "012-led/"
IDEA = "Une idée encore à l’étude"
PAGES = (
    "",
    INDEX,
    CANCELLED,
    CORRECTED,
    f"editions/{EDITION}/results/",
    f"editions/{NEXT}/",
    f"editions/{NEXT}/projects/",
    f"editions/{NEXT}/updates/",
    f"editions/{NEXT}/results/",
)

_CANCELLATION = """\
---
title: "Le projet est abandonné"
kind: cancellation
status: {before: implementation, after: cancelled}
reason: "Les murs choisis doivent être démolis."
example: whole
---

## Ce qui se passe maintenant

Les artistes sont dédommagés. Voir [le projet des lampes](../../projects/012-led.md).

![Le plan du terrain](../048/plan.svg)

### Et l’argent

Il revient au [budget de la ville](../../index.md).
"""


def odd_house(house: Path, folder: Path) -> Path:
    """Return a copy of the house in which all that happened."""
    copied = Path(shutil.copytree(house, folder, ignore=shutil.ignore_patterns(".git")))
    edition = copied / "content/editions" / EDITION
    for update in edition.glob("updates/063/2020-*.md"):
        update.unlink()
    (edition / "updates/063/2020-02-03.md").write_text(_CANCELLATION, "utf-8")
    page = edition / "projects/012-led.md"
    text = page.read_text("utf-8").replace("Des lampadaires LED", "Des lampes LED")
    page.write_text(text.replace("moins d’énergie", "beaucoup moins d’énergie"), "utf-8")
    for words in (("project", EDITION, "--title", IDEA), ("edition", NEXT)):
        said = urne("new", *words, folder=copied, URNE_PUBLIC="nowhere")
        assert said.status == 0, said.err
    return copied


def odd_tree() -> Mapping[str, bytes]:
    """Return a public tree whose tally was drawn by lot, with one channel named like its kind."""
    election, _ = election_of(demonstration())
    tally = tally_of(election)
    lots = {"012": bytes([9]) * 32, "048": bytes([3]) * 32}
    channels = tuple(dataclasses.replace(c, channel=c.kind) for c in tally.channels)
    drawn = encode_tally(
        dataclasses.replace(tally, ties=(Tie(("048", "012"), "lot", lots),), channels=channels)
    )
    folder = f"elections/{EDITION}/"
    signature = sign_file(TALLY_KEY, drawn, "drawn by lot")
    return public_tree(demonstration()) | {
        folder + "tally.json": drawn,
        folder + "tally.json.minisig": signature,
    }


def kept(site: Path, folder: Path) -> Path:
    """Return a copy of a site whose pages are marked as those of an old version."""
    release = Manifest(
        number=3,
        commit="a" * 40,
        committed_at=datetime(2019, 7, 1, tzinfo=UTC),
        url="http://127.0.0.1:8000/",
        previous=None,
        files={},
        kept={},
    )
    copied = Path(shutil.copytree(site, folder / "v/3"))
    for page in copied.rglob("*.html"):
        path = page.relative_to(copied).as_posix()
        if is_page(path):
            page.write_bytes(mark(page.read_bytes(), path, release))
    return folder
