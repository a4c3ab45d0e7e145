/**
 * Blind signatures: RFC 9474, RSABSSA-SHA384-PSS-Deterministic, with 2048-bit keys.
 *
 * A credential is an ordinary RSASSA-PSS signature (SHA-384, MGF1 with SHA-384, a salt of exactly
 * 48 bytes, e = 65537) that its issuer made without seeing it. Here are the voter's side, `blind`
 * and `finalize`, and everyone's `isCredential`. Numbers travel as 256 big-endian bytes. (The RFC's
 * own figures use 4096 bits; the arithmetic takes any size, the manifest only 2048 bits.)
 *
 * BigInt takes longer for some numbers than for others. What it works on here is drawn for one
 * election, in the voter's own browser, and used twice; an issuer's key is never among it.
 */

import { sha384 } from "@noble/hashes/sha2.js";
import { concat, equal, fromBigInt, toBigInt, uint32 } from "../bytes.js";
import { BlindSignatureInvalid, BlindedMessageInvalid } from "../errors.js";

export const SALT_BYTES = 48;
export const FACTOR_BYTES = 272;

const HASH_BYTES = 48;
const TRAILER = 0xbc;
const EXTRA_FACTOR_BYTES = 16;

/**
 * Return the blinded message (RFC 9474 section 4.2).
 *
 * `factor` is 16 random bytes more than the modulus has (272), reduced to 1 <= r < n here.
 *
 * @param {Uint8Array} modulus
 * @param {Uint8Array} message
 * @param {Uint8Array} salt 48 random bytes
 * @param {Uint8Array} factor
 */
export function blind(modulus, message, salt, factor) {
  const n = toBigInt(modulus);
  const encoded = toBigInt(pssEncode(message, bitLength(n) - 1, salt));
  if (inverse(encoded, n) === null) {
    throw new BlindedMessageInvalid("the message shares a factor with the modulus");
  }
  const { r } = blindingFactor(factor, n);
  return fromBigInt((encoded * power65537(r, n)) % n, modulus.length);
}

/**
 * Return the credential signature in an issuer's answer (RFC 9474 section 4.4).
 *
 * Throws BlindSignatureInvalid: ask again with the same message, publish nothing.
 *
 * @param {Uint8Array} modulus
 * @param {Uint8Array} message
 * @param {Uint8Array} blindSignature
 * @param {Uint8Array} factor as given to `blind`
 */
export function finalize(modulus, message, blindSignature, factor) {
  const n = toBigInt(modulus);
  const answer = toBigInt(blindSignature);
  if (blindSignature.length !== modulus.length || answer >= n) throw new BlindSignatureInvalid();
  const { inverse } = blindingFactor(factor, n);
  const signature = fromBigInt((answer * inverse) % n, modulus.length);
  if (!isCredential(modulus, message, signature)) throw new BlindSignatureInvalid();
  return signature;
}

/**
 * Return whether a signature is a valid credential: PSS, salt of 48 bytes, s < n.
 *
 * RFC 8017 sections 8.1.2 and 9.1.2.
 *
 * @param {Uint8Array} modulus
 * @param {Uint8Array} message
 * @param {Uint8Array} signature
 */
export function isCredential(modulus, message, signature) {
  const n = toBigInt(modulus);
  const s = toBigInt(signature);
  if (signature.length !== modulus.length || s >= n) return false;
  const bits = bitLength(n) - 1;
  const encoded = power65537(s, n);
  if (encoded >> BigInt(bits)) return false;
  return isPssEncoded(message, fromBigInt(encoded, Math.ceil(bits / 8)), bits);
}

/**
 * Return value^65537 mod n: sixteen squarings and one multiplication.
 *
 * @param {bigint} value
 * @param {bigint} n
 */
function power65537(value, n) {
  let power = value;
  for (let squaring = 0; squaring < 16; squaring++) power = (power * power) % n;
  return (power * value) % n;
}

/** @param {Uint8Array} raw @param {bigint} n */
function blindingFactor(raw, n) {
  if (raw.length !== bitLength(n) / 8 + EXTRA_FACTOR_BYTES) {
    throw new BlindedMessageInvalid(`its blinding factor has ${raw.length} bytes`);
  }
  const r = (toBigInt(raw) % (n - 1n)) + 1n;
  const found = inverse(r, n);
  if (found === null) {
    throw new BlindedMessageInvalid("the blinding factor shares a factor with the modulus");
  }
  return { r, inverse: found };
}

/**
 * Return the inverse of a value mod n by Euclid's algorithm, null if they share a factor.
 *
 * @param {bigint} value
 * @param {bigint} n
 */
function inverse(value, n) {
  let [previous, remainder] = [n, value % n];
  let [before, coefficient] = [0n, 1n];
  while (remainder) {
    const quotient = previous / remainder;
    [previous, remainder] = [remainder, previous - quotient * remainder];
    [before, coefficient] = [coefficient, before - quotient * coefficient];
  }
  if (previous !== 1n) return null;
  return before < 0n ? before + n : before;
}

/** @param {bigint} n */
function bitLength(n) {
  return n.toString(2).length;
}

/**
 * Return EMSA-PSS-ENCODE of a message (RFC 8017 section 9.1.1), SHA-384 throughout.
 *
 * @param {Uint8Array} message
 * @param {number} bits
 * @param {Uint8Array} salt
 */
function pssEncode(message, bits, salt) {
  if (salt.length !== SALT_BYTES) {
    throw new BlindedMessageInvalid(`its salt has ${salt.length} bytes, not ${SALT_BYTES}`);
  }
  const size = Math.ceil(bits / 8);
  const digest = pssDigest(message, salt);
  const block = new Uint8Array(size - HASH_BYTES - 1);
  block[block.length - SALT_BYTES - 1] = 1;
  block.set(salt, block.length - SALT_BYTES);
  return concat(masked(block, digest, 8 * size - bits), digest, Uint8Array.of(TRAILER));
}

/**
 * Return whether an encoding is one of this message (RFC 8017 section 9.1.2).
 *
 * The salt is read out and the whole encoding made again: nothing in it is left unlooked at.
 *
 * @param {Uint8Array} message
 * @param {Uint8Array} encoded
 * @param {number} bits
 */
function isPssEncoded(message, encoded, bits) {
  const digest = encoded.subarray(-HASH_BYTES - 1, -1);
  const block = masked(encoded.subarray(0, -HASH_BYTES - 1), digest, 8 * encoded.length - bits);
  return equal(encoded, pssEncode(message, bits, block.subarray(-SALT_BYTES)));
}

/** @param {Uint8Array} message @param {Uint8Array} salt */
function pssDigest(message, salt) {
  return sha384(concat(new Uint8Array(8), sha384(message), salt));
}

/**
 * Return a block under the mask of MGF1 with SHA-384 (RFC 8017 appendix B.2.1), its first bits 0.
 *
 * @param {Uint8Array} block
 * @param {Uint8Array} seed
 * @param {number} unusedBits
 */
function masked(block, seed, unusedBits) {
  const result = Uint8Array.from(block);
  for (let at = 0; at < block.length; at += HASH_BYTES) {
    const mask = sha384(concat(seed, uint32(at / HASH_BYTES)));
    for (let i = 0; i < HASH_BYTES && at + i < block.length; i++) result[at + i] ^= mask[i];
  }
  result[0] &= 0xff >> unusedBits;
  return result;
}
