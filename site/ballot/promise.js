/**
 * A voter's promise: the town's signature that a ballot will be in the log by the close.
 *
 *     {"election_id": base64, "leaf_hash": base64, "promise": base64}   canonical JSON
 *
 * As a file it is proof that a ballot was answered for, to be held to the log.
 */

import { equal } from "./bytes.js";
import { decode, encode, toBase64 } from "./canonical.js";
import { isSigned } from "./crypto/ed25519.js";
import { NoteUnverified, OtherElection } from "./errors.js";
import { Fields } from "./fields.js";
import { leafHash } from "./log/merkle.js";
import { promiseMessage } from "./model/ballot.js";
import { Kind, entry } from "./model/entry.js";

/** @typedef {import("./model/election.js").Election} Election */
/** @typedef {{ leafHash: Uint8Array, signature: Uint8Array }} Promised */

/** Return the leaf hash that a ballot body has in the log. @param {Uint8Array} raw */
export function ballotLeafHash(raw) {
  return leafHash(entry(Kind.BALLOT, raw));
}

/**
 * Throw NoteUnverified unless the promise is the town's, for this ballot body.
 *
 * @param {Promised} promise
 * @param {Uint8Array} raw
 * @param {Election} election
 */
export function requirePromise(promise, raw, election) {
  if (!equal(promise.leafHash, ballotLeafHash(raw))) throw new NoteUnverified("promise key");
  requireSigned(promise, election);
}

/** Return a promise file's bytes. @param {Election} election @param {Promised} promise */
export function encodePromise(election, promise) {
  return encode({
    election_id: toBase64(election.election_id),
    leaf_hash: toBase64(promise.leafHash),
    promise: toBase64(promise.signature),
  });
}

/**
 * Return the promise of a file, its signature verified.
 *
 * Throws NotCanonical, BadField, OtherElection, or NoteUnverified: then it proves nothing.
 *
 * @param {Uint8Array} raw
 * @param {Election} election
 * @returns {Promised}
 */
export function decodePromise(raw, election) {
  const f = new Fields(decode(raw), "promise", ["election_id", "leaf_hash", "promise"]);
  if (!equal(f.base64("election_id", 32), election.election_id)) throw new OtherElection();
  const promise = { leafHash: f.base64("leaf_hash", 32), signature: f.base64("promise", 64) };
  requireSigned(promise, election);
  return promise;
}

/** @param {Promised} promise @param {Election} election */
function requireSigned(promise, election) {
  const message = promiseMessage(election.election_id, promise.leafHash);
  if (!isSigned(election.promise_key, message, promise.signature)) {
    throw new NoteUnverified("promise key");
  }
}
