/**
 * Minisign's files as a reader needs them: the town's tally and releases carry such signatures.
 *
 *     public key   untrusted comment: …
 *                  base64("Ed" || key id, 8 bytes || Ed25519 key, 32 bytes)
 *     signature    untrusted comment: …
 *                  base64("ED" || key id || Ed25519 signature of BLAKE2b-512(file))
 *                  trusted comment: …
 *                  base64(Ed25519 signature of the signature above || trusted comment)
 *
 * The prehashed form only.
 */

import { blake2b } from "@noble/hashes/blake2.js";
import { concat, equal } from "../bytes.js";
import { fromBase64 } from "../canonical.js";
import { BadEncoding, NoteUnverified } from "../errors.js";
import { isSigned } from "./ed25519.js";
import { utf8, utf8Text } from "../text.js";

const UNTRUSTED = "untrusted comment: ";
const TRUSTED = "trusted comment: ";
const KEY_ALGORITHM = utf8("Ed");
const PREHASHED = utf8("ED");

/** Return the base64 line of a public key file. Throws BadEncoding. @param {Uint8Array} raw */
export function readPublicKeyFile(raw) {
  const [, line] = linesOf(raw, "minisign public key", 2);
  parsePublicKeyLine(line);
  return line;
}

/** Return the 32-byte key of a base64 line. Throws BadEncoding. @param {string} line */
export function parsePublicKeyLine(line) {
  const raw = fromBase64(line, 42);
  if (!equal(raw.subarray(0, 2), KEY_ALGORITHM)) {
    throw new BadEncoding("minisign public key", "its algorithm is not Ed");
  }
  return raw.subarray(10);
}

/**
 * Return the trusted comment of a verified content. Throws BadEncoding or NoteUnverified.
 *
 * @param {string} keyLine
 * @param {Uint8Array} content
 * @param {Uint8Array} signatureFile
 */
export function verifyFile(keyLine, content, signatureFile) {
  const key = parsePublicKeyLine(keyLine);
  const keyId = fromBase64(keyLine, 42).subarray(2, 10);
  const lines = linesOf(signatureFile, "minisign signature", 4);
  if (!lines[2].startsWith(TRUSTED)) {
    throw new BadEncoding("minisign signature", "its third line is no trusted comment");
  }
  const comment = lines[2].slice(TRUSTED.length);
  const [first, overAll] = [fromBase64(lines[1], 74), fromBase64(lines[3], 64)];
  const signature = first.subarray(10);
  const good =
    equal(first.subarray(0, 10), concat(PREHASHED, keyId)) &&
    isSigned(key, blake2b(content), signature) &&
    isSigned(key, concat(signature, utf8(comment)), overAll);
  if (!good) throw new NoteUnverified("minisign key");
  return comment;
}

/** @param {Uint8Array} raw @param {string} what @param {number} number */
function linesOf(raw, what, number) {
  const text = utf8Text(raw);
  if (text === null) throw new BadEncoding(what, "it is not UTF-8");
  const lines = text.split("\n");
  if (lines.length !== number + 1 || lines[number] || !lines[0].startsWith(UNTRUSTED)) {
    throw new BadEncoding(what, `it is not ${number} lines beginning with a comment`);
  }
  return lines;
}
