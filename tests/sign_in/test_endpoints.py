"""Whatever a provider's addresses answer, or do not answer, ends in a refusal of ours."""

from dataclasses import replace

import pytest
from tests.sign_in.world import (
    SIGNED,
    World,
    demo_config,
    local_client,
)

from urne.errors import ProviderUnreachable
from urne.store.web import WebAnswer


@pytest.mark.parametrize(
    "path, status, body, code",
    [
        ("/token", 400, b'{"error": "invalid_grant"}', "provider-refused"),
        ("/token", 401, b'{"error": "Mme Dupont"}', "provider-refused"),
        ("/token", 500, b"", "provider-unreachable"),
        ("/token", 200, b"<html>", "provider-unreachable"),
        ("/token", 200, b'{"token_type": "mac"}', "token-malformed"),
        ("/token", 200, b'{"token_type": "Bearer"}', "token-malformed"),
        ("/token", 302, b"{}", "provider-refused"),
        ("/userinfo", 401, b"", "provider-refused"),
        ("/userinfo", 503, b"", "provider-unreachable"),
        ("/userinfo", 200, b"", "token-malformed"),
        ("/jwks", 404, b"", "provider-unreachable"),
        ("/jwks", 200, b"[]", "provider-unreachable"),
        ("/jwks", 200, b"{}", "provider-unreachable"),
        ("/jwks", 200, b'{"keys": []}', "token-key-unknown"),
    ],
)
def test_an_odd_answer(path: str, status: int, body: bytes, code: str) -> None:
    """Whatever an endpoint answers, it is a refusal of ours and nothing of it is repeated."""
    world = World()
    world.fetch.alter = lambda asked, answer: (
        replace(answer, status=status, body=body) if asked == path else answer
    )
    error = world.refusal()
    assert error.code == code
    assert "Dupont" not in str(error)


def test_a_token_of_another_kind() -> None:
    """An access token that is no bearer token is of no use to us."""
    world = World()
    world.fetch.alter = lambda path, answer: (
        replace(answer, body=answer.body.replace(b"Bearer", b"mac")) if path == "/token" else answer
    )
    assert world.refusal().code == "token-malformed"


@pytest.mark.parametrize("forms", [SIGNED, {"id_token": "signed", "userinfo": "signed"}])
def test_userinfo_of_another_media_type(forms: dict[str, str]) -> None:
    """Userinfo must come as what was agreed on."""
    config = demo_config(**forms, key_management=(), content=())
    world = World(config=config, client=local_client(**forms))
    world.fetch.alter = lambda path, answer: (
        replace(answer, media_type="text/html") if path == "/userinfo" else answer
    )
    assert world.refusal().code == "token-malformed"


@pytest.mark.parametrize("path", ["/token", "/userinfo", "/jwks"])
def test_an_answer_that_is_lost_once(path: str) -> None:
    """A request without answer is made once more, with a proof of its own."""
    world = World()
    lost: list[str] = []

    def lose(asked: str, answer: WebAnswer) -> WebAnswer:
        if asked == path and not lost:
            lost.append(asked)
            # The provider has not seen it: its code is still there.
            world.local._codes.update(codes)
            raise ProviderUnreachable
        return answer

    world.fetch.alter = lose
    departure = world.start()
    query = world.choose(departure, "resident-a")
    codes = dict(world.local._codes)
    assert world.callback(query, departure.cookie).cookie
    proofs = [body for asked, body in world.fetch.asked if asked == "/token"]
    assert len(proofs) == len(set(proofs)) == (2 if path == "/token" else 1)
