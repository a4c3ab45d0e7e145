"""What a store promises of the root that is served, sentence by sentence."""

from __future__ import annotations

from functools import partial

import pytest
from botocore.exceptions import ClientError
from tests.stores.edge import EdgeStore
from tests.stores.houses import House, Street
from tests.stores.races import at_once, one_winner
from tests.stores.unsteady import LOST, UNSENT, Unsteady, refusal

from urne.errors import Conflict, NotFound, OutcomeUnknown, Unavailable
from urne.model.release import root_path
from urne.store.edge import EdgeRoot

FIRST, SECOND, THIRD = "1-00ff", "2-00ff", "3-00ff"


def made(street: Street) -> House:
    """Return a house with three roots, none of them served."""
    house = street()
    for name in (FIRST, SECOND, THIRD):
        house.files.put_new(root_path(name, "index.html"), name.encode())
    return house


def test_nothing_is_served_before_the_first(street: Street) -> None:
    """Then the one that was named, and the next one in its place, for whoever asks."""
    made(street)
    assert street().root.served() is None
    street().root.serve(FIRST, None)
    assert street().root.served() == FIRST
    street().root.serve(SECOND, FIRST)
    assert street().root.served() == SECOND
    assert street().files.read(root_path(FIRST, "index.html")) == FIRST.encode()


def test_serving_may_be_repeated(street: Street) -> None:
    """With the same words, after an answer that was lost: it is served already."""
    made(street).root.serve(FIRST, None)
    street().root.serve(FIRST, None)
    street().root.serve(SECOND, FIRST)
    street().root.serve(SECOND, FIRST)
    street().root.serve(SECOND, SECOND)
    assert street().root.served() == SECOND


@pytest.mark.parametrize("seen", [None, FIRST, "invented"])
def test_who_saw_another_root_is_told(street: Street, seen: str | None) -> None:
    """And nothing is changed."""
    house = made(street)
    house.root.serve(FIRST, None)
    house.root.serve(SECOND, FIRST)
    with pytest.raises(Conflict):
        street().root.serve(THIRD, seen)
    assert street().root.served() == SECOND


def test_of_several_who_saw_the_same_one_serves(street: Street) -> None:
    """The others are told."""
    made(street).root.serve(FIRST, None)
    names = [SECOND, THIRD]
    calls = [partial(street().root.serve, name, FIRST) for name in names]
    winner = one_winner(at_once(calls))
    assert street().root.served() == names[winner]


def test_a_name_out_of_the_tree_is_a_mistake(house: House) -> None:
    """A root is a name, not a way out."""
    for name in ("", "..", "a/../../b"):
        with pytest.raises(ValueError, match="is no path"):
            house.root.serve(name, None)


# --- Files that repeat others -----------------------------------------------------------------


def test_a_file_repeats_another(street: Street) -> None:
    """Whatever it had; and who writes one of the two later leaves the other as it is."""
    files = street().files
    files.put_new("v/1/urne.css", b"navy")
    files.put_new("other.css", b"black")
    for _ in range(2):
        files.repeat("other.css", "v/1/urne.css")
        files.repeat(root_path(FIRST, "urne.css"), "v/1/urne.css")
    for path in ("other.css", root_path(FIRST, "urne.css")):
        assert street().files.read(path) == b"navy"
    _, version = files.read_version("other.css") or (b"", "")
    files.replace("other.css", b"grey", version)
    assert street().files.read("v/1/urne.css") == b"navy"
    files.remove("v/1/urne.css")
    assert street().files.read(root_path(FIRST, "urne.css")) == b"navy"
    assert list(files.paths("")) == [root_path(FIRST, "urne.css"), "other.css"]


def test_what_is_not_there_is_not_repeated(house: House) -> None:
    """And leaves nothing."""
    with pytest.raises(NotFound):
        house.files.repeat("urne.css", "v/1/urne.css")
    assert list(house.files.paths("")) == []


# --- CloudFront's key-value store -------------------------------------------------------------


def test_the_edge_reads_the_name_alone() -> None:
    """It stands under the key that the function asks for."""
    store = EdgeStore()
    EdgeRoot(store.client(), store.arn).serve(FIRST, None)
    assert store.values == {"root": FIRST}


def test_an_answer_of_the_edge_that_was_lost_is_unknown() -> None:
    """Nothing is sent twice; asked again with the same words, it is done."""
    store = EdgeStore()
    client = Unsteady(store.client(), put_key=[LOST])
    root = EdgeRoot(client, store.arn)
    with pytest.raises(OutcomeUnknown):
        root.serve(FIRST, None)
    assert len(client.asked("put_key")) == 1
    root.serve(FIRST, None)
    assert len(client.asked("put_key")) == 1
    assert root.served() == FIRST


def test_an_edge_that_is_not_reached_has_changed_nothing() -> None:
    """However often it is asked."""
    store = EdgeStore()
    root = EdgeRoot(Unsteady(store.client(), put_key=[UNSENT] * 9), store.arn)
    with pytest.raises(Unavailable):
        root.serve(FIRST, None)
    assert store.values == {}


def test_a_writer_between_looking_and_writing_is_noticed() -> None:
    """The version of the store is another by then, even where the name came back."""
    store = EdgeStore()
    other = EdgeRoot(store.client(), store.arn)
    other.serve(FIRST, None)

    def meanwhile(answer: object) -> object:
        other.serve(SECOND, FIRST)
        other.serve(FIRST, SECOND)
        return answer

    client = Unsteady(store.client(), get_key=[meanwhile])
    with pytest.raises(Conflict):
        EdgeRoot(client, store.arn).serve(THIRD, FIRST)
    assert len(client.asked("put_key")) == 1
    assert other.served() == FIRST


def test_what_the_edge_refuses_is_handed_on() -> None:
    """A store that is not there, or a right that is missing, is no other publisher."""
    store = EdgeStore()
    with pytest.raises(ClientError, match="ResourceNotFound"):
        EdgeRoot(store.client(), f"{store.arn}-0").served()
    client = Unsteady(store.client(), put_key=[refusal("AccessDeniedException", 403)])
    with pytest.raises(ClientError, match="AccessDenied"):
        EdgeRoot(client, store.arn).serve(FIRST, None)
