/**
 * The audit of one bundle of entries on its own: nearly all of the work, done in workers.
 *
 * Every signature of every ballot is verified, every seal opened. What needs the rest of the log
 * (duplicates, order, the tree) is handed back in a small result, plain enough to be sent.
 */

import { concat, equal } from "../bytes.js";
import { isCredential } from "../crypto/blind.js";
import { isSigned } from "../crypto/ed25519.js";
import { BadEncoding, UrneError } from "../errors.js";
import { HASH_BYTES, leafHash } from "../log/merkle.js";
import { WIDTH, decodeBundle, tilePath } from "../log/tiles.js";
import { credentialMessage, decodeBallot, signedMessage } from "../model/ballot.js";
import { Kind } from "../model/entry.js";
import { openBallot } from "../recount.js";

/** @typedef {import("../crypto/seal.js").KeyPair} KeyPair */
/** @typedef {import("../log/tiles.js").Tile} Tile */
/** @typedef {import("../model/ballot.js").Outcome} Outcome */
/** @typedef {import("../model/election.js").Election} Election */
/** @typedef {import("./checks.js").Check} Check */
/**
 * @typedef {{ election: Election, pairs: readonly KeyPair[] | null }} Context `pairs` once revealed
 * @typedef {{ tile: Tile, raw: Uint8Array | null, committed: Uint8Array | null }} BundleWork
 *   `raw` is null if the file is missing; `committed` are the leaf hashes that the signed root
 *   commits to, if they are known
 * @typedef {{ index: number, vk: Uint8Array, revision: number, outcome: Outcome }} SeenBallot
 * @typedef {{ index: number, raw: Uint8Array }} OtherEntry what is no ballot
 * @typedef {{
 *   tile: Tile,
 *   leaves: Uint8Array | null,
 *   ballots: SeenBallot[],
 *   others: OtherEntry[],
 *   failures: [Check, string][],
 *   whole: boolean,
 * }} BundleResult
 *   `leaves` are its entries' hashes, if they are not known to be committed to and the bundle can
 *   be read. Of entries that the root does not commit to, nothing but that is said, and the result
 *   is not `whole`.
 */

// The outcome of a ballot that is still sealed.
export const SEALED = "sealed";

/**
 * Return what one bundle of entries holds and what is wrong in it.
 *
 * @param {Context} context
 * @param {BundleWork} work
 * @returns {BundleResult}
 */
export function checkBundle(context, { tile, raw, committed }) {
  /** @type {BundleResult} */
  const result = { tile, leaves: null, ballots: [], others: [], failures: [], whole: true };
  const path = tilePath(tile);
  if (raw === null) return broken(result, `${path} is missing`);
  let entries;
  try {
    entries = decodeBundle(raw, tile.width);
  } catch (e) {
    if (e instanceof BadEncoding) return broken(result, `${path}: ${e.message}`);
    throw e;
  }
  const leaves = entries.map(leafHash);
  if (committed === null) result.leaves = concat(...leaves);
  entries.forEach((entry, place) => {
    const index = tile.index * WIDTH + place;
    const expected = committed?.subarray(HASH_BYTES * place, HASH_BYTES * (place + 1));
    if (expected && !equal(expected, leaves[place])) {
      broken(result, `${path}: entry ${index} is not the one committed to`);
    } else if (entry[0] === Kind.BALLOT) {
      checkBallot(context, result, index, entry.subarray(1));
    } else {
      result.others.push({ index, raw: entry.slice() });
    }
  });
  return result;
}

/** @param {BundleResult} result @param {string} detail */
function broken(result, detail) {
  result.failures.push(["bundles", detail]);
  result.whole = false;
  return result;
}

/**
 * @param {Context} context
 * @param {BundleResult} result
 * @param {number} index
 * @param {Uint8Array} body
 */
function checkBallot({ election, pairs }, result, index, body) {
  let ballot;
  try {
    ballot = decodeBallot(body, election);
  } catch (e) {
    if (!(e instanceof UrneError)) throw e;
    result.failures.push(["entries", `entry ${index}: ${e.message}`]);
    return;
  }
  const { vk, revision, credentials, message, signature } = ballot;
  const credentialed = credentialMessage(election.election_id, vk);
  election.issuers.forEach(({ id, modulus }, at) => {
    if (!isCredential(modulus, credentialed, credentials[at])) {
      const what = `entry ${index}: no valid credential of issuer '${id}'`;
      result.failures.push(["credentials", what]);
    }
  });
  if (!isSigned(vk, signedMessage(message), signature)) {
    result.failures.push(["ballot-signatures", `entry ${index}: the signature is not valid`]);
  }
  const outcome = pairs === null ? SEALED : openBallot(ballot, election, pairs);
  result.ballots.push({ index, vk: vk.slice(), revision, outcome });
}
