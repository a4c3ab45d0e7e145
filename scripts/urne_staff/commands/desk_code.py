"""Make one-time codes for people who have shown at the desk that they live here.

The person signs in with their e-ID on the voting page, is asked for a code, and types it. Each
code serves once. It is printed here, once, as a slip to cut out: only its hash is kept, and nobody
can print it again. Give each to one person, and tear up what is left over.
"""

from __future__ import annotations

import argparse
import secrets

from urne.errors import BadField
from urne.flows.desk_code import give_desk_code
from urne.model.identity import CODE
from urne_staff.deployment import Place, deployed
from urne_staff.output import Output
from urne_staff.slips import LANGUAGES, code_slip

NAME = "code"
HELP = "make one-time codes for people who have shown that they live here"
EXAMPLE = "urne desk code --count 20 --deployment rueil-2019.toml"

MOST = 1_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("--deployment", required=True, metavar="TOML", help="which election")
    parser.add_argument("--count", type=int, default=1, metavar="N", help="how many (default 1)")
    parser.add_argument("--language", choices=LANGUAGES, default="fr", help="of the slips")


def run(options: argparse.Namespace, output: Output) -> bool:
    """Make the codes, and print each as soon as it can be used."""
    if not 0 < options.count <= MOST:
        raise BadField("--count", str(options.count), f"is not 1 to {MOST}")
    codes: list[str] = []
    with deployed(options.deployment) as place:
        _require_codes(place)
        for _ in range(options.count):
            codes.append(give_desk_code(place.sign_offs, secrets.token_bytes))
            output.line(code_slip(codes[-1], place.election, options.language))
    output.value({"codes": codes})
    return True


def _require_codes(place: Place) -> None:
    """Raise unless codes are of use: in this election, and not before it or after its close."""
    if CODE not in place.election.eligibility.residence:
        raise BadField("election.json", "residence", "takes no codes from the desk")
    place.election.require_not_closed(place.now())
