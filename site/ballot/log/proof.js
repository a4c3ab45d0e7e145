/**
 * Proof files: C2SP tlog-proof, one entry's place in a log as a file to keep.
 *
 *     c2sp.org/tlog-proof@v1
 *     [extra <base64>]
 *     index <number>
 *     <base64 hash>...
 *
 *     <the checkpoint, verbatim>
 */

import { concat, equal } from "../bytes.js";
import { fromBase64, parseDecimal, toBase64 } from "../canonical.js";
import { BadEncoding } from "../errors.js";
import { verifyCheckpoint } from "./checkpoint.js";
import { verifyInclusion } from "./merkle.js";
import { utf8, utf8Text } from "../text.js";

/** @typedef {import("./note.js").VerifierKey} VerifierKey */
/**
 * @typedef {{
 *   index: number,
 *   hashes: readonly Uint8Array[],
 *   checkpoint: Uint8Array,
 *   extra: Uint8Array | null,
 * }} Proof `extra` is untrusted
 */

const HEADER = "c2sp.org/tlog-proof@v1";
const MAX_HASHES = 63;

/** Return the `.tlog-proof` file's bytes. @param {Proof} proof */
export function encodeProof({ index, hashes, checkpoint, extra }) {
  const extras = extra === null ? [] : [`extra ${toBase64(extra)}`];
  const lines = [HEADER, ...extras, `index ${index}`, ...hashes.map(toBase64), "", ""];
  return concat(utf8(lines.join("\n")), checkpoint);
}

/**
 * Return the proof of a `.tlog-proof` file. Throws BadEncoding.
 *
 * @param {Uint8Array} raw
 * @returns {Proof}
 */
export function decodeProof(raw) {
  const [head, checkpoint] = parted(raw);
  const lines = head.split("\n");
  if (lines.shift() !== HEADER) {
    throw new BadEncoding("log proof", `it does not begin with ${HEADER}`);
  }
  const extra = lines[0]?.startsWith("extra ") ? fromBase64(lines[0].slice(6)) : null;
  if (extra !== null) lines.shift();
  if (!lines[0]?.startsWith("index ") || lines.length > 1 + MAX_HASHES) {
    throw new BadEncoding("log proof", "it has no index or too many hashes");
  }
  const index = parseDecimal(lines[0].slice(6));
  const hashes = lines.slice(1).map((line) => fromBase64(line, 32));
  const proof = { index, hashes, checkpoint, extra };
  if (!equal(encodeProof(proof), raw)) {
    throw new BadEncoding("log proof", "it is not written in the one way");
  }
  return proof;
}

/**
 * Return the checkpoint that a leaf hash is proven under.
 *
 * Throws BadEncoding, NoteUnverified or ProofInvalid.
 *
 * @param {Proof} proof
 * @param {Uint8Array} leaf
 * @param {VerifierKey} key
 */
export function verifyProof(proof, leaf, key) {
  const checkpoint = verifyCheckpoint(proof.checkpoint, key);
  verifyInclusion(leaf, proof.index, checkpoint.size, proof.hashes, checkpoint.root);
  return checkpoint;
}

/**
 * Return what stands before the first empty line, and the bytes after it.
 *
 * @param {Uint8Array} raw
 * @returns {[string, Uint8Array]}
 */
function parted(raw) {
  const newline = 0x0a;
  const blank = raw.findIndex((byte, at) => byte === newline && raw[at + 1] === newline);
  if (blank < 0) throw new BadEncoding("log proof", "it has no empty line");
  const head = raw.subarray(0, blank);
  if (head.some((byte) => byte > 0x7f)) throw new BadEncoding("log proof", "its head is not ASCII");
  return [utf8Text(head) ?? "", raw.subarray(blank + 2)];
}
