/**
 * Signed notes: C2SP signed-note, the envelope of every checkpoint.
 *
 * A note is text ending in a newline, an empty line, then signature lines, each ended by a newline:
 *
 *     — <name> <base64(key id, 4 bytes || signature)>
 *
 * The dash is U+2014. A verifier key (vkey) is `<name>+<key id in hex>+<base64(type || key)>`;
 * key id = SHA-256(name || 0x0A || type || key)[:4]. Type 0x01 is Ed25519 over the text; type 0x04
 * is a timestamped cosignature, see checkpoint.js. The specification's own example of a vkey:
 *
 *     example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { concat, equal, toHex } from "../bytes.js";
import { fromBase64 } from "../canonical.js";
import { KEY_BYTES, isSigned } from "../crypto/ed25519.js";
import { BadEncoding, NoteUnverified } from "../errors.js";
import { hasSpace, utf8, utf8Text } from "../text.js";

/** @typedef {{ name: string, type: number, key: Uint8Array, id: Uint8Array }} VerifierKey */
/** @typedef {{ name: string, keyId: Uint8Array, signature: Uint8Array }} Signature */
/** @typedef {{ text: string, signatures: readonly Signature[] }} Note nothing verified yet */

export const ED25519 = 0x01;
export const COSIGNATURE = 0x04;

const MAX_BYTES = 1_000_000;
const MAX_SIGNATURES = 100;
const DASH = "\u2014 ";
const CONTROL = /[\x00-\x09\x0b-\x1f]/;

/** Return the key of a vkey. Throws BadEncoding. @param {string} text @returns {VerifierKey} */
export function parseVkey(text) {
  const parts = text.split("+");
  if (parts.length < 3) throw new BadEncoding("verifier key", "it is not name+id+key");
  const name = parts[0];
  const raw = fromBase64(parts.slice(2).join("+"), 1 + KEY_BYTES);
  if (!isName(name) || ![ED25519, COSIGNATURE].includes(raw[0])) {
    throw new BadEncoding("verifier key", "it is no Ed25519 key of a type and name that may be");
  }
  const id = sha256(concat(utf8(`${name}\n`), raw)).subarray(0, 4);
  if (toHex(id) !== parts[1]) {
    throw new BadEncoding("verifier key", "its id is not that of its name and key");
  }
  return { name, type: raw[0], key: raw.subarray(1), id };
}

/**
 * Return the note of its bytes, nothing verified. Throws BadEncoding.
 *
 * @param {Uint8Array} raw
 * @returns {Note}
 */
export function decodeNote(raw) {
  if (raw.length > MAX_BYTES) throw new BadEncoding("signed note", "it is too long");
  const whole = utf8Text(raw);
  if (whole === null) throw new BadEncoding("signed note", "it is not UTF-8");
  if (CONTROL.test(whole)) throw new BadEncoding("signed note", "it has control characters");
  const blank = whole.lastIndexOf("\n\n");
  const lines = whole.slice(blank + 2).split("\n");
  if (blank < 0 || lines.pop() !== "" || lines.length === 0) {
    throw new BadEncoding("signed note", "it has no signatures after an empty line");
  }
  if (lines.length > MAX_SIGNATURES) {
    throw new BadEncoding("signed note", "it has too many signatures");
  }
  return { text: whole.slice(0, blank + 1), signatures: lines.map(parseSignature) };
}

/**
 * Return the signature bytes of each line naming this key.
 *
 * @param {Note} note
 * @param {VerifierKey} key
 */
export function signaturesOf(note, key) {
  return note.signatures
    .filter(({ name, keyId }) => name === key.name && equal(keyId, key.id))
    .map(({ signature }) => signature);
}

/**
 * Throw NoteUnverified unless the note carries a valid Ed25519 signature of this key.
 *
 * @param {Note} note
 * @param {VerifierKey} key
 */
export function verifyNote(note, key) {
  const found = signaturesOf(note, key);
  const message = utf8(note.text);
  const good = found.every((signature) => isSigned(key.key, message, signature));
  if (key.type !== ED25519 || found.length === 0 || !good) throw new NoteUnverified(key.name);
}

/** @param {string} line @returns {Signature} */
function parseSignature(line) {
  const [name, ...rest] = line.slice(DASH.length).split(" ");
  if (!line.startsWith(DASH) || rest.length === 0 || !isName(name)) {
    throw new BadEncoding("signed note", "a line after the empty one is no signature");
  }
  const raw = fromBase64(rest.join(" "));
  if (raw.length < 5) throw new BadEncoding("signed note", "a signature is too short");
  return { name, keyId: raw.subarray(0, 4), signature: raw.subarray(4) };
}

/**
 * Return whether a key may have this name: not empty, no Unicode space, no plus.
 *
 * @param {string} name
 */
function isName(name) {
  return name !== "" && !name.includes("+") && !hasSpace(name);
}
