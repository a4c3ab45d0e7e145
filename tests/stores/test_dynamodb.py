"""What is DynamoDB's alone: keys, rights, tokens, lost and cut answers, and no times."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.stores.answers import answer_of
from tests.stores.houses import ELECTION
from tests.stores.made import ballot, control, hash_of, person
from tests.stores.unsteady import LOST, OK, UNSENT, Unsteady, cancelled, refusal

from urne.errors import Conflict, DeskCodeRefused, OutcomeUnknown, Unavailable
from urne.log.merkle import EMPTY_ROOT
from urne.store.base import MAX_ASSIGNED, Head, Session
from urne.store.dynamodb import (
    TABLES,
    DynamoBallotBox,
    DynamoCommitments,
    DynamoInbox,
    DynamoLog,
    DynamoRegister,
    DynamoSessions,
    DynamoSignOffs,
    table_definitions,
)
from urne_local.aws import Aws

pytestmark = pytest.mark.aws

SESSION = Session("vote", b"notes", datetime(2030, 1, 1, tzinfo=UTC))
COMMITMENT = hash_of("commitment")
EMPTY = Head(0, 0, EMPTY_ROOT, b"")


class Tables:
    """Stores on one set of tables, through whatever client."""

    def __init__(self, client: Any, prefix: str, election: str = ELECTION) -> None:
        self.client, self.prefix = client, prefix
        self.sessions = DynamoSessions(client, f"{prefix}sessions", "vote")
        self.sign_offs = DynamoSignOffs(
            client,
            sign_offs=f"{prefix}sign-offs",
            desk_codes=f"{prefix}desk-codes",
            commitments=f"{prefix}commitments",
            election=election,
        )
        self.commitments = DynamoCommitments(client, f"{prefix}commitments", election)
        self.register = DynamoRegister(client, f"{prefix}register", election)
        self.box = DynamoBallotBox(client, f"{prefix}ballots", election)
        self.inbox = DynamoInbox(client, f"{prefix}inbox", election)
        self.log = DynamoLog(
            client,
            heads=f"{prefix}heads",
            ballots=f"{prefix}ballots",
            inbox=f"{prefix}inbox",
            election=election,
        )

    def through(self, **script: Any) -> Tables:
        """Return the same stores through a client whose answers go as a script says."""
        return Tables(Unsteady(self.client, **script), self.prefix)


@pytest.fixture
def tables(aws: Aws) -> Iterator[Tables]:
    """Give stores on empty tables."""
    prefix = "dynamodb-"
    aws.create_tables(table_definitions(prefix))
    yield Tables(aws.clients.dynamodb, prefix)
    for table in table_definitions(prefix):
        aws.clients.dynamodb.delete_table(TableName=table["TableName"])


def put(tables: Tables, *voters: int) -> list[Any]:
    """Store ballots, and return where they wait."""
    ballots = [ballot(voter) for voter in voters]
    for b in ballots:
        tables.box.put_once(b.vk, 0, b.raw, b.leaf_hash)
    return [b.ref for b in ballots]


# --- Keys -------------------------------------------------------------------------------------


def test_purposes_stand_apart(tables: Tables) -> None:
    """A session for one purpose is not found, taken or put among those for another."""
    other = DynamoSessions(tables.client, f"{tables.prefix}sessions", "speak")
    tables.sessions.put(hash_of(1), SESSION)
    assert other.get(hash_of(1)) is None
    assert other.take(hash_of(1)) is None
    with pytest.raises(ValueError, match="a session for 'vote' among those 'speak'"):
        other.put(hash_of(2), SESSION)
    assert tables.sessions.get(hash_of(1)) == SESSION


def test_elections_stand_apart(tables: Tables) -> None:
    """Two elections in the same tables see nothing of each other, and each has its close."""
    other = Tables(tables.client, tables.prefix, "vote.example.org/elections/rehearsal/log")
    [ref] = put(tables, 1)
    election = control("election")
    tables.inbox.put_entry(election.name, election.raw, election.leaf_hash)
    tables.sign_offs.put_desk_code(hash_of("code"))
    tables.sign_offs.sign_off(person(1), COMMITMENT)
    tables.register.add([hash_of("line")])
    tables.log.assign(0, [ref])
    tables.box.put_closed()
    tables.sign_offs.put_closed()
    assert other.log.head() == EMPTY
    assert other.log.batch(0) is None
    assert [*other.log.lines("ballots"), *other.log.lines("inbox")] == []
    assert list(other.commitments.commitments()) == []
    assert other.sign_offs.get(person(1).person_key) is None
    assert not other.register.has(hash_of("line"))
    assert list(other.register.lines()) == []
    assert other.inbox.get_entry("election") is None
    assert not other.box.is_closed()
    assert not other.sign_offs.is_closed()
    with pytest.raises(DeskCodeRefused):
        other.sign_offs.sign_off(person(1), COMMITMENT, hash_of("code"))


def test_the_mark_of_the_close_is_no_line(tables: Tables) -> None:
    """It stands beside the ballots, not among them."""
    refs = put(tables, 1)
    tables.box.put_closed()
    tables.sign_offs.put_closed()
    assert [line.ref for line in tables.log.lines("ballots")] == refs
    assert list(tables.commitments.commitments()) == []


def test_nothing_tells_a_time(tables: Tables) -> None:
    """No item has an attribute that is not needed; only sessions have an instant, their end."""
    full_story(tables)
    found = {}
    for table in TABLES:
        items = tables.client.scan(TableName=tables.prefix + table.name)["Items"]
        found[table.name] = {attribute for item in items for attribute in item}
    keys = {"partition_key", "sort_key"}
    assert found == {
        "sessions": keys | {"payload", "expires_at"},
        "sign-offs": keys | {"channel", "request_sha256", "blind_signature"},
        "desk-codes": keys | {"used"},
        "commitments": keys | {"channel"},
        "ballots": keys | {"content", "leaf_hash", "place"},
        "inbox": keys | {"content", "leaf_hash", "place"},
        "heads": keys | {"next_place", "tree_size", "tree_root", "signed_note", "refs"},
        "register": keys,
    }


def full_story(tables: Tables) -> None:
    """Do one of everything."""
    tables.sessions.put(hash_of(1), SESSION)
    tables.sessions.take(hash_of(1))
    tables.sessions.put(hash_of(2), SESSION)
    tables.sign_offs.put_desk_code(hash_of("code"))
    tables.sign_offs.sign_off(person(1), COMMITMENT, hash_of("code"))
    tables.sign_offs.get(person(1).person_key)
    b, close = ballot(1), control("close")
    tables.box.put_once(b.vk, 0, b.raw, b.leaf_hash)
    tables.box.get(b.vk, 0)
    tables.box.is_closed()
    tables.box.put_closed()
    tables.sign_offs.is_closed()
    tables.sign_offs.put_closed()
    tables.inbox.put_entry(close.name, close.raw, close.leaf_hash)
    tables.inbox.get_entry("close")
    list(tables.log.lines("ballots"))
    list(tables.log.lines("inbox"))
    tables.log.assign(0, [b.ref, close.ref])
    tables.log.batch(0)
    tables.log.read([b.ref, close.ref])
    tables.log.advance(tables.log.head(), Head(2, 2, hash_of("root"), b"note"))
    list(tables.commitments.commitments())
    tables.register.add([hash_of("line"), hash_of("gone")])
    tables.register.remove([hash_of("gone")])
    tables.register.has(hash_of("line"))
    list(tables.register.lines())


# --- Rights -----------------------------------------------------------------------------------


def actions(client: Unsteady, prefix: str) -> set[str]:
    """Return what a policy must allow for all that was asked: table and action."""
    found = set()
    for name, arguments in client.calls:
        if name == "transact_write_items":
            for action in arguments["TransactItems"]:
                [(kind, request)] = action.items()
                found.add(f"{request['TableName']} {kind.lower()}")
        elif name == "batch_get_item":
            found |= {f"{table} get" for table in arguments["RequestItems"]}
        elif name == "batch_write_item":
            found |= {f"{table} write" for table in arguments["RequestItems"]}
        else:
            found.add(f"{arguments['TableName']} {name.removesuffix('_item')}")
    return {action.removeprefix(prefix) for action in found}


def test_each_function_touches_its_tables_only(tables: Tables) -> None:
    """What `enrol`, `cast` and `sequence` ask for is what DESIGN section 5 lets them."""
    b, p = ballot(1), person(1)
    tables.sign_offs.put_desk_code(hash_of("code"))
    enrol = tables.through()
    enrol.sessions.get(hash_of(1))
    enrol.sessions.take(hash_of(1))
    enrol.sign_offs.get(p.person_key)
    enrol.sign_offs.sign_off(p, COMMITMENT, hash_of("code"))
    enrol.sign_offs.is_closed()
    assert actions(enrol.client, tables.prefix) == {
        "sessions get",
        "sessions delete",
        "sign-offs get",
        "sign-offs put",
        "desk-codes put",
        "commitments put",
    }
    cast = tables.through()
    cast.box.put_once(b.vk, 0, b.raw, b.leaf_hash)
    cast.box.get(b.vk, 0)
    cast.box.is_closed()
    assert actions(cast.client, tables.prefix) == {"ballots put", "ballots get"}
    sign_in = tables.through()
    sign_in.register.has(hash_of("line"))
    assert actions(sign_in.client, tables.prefix) == {"register get"}
    registrar = tables.through()
    registrar.register.add([hash_of("line")])
    registrar.register.remove([*registrar.register.lines()])
    assert actions(registrar.client, tables.prefix) == {"register query", "register write"}
    put_entry_of(tables)
    sequence = tables.through()
    refs = [line.ref for name in ("ballots", "inbox") for line in sequence.log.lines(name)]
    sequence.log.assign(0, refs)
    sequence.log.read(sequence.log.batch(0) or ())
    sequence.log.advance(sequence.log.head(), Head(2, 2, hash_of("root"), b"note"))
    list(sequence.commitments.commitments())
    assert actions(sequence.client, tables.prefix) == {
        "ballots query",
        "ballots get",
        "ballots update",
        "inbox query",
        "inbox get",
        "inbox update",
        "heads get",
        "heads put",
        "heads update",
        "commitments query",
    }


def put_entry_of(tables: Tables) -> None:
    """Store an entry that is no ballot."""
    e = control("election")
    tables.inbox.put_entry(e.name, e.raw, e.leaf_hash)


def test_every_read_is_strongly_consistent(tables: Tables) -> None:
    """No read may miss what was answered before it began."""
    watched = tables.through()
    full_story(watched)
    reads = [
        arguments for name, arguments in watched.client.calls if name in ("get_item", "query")
    ] + [
        request
        for arguments in watched.client.asked("batch_get_item")
        for request in arguments["RequestItems"].values()
    ]
    assert len(reads) >= 10
    assert all(arguments["ConsistentRead"] for arguments in reads)


def test_every_write_but_the_close_has_a_condition(tables: Tables) -> None:
    """Nothing is overwritten; the mark of the close is the same whoever puts it."""
    watched = tables.through()
    full_story(watched)
    free = [
        arguments["Item"]["partition_key"]["S"]
        for arguments in watched.client.asked("put_item")
        if "ConditionExpression" not in arguments
    ]
    assert free == [f"closed#{ELECTION}"] * 2
    requests = [
        request
        for arguments in watched.client.asked("transact_write_items")
        for action in arguments["TransactItems"]
        for request in action.values()
    ]
    assert all("ConditionExpression" in request for request in requests)
    assert all("ConditionExpression" in a for a in watched.client.asked("update_item"))


# --- Transactions -----------------------------------------------------------------------------


def tokens(tables: Tables) -> list[str]:
    """Return the token of each attempt at a transaction."""
    asked = tables.client.asked("transact_write_items")
    return [arguments["ClientRequestToken"] for arguments in asked]


def test_98_places_are_100_actions(tables: Tables) -> None:
    """The most that one transaction may have."""
    refs = put(tables, *range(MAX_ASSIGNED))
    watched = tables.through()
    watched.log.assign(0, refs)
    [arguments] = watched.client.asked("transact_write_items")
    assert len(arguments["TransactItems"]) == 100


def test_a_repeated_transaction_carries_the_same_token(tables: Tables) -> None:
    """DynamoDB then tells what became of the attempt whose answer was lost."""
    refs = put(tables, 1)
    unsteady = tables.through(
        transact_write_items=[
            cancelled("TransactionConflict", "None", "None"),
            UNSENT,
            refusal("TransactionInProgressException"),
            OK,
        ]
    )
    unsteady.log.assign(0, refs)
    assert tables.log.head().next == 1
    assert len(tokens(unsteady)) == 4
    assert len(set(tokens(unsteady))) == 1


def test_two_calls_never_share_a_token(tables: Tables) -> None:
    """Two callers with the same batch may not both hear of success; nor one person's two asks."""
    refs = put(tables, 1)
    first, second = tables.through(), tables.through()
    first.log.assign(0, refs)
    with pytest.raises(Conflict):
        second.log.assign(0, refs)
    first.sign_offs.sign_off(person(1), COMMITMENT)
    with pytest.raises(Conflict):
        second.sign_offs.sign_off(person(1), COMMITMENT)
    assert len({*tokens(first), *tokens(second)}) == 4


def test_a_transaction_that_is_always_in_the_way_is_given_up(tables: Tables) -> None:
    """The attempts are bounded, nothing was written, and Unavailable says so."""
    refs = put(tables, 1)
    conflict = cancelled("TransactionConflict", "None", "None")
    unsteady = tables.through(transact_write_items=[conflict] * 9)
    with pytest.raises(Unavailable):
        unsteady.log.assign(0, refs)
    assert len(tokens(unsteady)) == 5
    assert tables.log.head() == EMPTY


def test_what_is_not_known_to_be_refused_is_asked_again(tables: Tables) -> None:
    """A code that fails while another is at the person says nothing yet: ask until it is clear."""
    tables.sign_offs.sign_off(person(1), COMMITMENT)
    unsteady = tables.through(
        transact_write_items=[cancelled("TransactionConflict", "None", "ConditionalCheckFailed")]
    )
    with pytest.raises(Conflict):
        unsteady.sign_offs.sign_off(person(1), hash_of("other"), hash_of("invented"))
    assert len(tokens(unsteady)) == 2


def test_a_cancelled_transaction_of_another_kind_is_no_conflict(tables: Tables) -> None:
    """What we do not foresee comes out as it is."""
    refs = put(tables, 1)
    failure = cancelled("ValidationError", "None", "None")
    unsteady = tables.through(transact_write_items=[failure, failure])
    with pytest.raises(type(failure), match="TransactionCanceledException"):
        unsteady.log.assign(0, refs)
    with pytest.raises(type(failure), match="TransactionCanceledException"):
        unsteady.sign_offs.sign_off(person(1), COMMITMENT)


# --- Lost answers -----------------------------------------------------------------------------


@pytest.mark.parametrize("lost", [[LOST], [UNSENT, LOST, LOST]])
def test_a_ballot_survives_lost_answers(tables: Tables, lost: list[Any]) -> None:
    """It is put again, and what is there is answered: ours, or what was there before."""
    b, other = ballot(1), ballot(1, text="other")
    unsteady = tables.through(put_item=lost)
    assert unsteady.box.put_once(b.vk, 0, b.raw, b.leaf_hash) == b.raw
    assert len(unsteady.client.calls) == len(lost) + 1
    late = tables.through(put_item=lost)
    assert late.box.put_once(b.vk, 0, other.raw, other.leaf_hash) == b.raw


def test_a_close_survives_lost_answers(tables: Tables) -> None:
    """The mark is put again."""
    tables.through(put_item=[LOST, UNSENT]).box.put_closed()
    assert tables.box.is_closed()


def test_writes_for_one_caller_only_are_not_repeated(tables: Tables) -> None:
    """Each is sent once; whoever gets no answer must look. They were all done here."""
    refs = put(tables, 1)
    tables.log.assign(0, refs)
    old, new = tables.log.head(), Head(1, 1, hash_of("root"), b"note")
    unsteady = tables.through(put_item=[LOST, LOST], update_item=[LOST], delete_item=[LOST])
    with pytest.raises(OutcomeUnknown, match="the session"):
        unsteady.sessions.put(hash_of(1), SESSION)
    assert tables.sessions.get(hash_of(1)) == SESSION
    with pytest.raises(OutcomeUnknown, match="the session"):
        unsteady.sessions.take(hash_of(1))
    assert tables.sessions.get(hash_of(1)) is None
    with pytest.raises(OutcomeUnknown, match="the desk code"):
        unsteady.sign_offs.put_desk_code(hash_of("code"))
    with pytest.raises(Conflict):
        tables.sign_offs.put_desk_code(hash_of("code"))
    with pytest.raises(OutcomeUnknown, match="the log's head"):
        unsteady.log.advance(old, new)
    assert tables.log.head() == replace(new, next=1)
    assert len(unsteady.client.calls) == 4


def test_unprocessed_keys_are_asked_for_again(tables: Tables) -> None:
    """DynamoDB may answer a part; the rest follows, and the order is the caller's."""
    refs = put(tables, *range(5))
    name = f"{tables.prefix}ballots"

    def only_two(answer: Any) -> Any:
        items = answer["Responses"][name]
        keys = [{k: item[k] for k in ("partition_key", "sort_key")} for item in items[2:]]
        rest = {name: {"Keys": keys, "ConsistentRead": True}}
        return {"Responses": {name: items[:2]}, "UnprocessedKeys": rest}

    unsteady = tables.through(batch_get_item=[only_two, only_two])
    assert unsteady.log.read(refs) == [ballot(voter).entry for voter in range(5)]
    assert len(unsteady.client.calls) == 3


def test_lines_that_dynamodb_was_too_busy_for_are_sent_again(tables: Tables) -> None:
    """25 at a time, what is left over too, and all of it again after a lost answer."""
    lines = [hash_of("line", number) for number in range(60)]

    def but_one(answer: Any) -> Any:
        """Say that one line was not written; that it was does no harm."""
        item = {"partition_key": {"S": ELECTION}, "sort_key": {"B": lines[0]}}
        rest = {f"{tables.prefix}register": [{"PutRequest": {"Item": item}}]}
        return {**answer, "UnprocessedItems": rest}

    unsteady = tables.through(batch_write_item=[UNSENT, LOST, but_one])
    unsteady.register.add(lines)
    assert list(tables.register.lines()) == sorted(lines)
    asked = unsteady.client.asked("batch_write_item")
    sizes = [len(requests) for one in asked for requests in one["RequestItems"].values()]
    assert sizes == [25, 25, 25, 25, 11]
    never = tables.through(batch_write_item=[LOST] * 9)
    with pytest.raises(OutcomeUnknown):
        never.register.remove(lines[:1])


def test_a_query_goes_on_to_the_end(tables: Tables) -> None:
    """More than DynamoDB gives in one answer (1 MB) comes in several."""
    for number in range(20):
        e = control(f"paper/{number:02}")
        raw = e.raw + bytes(65_000)
        e = replace(e, raw=raw)
        tables.inbox.put_entry(e.name, e.raw, e.leaf_hash)
    watched = tables.through()
    names = [line.ref.key.decode() for line in watched.log.lines("inbox")]
    assert names == [f"paper/{number:02}" for number in range(20)]
    assert len(watched.client.asked("query")) == 2


# --- Answers cut short ------------------------------------------------------------------------


@pytest.fixture
def cut(tables: Tables) -> Iterator[list[str]]:
    """Give a list of operations; the next answers to them are 200, with half a body."""
    operations: list[str] = []

    def half(request: Any, **_: Any) -> Any:
        operation = request.headers["X-Amz-Target"].decode().partition(".")[2]
        if operation not in operations:
            return None
        operations.remove(operation)
        body = json.dumps({"Item": {"content": {"B": "AAAA"}}}).encode()[:-9]
        return answer_of(request.url, 200, [("Content-Length", "999")], body)

    tables.client.meta.events.register("before-send.dynamodb", half)
    yield operations
    tables.client.meta.events.unregister("before-send.dynamodb", half)


def test_half_an_answer_is_no_answer(tables: Tables, cut: list[str]) -> None:
    """botocore takes it for an empty one: "not closed", "no ballot". It is asked again."""
    [ref] = put(tables, 1)
    tables.box.put_closed()
    cut += ["GetItem", "GetItem", "Query", "BatchGetItem"]
    assert tables.box.is_closed()
    assert tables.box.get(ballot(1).vk, 0) == ballot(1).raw
    assert [line.ref for line in tables.log.lines("ballots")] == [ref]
    assert tables.log.read([ref]) == [ballot(1).entry]
    assert cut == []


def test_nothing_but_half_answers_is_unavailable(tables: Tables, cut: list[str]) -> None:
    """Never "not closed"."""
    tables.box.put_closed()
    cut += ["GetItem"] * 5
    with pytest.raises(Unavailable):
        tables.box.is_closed()


def test_half_an_answer_to_a_taker_is_unknown(tables: Tables, cut: list[str]) -> None:
    """Not "there was none"."""
    cut += ["DeleteItem"]
    with pytest.raises(OutcomeUnknown):
        tables.sessions.take(hash_of(1))


def test_tables_have_the_keys_that_the_items_have() -> None:
    """Every table is defined once, with its two keys, and is paid by use."""
    definitions = table_definitions("urne-")
    assert [d["TableName"] for d in definitions] == [f"urne-{table.name}" for table in TABLES]
    assert [table.name for table in TABLES if table.expires] == ["sessions"]
    for definition in definitions:
        assert [k["AttributeName"] for k in definition["KeySchema"]] == [
            "partition_key",
            "sort_key",
        ]
        assert [a["AttributeType"] for a in definition["AttributeDefinitions"]] == ["S", "B"]
        assert definition["BillingMode"] == "PAY_PER_REQUEST"
