"""Our own keys: published where a provider fetches them, changed without anyone noticing."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs

import pytest
from tests.sign_in.world import World, local_client

from urne.errors import ProviderUnknown
from urne.flows.client import new_client, read_client
from urne.handlers.http import public_response
from urne.handlers.sign_in_keys import KEYS_SECONDS, KEYS_TYPE, is_keys_path, published_keys

OLD, NEW = (json.loads(new_client(name))["keys"] for name in ("old", "new"))
(OLD_SIG, OLD_ENC), (NEW_SIG, NEW_ENC) = OLD, NEW

Keys = Sequence[dict[str, str]]


def secret(keys: Keys) -> bytes:
    """Return the secret that holds these private keys, in this order."""
    return json.dumps({"keys": list(keys), "client_secret": ""}).encode()


def published(keys: Keys) -> dict[str, Any]:
    """Return the JWKS that a provider fetches of them."""
    world = World(secret=secret(keys))
    found: dict[str, Any] = json.loads(published_keys("provider=demo", world.providers))
    return found


def kids(keys: Keys) -> list[str]:
    return [key["kid"] for key in published(keys)["keys"]]


def signed_by(keys: Keys, known: Keys) -> str:
    """Sign in with keys, at a provider that has fetched others; return which of ours signed."""
    world = World(secret=secret(keys), client=local_client(jwks=published(known)))
    world.sign_in()
    form = parse_qs(dict(world.fetch.asked)["/token"].decode())
    header = form["client_assertion"][0].split(".")[0]
    told: dict[str, str] = json.loads(base64.urlsafe_b64decode(header + "=="))
    return told["kid"]


# The days of a rotation: what the secret holds, and which key signs then.
DAYS: dict[str, tuple[Keys, str]] = {
    "before": ((OLD_SIG, OLD_ENC), "old-sig"),
    "announced": ((OLD_SIG, NEW_SIG, NEW_ENC, OLD_ENC), "old-sig"),
    "changed": ((NEW_SIG, OLD_SIG, NEW_ENC, OLD_ENC), "new-sig"),
    "after": ((NEW_SIG, NEW_ENC), "new-sig"),
}


@pytest.mark.parametrize("day", DAYS)
def test_everybody_signs_in_on_every_day_of_a_rotation(day: str) -> None:
    """At a provider that has read our keys today, and at one that last read them the day before."""
    names = list(DAYS)
    keys, signer = DAYS[day]
    for read_on in {day, names[max(0, names.index(day) - 1)]}:
        assert signed_by(keys, DAYS[read_on][0]) == signer, read_on


def test_a_rotation_in_one_step_locks_out_who_has_not_read_it() -> None:
    """So the steps are needed: a new signature is of no known key, an old seal opens no more."""
    known = local_client(jwks=published(OLD))
    assert World(secret=secret(NEW), client=known).refusal().code == "provider-refused"
    assert World(secret=secret((OLD_SIG, NEW_ENC)), client=known).refusal().code == (
        "token-not-decrypted"
    )


def test_what_is_published_of_keys_that_wait_and_keys_that_go() -> None:
    """Every key that signs, and of those that decrypt the first of its type alone."""
    keys = DAYS["announced"][0]
    assert kids(keys) == ["old-sig", "new-sig", "new-enc"]
    assert [key.kid for key in read_client(secret(keys)).decryption] == ["new-enc", "old-enc"]


def test_nothing_private_is_published() -> None:
    """Of each key its public half, what it is for and its name."""
    for key in published(OLD)["keys"]:
        assert set(key) == {"kty", "crv", "x", "y", "use", "alg", "kid"}
    assert OLD_SIG["d"] not in json.dumps(published(OLD))


@pytest.mark.parametrize("query", ["", "provider=other", "provider=demo&provider=demo", "demo"])
def test_keys_of_nobody_are_refused(query: str) -> None:
    with pytest.raises(ProviderUnknown):
        published_keys(query, World().providers)


def test_the_answer_may_be_kept_by_anyone_for_a_while() -> None:
    """It is the same for all, and a new key is known within minutes."""
    answer = public_response(b"{}", KEYS_TYPE, seconds=KEYS_SECONDS)
    assert answer["headers"]["content-type"] == "application/jwk-set+json"
    assert answer["headers"]["cache-control"] == "public, max-age=300"


def test_each_issuer_answers_at_its_own_path_only() -> None:
    """As the first of a manifest, or as a further one; never for another issuer."""
    assert is_keys_path("/api/sign-in/keys", "two")
    assert is_keys_path("/api/issuers/two/sign-in/keys", "two")
    assert not is_keys_path("/api/issuers/one/sign-in/keys", "two")
    assert not is_keys_path("/api/sign-in/keys/", "two")
