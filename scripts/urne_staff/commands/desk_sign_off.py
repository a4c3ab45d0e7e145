"""Sign somebody off for a paper ballot, and print their slip.

First look at their papers: this checks their age and that they have no vote yet, not where they
live. It asks for what the vote knows people by. Nothing of it is an argument, so nothing of it
stays in the shell's history. Where nobody is asked, it is read from standard input, as JSON:

  {"birth_family_name": "…", "birth_given_names": "…", "birthdate": "1980-02-29"}

Afterwards they cannot vote online. Hand out the ballot only once the slip is printed. If no answer
came, it asks whether to try again: the same person then gets the same slip. A program that reads
JSON may give the 32 bytes of the slip itself, "nonce" in base64, so that it can ask again too.

A vote with several issuers needs the deployment of each: name --deployment again for every one.
"""

from __future__ import annotations

import argparse
import json
import secrets
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import partial

from urne.canonical import Fields, Json, to_base64
from urne.crypto.derive import NONCE_BYTES
from urne.errors import BadField, OutcomeUnknown, Unavailable
from urne.flows.boxes import paper_places
from urne.flows.desk import DeskIssuer, Slip, asked_fields, hand_out_paper, person_of
from urne.model.election import Election
from urne_staff.deployment import Place, deployed
from urne_staff.output import Output
from urne_staff.slips import LANGUAGES, paper_slip

NAME = "sign-off"
HELP = "sign somebody off for a paper ballot"
EXAMPLE = "urne desk sign-off --deployment rueil-2019.toml --place paper"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument(
        "--deployment",
        required=True,
        action="append",
        metavar="TOML",
        help="which election; again for each further issuer",
    )
    parser.add_argument("--place", metavar="PLACE", help="where the box is, if there are several")
    parser.add_argument("--language", choices=LANGUAGES, default="fr", help="of the slip")
    parser.add_argument("--yes", action="store_true", help="do not ask whether it is right")


def run(options: argparse.Namespace, output: Output) -> bool:
    """Ask who it is, sign them off, print the slip."""
    with ExitStack() as stack:
        places = [stack.enter_context(deployed(path)) for path in options.deployment]
        election = places[0].election
        issuers = _issuers(election, places)
        channel = _channel(election, options.place)
        election.require_open(places[0].now())  # before anybody is asked anything
        stated, nonce = _stated(election, output)
        person = person_of(election, stated)
        if not options.yes and not output.must_ask("Papers seen? They cannot vote online then."):
            output.remark("Nobody was signed off.")
            return False

        def hand_out(issuer: DeskIssuer) -> Slip:
            now = places[0].now()
            return hand_out_paper(
                person, election=election, channel=channel, issuer=issuer, nonce=nonce, now=now
            )

        slips = [patiently(partial(hand_out, issuer), nonce, output) for issuer in issuers]
    for slip in slips:
        output.line(paper_slip(slip, election, options.language))
    output.value({"slips": [_as_json(slip) for slip in slips]})
    return True


def _issuers(election: Election, places: list[Place]) -> list[DeskIssuer]:
    """Return what the desk has of every issuer of the vote. Raises BadField if one is missing."""
    by_id = {place.told.issuer: place for place in places}
    if {place.told.election_id for place in places} != {election.election_id}:
        raise BadField("--deployment", "election_id", "differs from one file to another")
    missing = [issuer.id for issuer in election.issuers if issuer.id not in by_id]
    if missing:
        raise BadField("--deployment", "issuer", f"is missing for {', '.join(missing)}")
    return [by_id[issuer.id].desk_issuer() for issuer in election.issuers]


def _channel(election: Election, place: str | None) -> str:
    """Return the paper channel of a place; the only one, if none is named."""
    places = paper_places(election)
    if not places:
        raise BadField("election.json", "channels", "have no place with paper")
    if place is None and len(places) == 1:
        return places[0]
    if place not in places:
        raise BadField("--place", str(place or ""), f"is not one of {', '.join(places)}")
    return place


def _stated(election: Election, output: Output) -> tuple[Mapping[str, str], bytes]:
    """Return what a person is known by, asked at a terminal or read as JSON; and the slip's nonce.

    Raises BadField, which names a field and never what was typed.
    """
    names = asked_fields(election)
    fresh = secrets.token_bytes(NONCE_BYTES)
    if sys.stdin.isatty():
        return {name: output.ask(name.replace("_", " ")) for name in names}, fresh
    try:
        value: Json = json.loads(sys.stdin.read())
    except ValueError as e:
        raise BadField("standard input", "(all)", "is no JSON") from e
    f = Fields(value, "standard input", names, ("nonce",))
    nonce = f.base64("nonce", NONCE_BYTES) if f.has("nonce") else fresh
    return {name: f.text(name) for name in names}, nonce


def patiently(hand_out: Callable[[], Slip], nonce: bytes, output: Output) -> Slip:
    """Return the slip of one issuer; after a lost answer, ask whether to try the same again.

    If not, say the nonce: the person may be signed off by now, and with it their slip can still
    be had.
    """
    while True:
        try:
            return hand_out()
        except (OutcomeUnknown, Unavailable) as e:
            if sys.stdin.isatty():
                output.remark(f"{e} ({e.code})")
                if output.asks("Try again? Without a slip there must be no ballot."):
                    continue
            given = to_base64(nonce)
            output.remark(
                f'The same slip can be asked for again, in JSON, with "nonce": "{given}".'
            )
            raise


def _as_json(slip: Slip) -> dict[str, Json]:
    return {
        "issuer": slip.issuer,
        "channel": slip.channel,
        "person_key": to_base64(slip.person_key),
        "nonce": to_base64(slip.nonce),
        "line": to_base64(slip.line),
    }
