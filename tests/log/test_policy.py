"""Witness policies are read by the rules of C2SP tlog-policy, and each rule broken is refused."""

from itertools import combinations

import pytest

from urne.crypto.sign import SigningKey
from urne.errors import BadEncoding
from urne.log.checkpoint import Checkpoint, cosign, sign_checkpoint
from urne.log.note import COSIGNATURE, ED25519, Note, VerifierKey
from urne.log.policy import parse_policy

LOG = SigningKey.from_seed(b"l" * 32)
LOG_KEY = VerifierKey("log.example", ED25519, LOG.public)
NAMES = ("X1", "X2", "X3", "Y1", "Y2", "Y3")
KEYS = {name: SigningKey.from_seed(name.encode() * 16) for name in NAMES}
VKEYS = {n: VerifierKey(f"{n}.example", COSIGNATURE, key.public) for n, key in KEYS.items()}
X1, X2 = (f"witness {name} {VKEYS[name]}" for name in ("X1", "X2"))

# The example of the specification, its keys filled in.
EXAMPLE = f"""log {LOG_KEY}

witness X1 {VKEYS["X1"]}
witness X2 {VKEYS["X2"]}
witness X3 {VKEYS["X3"]}
group X-witnesses 2 X1 X2 X3

witness Y1 {VKEYS["Y1"]}
witness Y2 {VKEYS["Y2"]}
witness Y3 {VKEYS["Y3"]}
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""


def cosigned_by(*names: str) -> Note:
    note = sign_checkpoint(Checkpoint("log.example", 3, bytes(32)), LOG)
    lines = [cosign(note.text, VKEYS[name].name, KEYS[name], 1_561_000_000) for name in names]
    return note.with_signatures(lines)


def test_the_specifications_example_asks_for_two_of_x_and_one_of_y() -> None:
    """All 64 sets of cosigners."""
    policy = parse_policy(EXAMPLE)
    assert policy.logs == (LOG_KEY,)
    assert [w.name for w in policy.witnesses] == list(NAMES)
    for number in range(7):
        for names in combinations(NAMES, number):
            enough = sum(n[0] == "X" for n in names) >= 2 and any(n[0] == "Y" for n in names)
            assert policy.is_met(cosigned_by(*names)) is enough, names


def test_without_a_quorum_of_witnesses_every_checkpoint_will_do() -> None:
    assert parse_policy("quorum none\n").is_met(cosigned_by())


def test_a_single_witness_may_be_the_quorum() -> None:
    policy = parse_policy(f"{X1}\nquorum X1\n")
    assert policy.is_met(cosigned_by("X1"))
    assert not policy.is_met(cosigned_by("X2"))


def test_a_cosignature_of_another_text_does_not_count() -> None:
    other = Note("other.example\n3\n" + "A" * 43 + "=\n", cosigned_by("X1").signatures)
    assert not parse_policy(f"{X1}\nquorum X1\n").is_met(other)


def test_tabs_comments_empty_lines_urls_and_other_scripts_are_allowed() -> None:
    policy = parse_policy(
        f"  # a comment with \u00a0 and \u00e9\n\t\n\tlog\t{LOG_KEY}   https://log.example/\n"
        f"witness \u212a {VKEYS['X1']} https://w.example/x  \nwitness K {VKEYS['X2']}\n"
        "group \u00a0 any K \u212a\nquorum \u00a0"
    )
    assert [w.name for w in policy.witnesses] == ["\u212a", "K"]
    assert policy.witnesses[0].url == "https://w.example/x"
    assert policy.quorum == "\u00a0"


def test_all_and_any_are_thresholds_like_numbers() -> None:
    lines = "\n".join(f"witness {name} {VKEYS[name]}" for name in NAMES)
    for word, needed in (("all", 6), ("any", 1), ("4", 4), ("6", 6), ("1", 1)):
        policy = parse_policy(f"{lines}\ngroup g {word} {' '.join(NAMES)}\nquorum g\n")
        assert policy.is_met(cosigned_by(*NAMES[:needed]))
        assert not policy.is_met(cosigned_by(*NAMES[: needed - 1]))


AS_LOG = VerifierKey("X1.example", ED25519, KEYS["X1"].public)
RENAMED = VerifierKey("other.example", COSIGNATURE, KEYS["X1"].public)


@pytest.mark.parametrize(
    "text, why",
    [
        ("", "no quorum"),
        (f"{X1}\n", "no quorum"),
        (f"{X1}\nquorum X1\nquorum X1\n", "second quorum"),
        ("quorum none\nquorum none\n", "second quorum"),
        (f"quorum X1\n{X1}\n", "not defined above"),
        (f"{X1}\nquorum X2\n", "not defined above"),
        (f"{X1}\nquorum X1 X1\n", "no log, witness, group or quorum"),
        ("quorum\n", "no log, witness, group or quorum"),
        (f"{X1}\nwitness X1 {VKEYS['X2']}\nquorum none\n", "taken"),
        (f"{X1}\ngroup X1 any X1\nquorum none\n", "taken"),
        (f"{X1}\ngroup g any X1\nwitness g {VKEYS['X2']}\nquorum none\n", "taken"),
        (f"witness none {VKEYS['X1']}\nquorum none\n", "taken"),
        (f"{X1}\ngroup none any X1\nquorum none\n", "taken"),
        (f"{X1}\nwitness X2 {VKEYS['X1']}\nquorum none\n", "stands twice"),
        (f"{X1}\nwitness X2 {RENAMED}\nquorum none\n", "stands twice"),
        (f"log {LOG_KEY}\nlog {LOG_KEY}\nquorum none\n", "stands twice"),
        (f"witness X1 {AS_LOG}\nquorum none\n", "not of the type"),
        (f"log {VKEYS['X1']}\nquorum none\n", "not of the type"),
        (f"log {LOG_KEY} https://a https://b\nquorum none\n", "no log, witness"),
        (f"{X1} https://a https://b\nquorum none\n", "no log, witness"),
        (f"{X1}\ngroup g any X1 X2\nquorum none\n", "member is not defined"),
        (f"group g any X1\n{X1}\nquorum none\n", "member is not defined"),
        (f"{X1}\ngroup g any none\nquorum none\n", "member is not defined"),
        (f"{X1}\ngroup g any g\nquorum none\n", "member is not defined"),
        (f"{X1}\n{X2}\ngroup g 2 X1 X1\nquorum none\n", "stands twice"),
        (f"{X1}\ngroup g any X1\ngroup h any X1\nquorum none\n", "in another group"),
        (f"{X1}\ngroup g 0 X1\nquorum none\n", "not 1 to"),
        (f"{X1}\ngroup g 2 X1\nquorum none\n", "not 1 to"),
        (f"{X1}\ngroup g -1 X1\nquorum none\n", "no number"),
        (f"{X1}\ngroup g 1.0 X1\nquorum none\n", "no number"),
        (f"{X1}\ngroup g \u0661 X1\nquorum none\n", "no number"),
        (f"{X1}\ngroup g {'1' * 10_000} X1\nquorum none\n", "no number"),
        (f"{X1}\ngroup g some X1\nquorum none\n", "no number"),
        (f"{X1}\ngroup g any\nquorum none\n", "no log, witness"),
        ("group g\nquorum none\n", "no log, witness"),
        ("wittness\nquorum none\n", "no log, witness"),
        ("Quorum none\n", "no log, witness"),
        ("quorum\u00a0none\n", "no log, witness"),
        ("quorum none\r\n", "control character"),
        ("quorum\vnone\n", "control character"),
        ("# \x7f\nquorum none\n", "control character"),
        ("# \x00\nquorum none\n", "control character"),
        ("witness X1 X1.example+00000000+AAAA\nquorum none\n", "base64"),
    ],
    ids=range(43),
)
def test_each_rule_broken_is_refused_by_that_rule(text: str, why: str) -> None:
    with pytest.raises(BadEncoding, match=why):
        parse_policy(text)


def test_a_refusal_says_the_line() -> None:
    with pytest.raises(BadEncoding, match="line 3: there is a second quorum"):
        parse_policy(f"{X1}\nquorum X1\nquorum none\n")


def test_thirty_two_logs_witnesses_and_groups_are_read() -> None:
    """The specification strongly recommends to take as many."""
    keys = [SigningKey.from_seed(bytes([number]) * 32).public for number in range(32)]
    logs = [f"log {VerifierKey('l.example', ED25519, key)}" for key in keys]
    witnesses = [f"witness w{n} {VerifierKey('w.e', COSIGNATURE, k)}" for n, k in enumerate(keys)]
    groups = [f"group g{number} any w{number}" for number in range(32)]
    policy = parse_policy("\n".join([*logs, *witnesses, *groups, "quorum g31", ""]))
    assert (len(policy.logs), len(policy.witnesses), len(policy.groups)) == (32, 32, 32)
