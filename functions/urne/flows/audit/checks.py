"""What an audit checks: stable identifiers, each with the sentence that holds if it passes."""

from __future__ import annotations

MANIFEST = "manifest"
CARDS = "cards"
KEYS = "keys"
CHECKPOINT = "checkpoint"
ORIGIN = "origin"
LOG_SIGNATURE = "log-signature"
COSIGNATURES = "cosignatures"
TILES = "tiles"
BUNDLES = "bundles"
SINCE = "since"
ENTRIES = "entries"
ORDER = "order"
CREDENTIALS = "credentials"
BALLOT_SIGNATURES = "ballot-signatures"
REVISIONS = "revisions"
SIGN_OFFS = "sign-offs"
SIGN_OFFS_SIGNED = "sign-offs-signed"
SIGN_OFFS_ENOUGH = "sign-offs-enough"
PAPER = "paper"
CLOSE = "close"
TRUSTEES = "trustees"
BALLOTS_OPENED = "ballots-opened"
COUNTS = "counts"
TALLY = "tally"
TALLY_ENTRY = "tally-entry"
TALLY_SIGNATURE = "tally-signature"
RESULT_FILE = "result-file"
PROMISE = "promise"

CHECKS = {
    MANIFEST: "election.json is canonical and complete, and the log's first entry names it.",
    CARDS: "cards.json holds exactly the cards that were frozen when the vote opened.",
    KEYS: "The keys published, those in the manifest and those given are the same.",
    CHECKPOINT: "The log's checkpoint is written as C2SP tlog-checkpoint says.",
    ORIGIN: "The checkpoint is of this election's log and of no other.",
    LOG_SIGNATURE: "The checkpoint is signed by the log's key.",
    COSIGNATURES: "Enough witnesses have cosigned the checkpoint, by the manifest's policy.",
    TILES: "Every tile of hashes is, byte for byte, what the signed root commits to.",
    BUNDLES: "Every bundle holds, byte for byte, the entries that its tile commits to.",
    SINCE: "The log begins with everything the older checkpoint committed to.",
    ENTRIES: "Every entry is of a known kind and written in the one way the format allows.",
    ORDER: "The entries stand in the order the rules set, and nothing follows the tally.",
    CREDENTIALS: "Every ballot carries a valid credential of every issuer.",
    BALLOT_SIGNATURES: "Every ballot is signed by the voting key it names.",
    REVISIONS: "No voting key has used a revision twice, or one beyond the limit.",
    SIGN_OFFS: "The lists of sign-offs are of known issuers and channels, sorted, each line once.",
    SIGN_OFFS_SIGNED: "Every part of the lists of sign-offs is signed by its issuer.",
    SIGN_OFFS_ENOUGH: "No channel has more voting keys or sheets than people signed off for it.",
    PAPER: "Every batch of paper has a number of its own and the signatures of two clerks.",
    CLOSE: "The close entry states the counts, the size and the root that the log had before it.",
    TRUSTEES: "The keys the trustees revealed are those the manifest names.",
    BALLOTS_OPENED: "Every ballot opens, or is invalid for a reason that the tally states.",
    COUNTS: "The tally's reconciliation is what the log holds, channel by channel.",
    TALLY: "The tally's points, order, ties, skips and winners are those of a recount.",
    TALLY_ENTRY: "The log's last entry commits to tally.json.",
    TALLY_SIGNATURE: "tally.json is signed by the tally key.",
    RESULT_FILE: "result.pb is, byte for byte, what a recount writes.",
    PROMISE: "The promised ballot is in the log.",
}

UNSEEN = (
    "whether somebody was made to vote in a certain way, or showed how they voted",
    "whether the issuer signed off people who do not exist or did not come: their number is "
    "published, and anyone who voted can find their own line",
    "whether all trustees opened ballots early, together",
    "whether a voter's telephone or page sent what the voter chose: each voter can check that",
    "whether sheets of paper were entered as they were written: two clerks signed that they were",
)
