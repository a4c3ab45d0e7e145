"""POST /api/cast: a ballot comes without cookies, a promise goes back."""

from __future__ import annotations

from urne.canonical import Fields, decode, to_base64
from urne.flows.cast import cast
from urne.handlers import wiring
from urne.handlers.http import Request, Response, answering, json_response


def answer(request: Request) -> Response:
    """Return the promise for the ballot in a request's body. Raises any refusal of `cast`."""
    body = Fields(decode(request.body), "body", ("ballot",))
    promise = cast(
        body.base64("ballot"),
        election=wiring.election(),
        box=wiring.ballot_box(),
        promise_key=wiring.signing_key("promise"),
        now=wiring.now(),
    )
    return json_response(
        {"leaf_hash": to_base64(promise.leaf_hash), "promise": to_base64(promise.signature)}
    )


handler = answering("cast", answer)
