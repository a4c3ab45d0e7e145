/** What a trustee's reveal must be: the clamped scalar of the key that the manifest names. */

import { equal } from "../bytes.js";
import { isClamped, publicOf } from "../crypto/seal.js";
import { RevealRefused } from "../errors.js";

/** @typedef {import("../model/election.js").Election} Election */
/** @typedef {import("../model/entry.js").Reveal} Reveal */

/**
 * Return the trustee's place if the scalar is their key, clamped. Throws RevealRefused.
 *
 * @param {Election} election
 * @param {Reveal} reveal
 */
export function requireScalar(election, { trustee, scalar }) {
  const place = election.trustees.findIndex(({ id }) => id === trustee);
  if (place < 0) throw new RevealRefused(`there is no trustee '${trustee}'`);
  if (!isClamped(scalar)) throw new RevealRefused("it is not a clamped scalar of 32 bytes");
  if (!equal(publicOf(scalar), election.trustees[place].key)) {
    throw new RevealRefused("it is not the key in the manifest");
  }
  return place;
}
