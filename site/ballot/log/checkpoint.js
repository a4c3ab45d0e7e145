/**
 * Checkpoints: what a log commits to, signed by it and cosigned by witnesses.
 *
 * C2SP tlog-checkpoint: the note text is three lines, origin, size and base64(root), without
 * extension lines. C2SP tlog-cosignature, type 0x04: 8-byte POSIX time || Ed25519 signature of the
 * lines `cosignature/v1` and `time <seconds>` and the note text.
 */

import { toBigInt } from "../bytes.js";
import { fromBase64, parseDecimal } from "../canonical.js";
import { SIGNATURE_BYTES, isSigned } from "../crypto/ed25519.js";
import { BadEncoding, NoteUnverified } from "../errors.js";
import { COSIGNATURE, decodeNote, signaturesOf, verifyNote } from "./note.js";
import { utf8 } from "../text.js";

/** @typedef {import("./note.js").Note} Note */
/** @typedef {import("./note.js").VerifierKey} VerifierKey */
/** @typedef {{ origin: string, size: number, root: Uint8Array }} Checkpoint */

/**
 * Return the checkpoint of a note text. Throws BadEncoding.
 *
 * @param {string} text
 * @returns {Checkpoint}
 */
export function parseCheckpoint(text) {
  const lines = text.split("\n");
  if (lines.length !== 4 || lines[3]) throw new BadEncoding("checkpoint", "it is not three lines");
  const [origin, size, root] = lines;
  if (!origin) throw new BadEncoding("checkpoint", "it has no origin");
  return { origin, size: parseDecimal(size), root: fromBase64(root, 32) };
}

/**
 * Return the checkpoint of a note signed by this log key, whose name is the origin.
 *
 * Throws BadEncoding or NoteUnverified.
 *
 * @param {Uint8Array} raw
 * @param {VerifierKey} key
 */
export function verifyCheckpoint(raw, key) {
  const note = decodeNote(raw);
  const checkpoint = parseCheckpoint(note.text);
  if (checkpoint.origin !== key.name) throw new NoteUnverified(key.name);
  verifyNote(note, key);
  return checkpoint;
}

/**
 * Return when a witness cosigned a checkpoint, in seconds since 1970, or null if it did not.
 *
 * @param {Note} note
 * @param {VerifierKey} key
 */
export function cosignedAt(note, key) {
  if (key.type !== COSIGNATURE) return null;
  for (const raw of signaturesOf(note, key)) {
    const time = toBigInt(raw.subarray(0, 8));
    const message = utf8(`cosignature/v1\ntime ${time}\n${note.text}`);
    const isWhole = raw.length === 8 + SIGNATURE_BYTES;
    if (isWhole && isSigned(key.key, message, raw.subarray(8))) return Number(time);
  }
  return null;
}
