/** Bytes as values: joined, compared, and turned into numbers and back. */

import { bytesToHex, concatBytes, hexToBytes } from "@noble/hashes/utils.js";

export { bytesToHex as toHex, concatBytes as concat, hexToBytes as fromHex };

/** Return whether two byte strings are the same. @param {Uint8Array} a @param {Uint8Array} b */
export function equal(a, b) {
  return compare(a, b) === 0;
}

/**
 * Return below, at or above 0 as `a` comes before, with or after `b`, byte by byte.
 *
 * @param {Uint8Array} a
 * @param {Uint8Array} b
 */
export function compare(a, b) {
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at++) {
    if (a[at] !== b[at]) return a[at] - b[at];
  }
  return a.length - b.length;
}

/** Return big-endian bytes as a number. @param {Uint8Array} raw @returns {bigint} */
export function toBigInt(raw) {
  return raw.length ? BigInt("0x" + bytesToHex(raw)) : 0n;
}

/** Return a number as so many big-endian bytes. @param {bigint} value @param {number} length */
export function fromBigInt(value, length) {
  return hexToBytes(value.toString(16).padStart(2 * length, "0"));
}

/** Return little-endian bytes as a number. @param {Uint8Array} raw @returns {bigint} */
export function fromLittleEndian(raw) {
  return toBigInt(Uint8Array.from(raw).reverse());
}

/** Return an integer below 2^16 as two big-endian bytes. @param {number} value */
export function uint16(value) {
  return Uint8Array.of(value >>> 8, value & 0xff);
}

/** Return an integer below 2^32 as four big-endian bytes. @param {number} value */
export function uint32(value) {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

/** Return the integer of two big-endian bytes. @param {Uint8Array} raw @param {number} at */
export function readUint16(raw, at) {
  return raw[at] * 0x100 + raw[at + 1];
}

/** Return the integer of four big-endian bytes. @param {Uint8Array} raw @param {number} at */
export function readUint32(raw, at) {
  return readUint16(raw, at) * 0x10000 + readUint16(raw, at + 2);
}
