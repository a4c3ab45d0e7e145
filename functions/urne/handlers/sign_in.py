"""POST /api/sign-in/start and GET /api/sign-in/callback, as one function."""

from __future__ import annotations

from aws_lambda_powertools.logging import Logger

from urne.errors import NotFound
from urne.handlers import wiring
from urne.handlers.http import Request, Response, answering, redirect_response
from urne.handlers.sign_in_place import sign_in_place
from urne.handlers.sign_in_redirects import CALLBACK_PATH, begin, finish

START_PATH = "/api/sign-in/start"

_logger = Logger(service="sign-in")


def answer(request: Request) -> Response:
    """Return the redirection that a sign-in begins or ends with."""
    place, now = sign_in_place(), wiring.now()
    if (request.method, request.path) == ("POST", START_PATH):
        redirect = begin(request.headers, request.body, place, now)
    elif (request.method, request.path) == ("GET", CALLBACK_PATH):
        redirect = finish(request.query, request.cookies, place, now)
    else:
        raise NotFound("such address")
    _logger.info("sign-in: %s", redirect.outcome)
    return redirect_response(redirect.location, redirect.set_cookies)


handler = answering("sign-in", answer)
