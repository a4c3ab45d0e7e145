/** What became of one ballot, read from a log's proven entries: valid, replaced, or why not. */

import { equal, toHex } from "../bytes.js";
import { publicOf } from "../crypto/seal.js";
import { isCredential } from "../crypto/blind.js";
import { isSigned } from "../crypto/ed25519.js";
import { leafHash } from "../log/merkle.js";
import { credentialMessage, decodeBallot, signedMessage } from "../model/ballot.js";
import { Kind, decodeReveal, decodeTallyEntry } from "../model/entry.js";
import { openBallot } from "../recount.js";
import { sealedHash } from "../sealed-ranking.js";

/** @typedef {import("../model/election.js").Election} Election */
/** @typedef {{ state: "open" | "revealing" | "uncounted" | "final" }} Waiting */
/**
 * @typedef {{
 *   state: "open" | "missing" | "revealing" | "uncounted" | "final",
 *   said: number[] | null,
 *   fate: "valid" | "superseded" | "invalid" | "forged" | null,
 *   reason: string,
 *   seal: Uint8Array | null,
 *   tally: Uint8Array | null,
 * }} Fate `seal` is the hash of its sealed ranking; `tally` the SHA-256 that the log names
 */

/**
 * Return the fate of the ballot with this leaf hash.
 *
 * `state` is how far the election is: open, revealing (closed, keys missing), uncounted (keys there,
 * no tally yet), final; `missing` if it is closed and the ballot is not in it. A ballot whose
 * credential or signature is not valid is `forged`. That a valid one was counted is for the tally to
 * show, and for a recount.
 *
 * @param {readonly Uint8Array[]} entries
 * @param {Uint8Array} leaf
 * @param {Election} election
 * @returns {Fate}
 */
export function fateOf(entries, leaf, election) {
  const isClosed = entries.some((raw) => raw[0] === Kind.CLOSE);
  const own = entries.find((raw) => raw[0] === Kind.BALLOT && equal(leafHash(raw), leaf));
  if (!own) return fate(isClosed ? "missing" : "open");
  const ballot = decodeBallot(own.subarray(1), election);
  const pairs = isClosed ? revealedKeys(entries, election) : null;
  const tally = pairs ? tallyOf(entries, election) : null;
  const state = !isClosed ? "open" : !pairs ? "revealing" : !tally ? "uncounted" : "final";
  const known = { ...fate(state), seal: sealedHash(ballot.sealed), tally };
  if (!isGood(ballot, election)) return { ...known, fate: "forged" };
  if (!pairs) return known;
  return { ...known, ...told(openBallot(ballot, election, pairs), ballot, entries, election) };
}

/**
 * @param {import("../model/ballot.js").Outcome} outcome
 * @param {ReturnType<typeof decodeBallot>} ballot
 * @param {readonly Uint8Array[]} entries
 * @param {Election} election
 */
function told(outcome, ballot, entries, election) {
  const said = typeof outcome === "string" ? null : outcome;
  if (isReplaced(ballot, entries, election))
    return { said, fate: /** @type {const} */ ("superseded"), reason: "" };
  if (typeof outcome === "string")
    return { said, fate: /** @type {const} */ ("invalid"), reason: outcome };
  return { said, fate: /** @type {const} */ ("valid"), reason: "" };
}

/**
 * Return whether the same voting key signed a ballot of a higher revision.
 *
 * @param {ReturnType<typeof decodeBallot>} ballot
 * @param {readonly Uint8Array[]} entries
 * @param {Election} election
 */
function isReplaced(ballot, entries, election) {
  return entries
    .filter((raw) => raw[0] === Kind.BALLOT)
    .map((raw) => decodeBallot(raw.subarray(1), election))
    .some(
      (other) =>
        equal(other.vk, ballot.vk) && other.revision > ballot.revision && isGood(other, election),
    );
}

/** @param {ReturnType<typeof decodeBallot>} ballot @param {Election} election */
function isGood(ballot, election) {
  const message = credentialMessage(election.election_id, ballot.vk);
  const credentials = election.issuers.every(({ modulus }, at) =>
    isCredential(modulus, message, ballot.credentials[at]),
  );
  return credentials && isSigned(ballot.vk, signedMessage(ballot.message), ballot.signature);
}

/**
 * Return every trustee's keys in order, or null while one is missing.
 *
 * @param {readonly Uint8Array[]} entries
 * @param {Election} election
 */
function revealedKeys(entries, election) {
  const reveals = entries
    .filter((raw) => raw[0] === Kind.REVEAL)
    .map((raw) => decodeReveal(raw.subarray(1), election.election_id));
  const pairs = election.trustees.map(({ id, key }) => {
    const found = reveals.find(
      ({ trustee, scalar }) => trustee === id && toHex(publicOf(scalar)) === toHex(key),
    );
    return found ? { key, scalar: found.scalar } : null;
  });
  return pairs.every((pair) => pair !== null) ? pairs : null;
}

/**
 * Return the SHA-256 of tally.json that the log names, or null before there is one.
 *
 * @param {readonly Uint8Array[]} entries
 * @param {Election} election
 */
function tallyOf(entries, election) {
  const found = entries.find((raw) => raw[0] === Kind.TALLY);
  return found ? decodeTallyEntry(found.subarray(1), election.election_id) : null;
}

/** @param {Fate["state"]} state @returns {Fate} */
function fate(state) {
  return { state, said: null, fate: null, reason: "", seal: null, tally: null };
}
