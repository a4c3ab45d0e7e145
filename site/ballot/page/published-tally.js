/** The published result, held to the log and to the town's key; counting it again is the audit's. */

import { sha256 } from "@noble/hashes/sha2.js";
import { equal } from "../bytes.js";
import { verifyFile } from "../crypto/minisign.js";
import { BadEncoding, NoteUnverified } from "../errors.js";
import { Stop } from "./stop.js";
import { readFile } from "./web.js";

/** @typedef {import("../model/election.js").Election} Election */

/**
 * Return whether `tally.json` is the one that the log names, and signed by the tally key.
 *
 * Throws Stop: `offline` or `unavailable`.
 *
 * @param {Election} election
 * @param {Uint8Array} named the SHA-256 in the log's tally entry
 * @returns {Promise<"good" | "missing" | "altered" | "unsigned">}
 */
export async function lookAtTally(election, named) {
  const path = `elections/${election.edition}/tally.json`;
  const raw = await found(path);
  if (!raw) return "missing";
  if (!equal(sha256(raw), named)) return "altered";
  const signature = await found(`${path}.minisig`);
  return signature && isSigned(election.tally_key, raw, signature) ? "good" : "unsigned";
}

/** Return a published file's bytes, or null if it is not there. @param {string} path */
async function found(path) {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Stop && error.code === "not-found") return null;
    throw error;
  }
}

/** @param {string} key @param {Uint8Array} raw @param {Uint8Array} signature */
function isSigned(key, raw, signature) {
  try {
    verifyFile(key, raw, signature);
    return true;
  } catch (error) {
    if (error instanceof BadEncoding || error instanceof NoteUnverified) return false;
    throw error;
  }
}
