"""POST …/enrol of one issuer: who has signed in is signed off, once, and gets a blind signature."""

from __future__ import annotations

from functools import cache

from urne.canonical import Fields, decode, to_base64
from urne.crypto.blind import IssuerKey
from urne.errors import NotFound, OtherElection
from urne.flows.desk_code import desk_code_hash
from urne.flows.enrol import IssuerSecrets, enrol
from urne.flows.session import VOTE, require_session, required_code
from urne.handlers import issuer_wiring, wiring
from urne.handlers.http import Request, Response, answering, json_response
from urne.handlers.same_origin import require_same_origin


def answer(request: Request) -> Response:
    """Return the blind signature for a signed-in person. Raises any refusal on the way."""
    place, election, now = issuer_wiring.issuer_place(), wiring.election(), wiring.now()
    if (request.method, request.path) != ("POST", place.enrol_path):
        raise NotFound("such address")
    require_same_origin(request.headers, place.origin)
    body = Fields(decode(request.body), "body", ("election_id", "blinded", "nonce"), ("desk_code",))
    if body.base64("election_id", 32) != election.election_id:
        raise OtherElection
    cookie = place.cookies.session.read(request.cookies)
    identity = require_session(cookie, VOTE, wiring.vote_sessions(), election=election, now=now)
    code = desk_code_hash(body.text("desk_code", longest=40)) if body.has("desk_code") else None
    enrolled = enrol(
        body.base64("blinded"),
        body.base64("nonce"),
        election=election,
        issuer=_issuer_secrets(),
        fields=identity.fields,
        channel=identity.channel,
        sign_offs=wiring.sign_offs(),
        now=now,
        draw=wiring.draw,
        desk_code=required_code(identity, code),
    )
    return json_response(
        {
            "blind_signature": to_base64(enrolled.blind_signature),
            "person_key": to_base64(enrolled.person_key),
        }
    )


@cache
def _issuer_secrets() -> IssuerSecrets:
    """Return this issuer's RSA key and pepper."""
    issuer = wiring.setting("URNE_ISSUER")
    key = IssuerKey.decode(wiring.secret(f"{issuer}-key"))
    return IssuerSecrets(key, wiring.secret(f"{issuer}-pepper"))


handler = answering("enrol", answer)
