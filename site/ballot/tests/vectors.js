/** The vectors shared with Python, and how tests read them. */

import { existsSync, readFileSync } from "node:fs";
import { fromHex, toHex } from "../bytes.js";
import { UrneError } from "../errors.js";

export { fromHex, toHex };

const VECTORS = new URL("../../../tests/vectors/", import.meta.url);
const SHARED = new URL("../../../../shared/", import.meta.url);

/** Return a file of tests/vectors. @param {string} name @returns {any} */
export function vectors(name) {
  return JSON.parse(readFileSync(new URL(name, VECTORS), "utf8"));
}

/**
 * Return a file of shared/, null where that folder is not there.
 *
 * @param {string} name
 * @returns {any}
 */
export function shared(name) {
  const url = new URL(name, SHARED);
  return existsSync(url) ? JSON.parse(readFileSync(url, "utf8")) : null;
}

/**
 * Return the code of a refusal, null if there is none; other errors go on.
 *
 * @param {() => unknown} act
 */
export function codeOf(act) {
  try {
    act();
    return null;
  } catch (e) {
    if (e instanceof UrneError) return e.code;
    throw e;
  }
}

/**
 * Return bytes drawn from a name, the same every time.
 *
 * @param {string} name
 * @param {number} length
 */
export function drawn(name, length) {
  const bytes = new Uint8Array(length);
  let state = [...name].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) >>> 0, 7);
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}
