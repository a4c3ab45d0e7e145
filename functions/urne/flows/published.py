"""What the public tree says of an election: manifest, frozen cards and, once counted, the tally.

    elections/<edition>/election.json  cards.json  tally.json  tally.json.minisig

Only what holds together is returned: cards against the hashes in the manifest, the tally against
the manifest and its signature. The log is not read here; `urne audit` does that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from urne.crypto.minisign import verify_file
from urne.errors import BadInput, Problem, UrneError
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

    Raises BadInput where a file is missing or contradicts another.
    """
    folder = f"elections/{edition}/"
    if folder + "election.json" not in files:
        return None
    reader = _Reader(files, folder)
    election = reader.election()
    cards = reader.cards(election)
    tally = reader.tally(election) if folder + "tally.json" in files else None
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
            raise self._refused(path, str(e)) from e
        if f"elections/{election.edition}/" != self.folder:
            raise self._refused(path, f"It is the manifest of {election.edition!r}.")
        return election

    def cards(self, election: Election) -> tuple[Card, ...]:
        path, raw = self._raw("cards.json")
        try:
            cards = decode_cards(raw)
        except UrneError as e:
            raise self._refused(path, str(e)) from e
        frozen = [(card.id, card.cost_cents, card.sha256) for card in cards]
        if frozen != [(p.id, p.cost_cents, p.card_sha256) for p in election.projects]:
            raise self._refused(path, "The cards are not those of election.json.")
        return cards

    def tally(self, election: Election) -> Tally:
        path, raw = self._raw("tally.json")
        signature = self._raw("tally.json.minisig")[1]
        try:
            tally = decode_tally(raw)
            verify_file(election.tally_key, raw, signature)
        except UrneError as e:
            raise self._refused(path, str(e)) from e
        if tally.election_id != election.election_id:
            raise self._refused(path, "It is the tally of another election.")
        if sorted(p.id for p in tally.projects) != sorted(p.id for p in election.projects):
            raise self._refused(path, "Its projects are not those of election.json.")
        return tally

    def _raw(self, name: str) -> tuple[str, bytes]:
        path = self.folder + name
        if path not in self.files:
            raise self._refused(path, "The file is missing.")
        return path, self.files[path]

    def _refused(self, path: str, what: str) -> BadInput:
        mend = "Fetch the public tree again; if it stays so, run `urne audit` on it."
        return BadInput([Problem(path, None, None, what, mend, "published")])
