"""What the public tree says of an election: manifest, frozen cards and, once counted, the tally.

    elections/<edition>/election.json  cards.json  tally.json  tally.json.minisig

Only what holds together is returned: cards against the hashes in the manifest, the tally against
the manifest and its signature. The log is not read here; `urne audit` does that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from urne.crypto.minisign import verify_file
from urne.errors import BadField, BadInput, Problem, UrneError
from urne.frontmatter import PATH
from urne.model.card import Card, decode_cards
from urne.model.election import Election, decode_election
from urne.model.tally import Tally, decode_tally


@dataclass(frozen=True, slots=True)
class Published:
    """An election as published, and the paths of its files; no tally before the count."""

    election: Election
    cards: tuple[Card, ...]
    tally: Tally | None
    files: tuple[str, ...]

    def card(self, project_id: str) -> Card:
        """Return the frozen card of a project that was on the ballot."""
        return next(card for card in self.cards if card.id == project_id)


def read_published(files: Mapping[str, bytes], edition: str) -> Published | None:
    """Return what is published of an edition's election, or None before it opened.

    Raises BadInput where a file is missing or contradicts another: of a tally without its manifest
    nobody can say what it counts.
    """
    folder = f"elections/{edition}/"
    if not any(path.startswith(folder) for path in files):
        return None
    reader = _Reader(files, folder)
    election = reader.election()
    cards = reader.cards(election)
    counted = any(folder + name in files for name in ("tally.json", "tally.json.minisig"))
    tally = reader.tally(election) if counted else None
    return Published(
        election, cards, tally, tuple(sorted(f for f in files if f.startswith(folder)))
    )


class _Reader:
    """Reads the files of one election's folder and checks each against the manifest."""

    def __init__(self, files: Mapping[str, bytes], folder: str) -> None:
        self.files, self.folder = files, folder

    def election(self) -> Election:
        path, raw = self._raw("election.json")
        try:
            election = decode_election(raw)
        except UrneError as e:
            raise self._refused(path, _field(e), str(e)) from e
        if f"elections/{election.edition}/" != self.folder:
            what = f"It is the manifest of {election.edition!r}."
            raise self._refused(path, "edition", what)
        return election

    def cards(self, election: Election) -> tuple[Card, ...]:
        path, raw = self._raw("cards.json")
        try:
            cards = decode_cards(raw)
        except UrneError as e:
            raise self._refused(path, _field(e), str(e)) from e
        frozen = [(card.id, card.cost_cents, card.sha256) for card in cards]
        if frozen != [(p.id, p.cost_cents, p.card_sha256) for p in election.projects]:
            raise self._refused(path, "projects", "The cards are not those of election.json.")
        return cards

    def tally(self, election: Election) -> Tally:
        path, raw = self._raw("tally.json")
        signature = self._raw("tally.json.minisig")[1]
        try:
            tally = decode_tally(raw)
        except UrneError as e:
            raise self._refused(path, _field(e), str(e)) from e
        try:
            verify_file(election.tally_key, raw, signature)
        except UrneError as e:
            raise self._refused(path, "signature", str(e)) from e
        if tally.election_id != election.election_id:
            raise self._refused(path, "election_id", "It is the tally of another election.")
        if sorted(p.id for p in tally.projects) != sorted(p.id for p in election.projects):
            raise self._refused(path, "projects", "Its projects are not those of election.json.")
        return tally

    def _raw(self, name: str) -> tuple[str, bytes]:
        path = self.folder + name
        if path not in self.files:
            raise self._refused(path, PATH, "The file is missing.")
        return path, self.files[path]

    def _refused(self, path: str, field: str, what: str) -> BadInput:
        mend = "Fetch the public tree again; if it stays so, run `urne audit` on it."
        return BadInput([Problem(path, 1, field, what, mend, "published")])


def _field(error: UrneError) -> str:
    """Return the field that a refusal of a file is about; all of a file is on one line."""
    return error.field if isinstance(error, BadField) else "(all)"


def unknown_editions(public: Mapping[str, bytes], files: Mapping[str, bytes]) -> list[str]:
    """Return the editions that hold an election in a public tree, and have no page."""
    parts = [path.split("/") for path in public]
    held = {names[1] for names in parts if names[0] == "elections" and len(names) > 2}
    return sorted(id_ for id_ in held if f"editions/{id_}/index.md" not in files)
