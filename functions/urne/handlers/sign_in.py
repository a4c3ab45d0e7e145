"""POST …/sign-in/start, GET …/sign-in/callback and …/sign-in/keys of one issuer, one function."""

from __future__ import annotations

from dataclasses import replace

from aws_lambda_powertools.logging import Logger

from urne.errors import NotFound
from urne.handlers import issuer_wiring, wiring
from urne.handlers.http import Request, Response, answering, public_response, redirect_response
from urne.handlers.sign_in_keys import KEYS_SECONDS, KEYS_TYPE, is_keys_path, published_keys
from urne.handlers.sign_in_place import providers, sign_in_place
from urne.handlers.sign_in_redirects import begin, finish

_logger = Logger(service="sign-in")


def answer(request: Request) -> Response:
    """Return the redirection that a sign-in begins or ends with, or our public keys.

    The keys are asked for when a provider registers us, before there is an election.
    """
    if request.method == "GET" and is_keys_path(request.path, wiring.setting("URNE_ISSUER")):
        keys = published_keys(request.query, providers())
        return public_response(keys, KEYS_TYPE, seconds=KEYS_SECONDS)
    place, now = sign_in_place(), wiring.now()
    if (request.method, request.path) == ("POST", place.at.start_path):
        redirect = begin(request.headers, request.body, place, now)
    elif (request.method, request.path) == ("GET", place.at.callback_path):
        place = replace(place, register=issuer_wiring.register())
        redirect = finish(request.query, request.cookies, place, now)
    else:
        raise NotFound("such address")
    _logger.info("sign-in: %s", redirect.outcome)
    return redirect_response(redirect.location, redirect.set_cookies)


handler = answering("sign-in", answer)
