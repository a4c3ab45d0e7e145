/**
 * The code that restores a credential: a voter's seed in letters and figures a person can copy.
 *
 * 26 characters are the seed in base32 (RFC 4648 alphabet: A to Z and 2 to 7, two spare bits 0),
 * four more are the first 20 bits of SHA-256("urne/v1/code" 0x00 || seed), which find a slip of the
 * pen. It is shown in groups of five. Typed, it may have spaces, hyphens and small letters,
 * and 0, 1 and 8, which the alphabet does not have, for O, I and B, which they look like.
 *
 *     AAAAA-AAAAA-AAAAA-AAAAA-AAAAA-AXXXX
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { concat, toBigInt } from "../bytes.js";
import { BadEncoding } from "../errors.js";
import { SEED_BYTES } from "./derive.js";
import { utf8 } from "../text.js";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const LOOKS_LIKE = /** @type {{ [figure: string]: string }} */ ({ 0: "O", 1: "I", 8: "B" });
const LABEL = utf8("urne/v1/code\0");
const SEED_CHARACTERS = 26;
const CHECK_CHARACTERS = 4;
const GROUP = 5;
// What a telephone or a printer makes of a space or a hyphen is not the voter's mistake.
const BETWEEN = /[ \t\r\n\u00a0\u2007\u202f\-\u2010-\u2015\u2212]/g;

/** Return the code of a 16-byte seed, in groups of five. @param {Uint8Array} seed */
export function encodeSeed(seed) {
  if (seed.length !== SEED_BYTES) {
    throw new BadEncoding("seed", `it has ${seed.length} bytes, not ${SEED_BYTES}`);
  }
  const code = write(toBigInt(seed) << 2n, SEED_CHARACTERS) + check(seed);
  return (code.match(new RegExp(`.{${GROUP}}`, "g")) ?? []).join("-");
}

/** Return the seed of a code as a person types it. Throws BadEncoding. @param {string} typed */
export function decodeSeed(typed) {
  const code = typed
    .replace(BETWEEN, "")
    .replace(/[a-z]/g, (letter) => letter.toUpperCase())
    .replace(/[018]/g, (figure) => LOOKS_LIKE[figure]);
  if (code.length !== SEED_CHARACTERS + CHECK_CHARACTERS) {
    throw new BadEncoding("code", `it has ${code.length} characters, not 30`);
  }
  const value = read(code.slice(0, SEED_CHARACTERS));
  const seed = fromBits(value >> 2n);
  if (value & 3n || check(seed) !== code.slice(SEED_CHARACTERS)) {
    throw new BadEncoding("code", "a character is mistyped");
  }
  return seed;
}

/** Return the four characters that check a seed. @param {Uint8Array} seed */
function check(seed) {
  return write(toBigInt(sha256(concat(LABEL, seed)).subarray(0, 3)) >> 4n, CHECK_CHARACTERS);
}

/** @param {bigint} value @param {number} length */
function write(value, length) {
  let text = "";
  for (let at = 0; at < length; at++, value >>= 5n) text = ALPHABET[Number(value & 31n)] + text;
  return text;
}

/** @param {string} text */
function read(text) {
  let value = 0n;
  for (const character of text) {
    const figure = ALPHABET.indexOf(character);
    if (figure < 0) throw new BadEncoding("code", `it has the character ${character}`);
    value = (value << 5n) | BigInt(figure);
  }
  return value;
}

/** @param {bigint} value */
function fromBits(value) {
  const seed = new Uint8Array(SEED_BYTES);
  for (let at = SEED_BYTES - 1; at >= 0; at--, value >>= 8n) seed[at] = Number(value & 0xffn);
  return seed;
}
