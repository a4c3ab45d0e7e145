"""Tokens that say one thing wrong: each is refused by the check that is there for it."""

import pytest
from tests.sign_in.world import (
    ISSUER,
    NOW,
    Change,
    World,
    forge,
    plain_world,
    saying,
    without,
)

from urne.errors import NotEligible

AT = int(NOW.timestamp())


@pytest.mark.parametrize(
    "change, code",
    [
        (saying(nonce="x" * 43), "token-nonce-wrong"),
        (without("nonce"), "token-nonce-wrong"),
        (saying(aud="another-town"), "token-audience-wrong"),
        (saying(aud=["another-town"]), "token-audience-wrong"),
        (saying(aud=["urne-demo", "another-town"]), "token-audience-wrong"),
        (saying(azp="another-town"), "token-audience-wrong"),
        (without("aud"), "token-audience-wrong"),
        (saying(iss="https://evil.example"), "token-issuer-wrong"),
        (saying(iss=ISSUER + "/"), "token-issuer-wrong"),
        (without("iss"), "token-issuer-wrong"),
        (saying(exp=AT - 61), "token-expired"),
        (saying(exp=AT - 60), "token-expired"),
        (without("exp"), "token-malformed"),
        (saying(exp="soon"), "token-malformed"),
        (saying(exp=10**30), "token-malformed"),
        (saying(exp=float("nan")), "token-malformed"),
        (saying(exp=True), "token-malformed"),
        (saying(iat=AT + 62), "token-time-wrong"),
        (saying(iat=AT - 62), "token-time-wrong"),
        (without("iat"), "token-malformed"),
        (saying(nbf=AT + 62), "token-time-wrong"),
        (without("sub"), "token-malformed"),
        (saying(sub=""), "token-malformed"),
        (saying(sub=7), "token-malformed"),
        (saying(at_hash="x" * 22), "token-access-hash-wrong"),
        (saying(acr="eidas1"), "not-eligible"),
        (saying(acr="eidas3"), "not-eligible"),
        (without("acr"), "not-eligible"),
    ],
)
def test_a_claim_of_the_id_token(change: Change, code: str) -> None:
    """A wrong, missing or odd claim is refused, and no userinfo is asked for."""
    world = World()
    forge(world).change_id_token = change
    assert world.refusal().code == code
    assert "/userinfo" not in [path for path, _ in world.fetch.asked]


@pytest.mark.parametrize(
    "change",
    [
        saying(exp=AT - 59),
        saying(iat=AT + 60, nbf=AT + 60),
        saying(iat=AT - 60),
        saying(aud=["urne-demo"]),
        saying(aud=["urne-demo", "another-town"], azp="urne-demo"),
        saying(iat=AT + 0.5),
    ],
)
def test_what_is_allowed(change: Change) -> None:
    """Clocks may differ by a minute; an audience of several is fine if the party is named."""
    world = World()
    forge(world).change_id_token = change
    assert world.sign_in().cookie


@pytest.mark.parametrize(
    "change, code",
    [
        (saying(sub="someone-else"), "token-subject-differs"),
        (without("sub"), "token-subject-differs"),
        (saying(iss="https://evil.example"), "token-issuer-wrong"),
        (saying(aud="another-town"), "token-audience-wrong"),
        (saying(aud=[]), "token-audience-wrong"),
    ],
)
def test_a_claim_of_userinfo(change: Change, code: str) -> None:
    """Userinfo of another person, or for another client, is refused."""
    world = World()
    forge(world).change_userinfo = change
    assert world.refusal().code == code


def test_plain_userinfo_of_another_person() -> None:
    """The subject is compared in plain JSON too."""
    world = plain_world()
    forge(world).change_userinfo = saying(sub="someone-else")
    assert world.refusal().code == "token-subject-differs"


def test_an_assurance_level_below_the_manifests() -> None:
    """What counts is the level that the provider returns, not the one that was asked for."""
    error = World().refusal("weak")
    assert isinstance(error, NotEligible)
    assert error.reason == "assurance-too-low"
