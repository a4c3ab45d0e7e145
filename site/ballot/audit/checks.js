/** What an audit checks: stable identifiers, each with the sentence that holds if it passes. */

export const CHECKS = Object.freeze({
  manifest: "election.json is canonical and complete, and the log's first entry names it.",
  cards: "cards.json holds exactly the cards that were frozen when the vote opened.",
  keys: "The keys published, those in the manifest and those given are the same.",
  checkpoint: "The log's checkpoint is written as C2SP tlog-checkpoint says.",
  origin: "The checkpoint is of this election's log and of no other.",
  "log-signature": "The checkpoint is signed by the log's key.",
  cosignatures: "Enough witnesses have cosigned the checkpoint, by the manifest's policy.",
  tiles: "Every tile of hashes is, byte for byte, what the signed root commits to.",
  bundles: "Every bundle holds, byte for byte, the entries that its tile commits to.",
  since: "The log begins with everything the older checkpoint committed to.",
  entries: "Every entry is of a known kind and written in the one way the format allows.",
  order: "The entries stand in the order the rules set, and nothing follows the tally.",
  credentials: "Every ballot carries a valid credential of every issuer.",
  "ballot-signatures": "Every ballot is signed by the voting key it names.",
  revisions: "No voting key has used a revision twice, or one beyond the limit.",
  "sign-offs": "The lists of sign-offs are of known issuers and channels, sorted, each line once.",
  "sign-offs-signed": "Every part of the lists of sign-offs is signed by its issuer.",
  "sign-offs-enough": "No channel has more voting keys or sheets than people signed off for it.",
  paper: "Every batch of paper has a number of its own and the signatures of two clerks.",
  close: "The close entry states the counts, the size and the root that the log had before it.",
  trustees: "The keys the trustees revealed are those the manifest names.",
  "ballots-opened": "Every ballot opens, or is invalid for a reason that the tally states.",
  counts: "The tally's reconciliation is what the log holds, channel by channel.",
  tally: "The tally's points, order, ties, skips and winners are those of a recount.",
  "tally-entry": "The log's last entry commits to tally.json.",
  "tally-signature": "tally.json is signed by the tally key.",
  "result-file": "result.pb is, byte for byte, what a recount writes.",
  promise: "The promised ballot is in the log.",
});

/** @typedef {keyof typeof CHECKS} Check */

export const ALL_CHECKS = /** @type {Check[]} */ (Object.keys(CHECKS));

/** What no audit can see. */
export const UNSEEN = Object.freeze([
  "whether somebody was made to vote in a certain way, or showed how they voted",
  "whether the issuer signed off people who do not exist or did not come: their number is " +
    "published, and anyone who voted can find their own line",
  "whether all trustees opened ballots early, together",
  "whether a voter's telephone or page sent what the voter chose: each voter can check that",
  "whether sheets of paper were entered as they were written: two clerks signed that they were",
]);
