/** The code that restores a vote: shown while the person looks at it, and typed on another device. */

import { toBase64 } from "../canonical.js";
import { decodeSeed, encodeSeed } from "../crypto/seed-code.js";
import { UrneError } from "../errors.js";
import { one } from "./dom.js";
import { word } from "./words.js";

/** @typedef {import("./voting.js").Voting} Voting */

/**
 * The code stands in the page only as long as its fold is open.
 *
 * @param {HTMLDetailsElement} fold
 * @param {Voting | undefined} voting
 */
export function foldCode(fold, voting) {
  const seed = fold.open && voting?.kept ? voting.seed() : null;
  one(".code", fold).textContent = seed ? encodeSeed(seed) : "";
}

/**
 * Begin with the code of another device, and return whether it could be; the page says why not.
 *
 * @param {string} typed
 * @param {Voting} voting
 */
export function restore(typed, voting) {
  const why = beginWith(typed, voting);
  one("[data-restore-wrong]").textContent = why && word(`script.restore_${why}`);
  return !why;
}

/** @param {string} typed @param {Voting} voting */
function beginWith(typed, voting) {
  try {
    const seed = decodeSeed(typed);
    const isOther = voting.kept && toBase64(seed) !== voting.kept.seed;
    if (isOther && voting.signed) return voting.isBetween ? "begun" : "taken";
    if (!voting.kept || isOther) voting.begin(seed);
    return "";
  } catch (error) {
    if (!(error instanceof UrneError)) throw error;
    return "wrong";
  }
}
