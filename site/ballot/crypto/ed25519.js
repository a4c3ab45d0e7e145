/**
 * Ed25519 by libsodium's rules: a signature is valid there or nowhere.
 *
 * Valid iff A and R are canonical and not of small order, S < L, and encode(S*B - k*A) equals R's
 * bytes. WebCrypto and noble's own `verify` follow other rules, which differ on crafted keys
 * (tests/vectors/ed25519-edge.json): here are noble's points, and the rule is ours. Nothing secret
 * is handled when verifying, so it takes whatever time it takes.
 */

import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { concat, equal, fromLittleEndian } from "../bytes.js";
import { BadKey } from "../errors.js";

const { Point } = ed25519;
const L = Point.Fn.ORDER;
const WINDOW = 5;

/** @typedef {typeof Point.BASE} EdwardsPoint */

/** Of the base point, once a signature is looked at: a page that begins is not held up by them. */
let ofBase = /** @type {EdwardsPoint[] | null} */ (null);

export const KEY_BYTES = 32;
export const SIGNATURE_BYTES = 64;

/**
 * Keep a small table of the base point's multiples: for whoever signs only a few times.
 *
 * It is made in a third of the time, and each signature takes a little longer.
 */
export function forFewUses() {
  Point.BASE.precompute(3);
}

/** An Ed25519 key pair; `public` is its 32 bytes, `sign` gives a signature of 64. */
export class SigningKey {
  #seed;

  /** @param {Uint8Array} seed 32 bytes: the secret itself */
  constructor(seed) {
    if (seed.length !== KEY_BYTES) {
      throw new BadKey("signing key", `its seed has ${seed.length} bytes, not ${KEY_BYTES}`);
    }
    this.#seed = Uint8Array.from(seed);
    this.public = /** @type {Uint8Array} */ (ed25519.getPublicKey(this.#seed));
  }

  /** Return the signature of a message, deterministic (RFC 8032). @param {Uint8Array} message */
  sign(message) {
    return /** @type {Uint8Array} */ (ed25519.sign(message, this.#seed));
  }
}

/**
 * Return whether a 64-byte signature of a message verifies under a 32-byte key.
 *
 * @param {Uint8Array} publicKey
 * @param {Uint8Array} message
 * @param {Uint8Array} signature
 */
export function isSigned(publicKey, message, signature) {
  if (publicKey.length !== KEY_BYTES || signature.length !== SIGNATURE_BYTES) return false;
  const A = decodeKey(publicKey);
  const R = signature.subarray(0, 32);
  const S = fromLittleEndian(signature.subarray(32));
  if (A === null || S >= L) return false;
  const k = fromLittleEndian(sha512(concat(R, publicKey, message))) % L;
  ofBase ??= oddMultiples(Point.BASE);
  const found = sumOf([ofBase, S], [oddMultiples(A.negate()), k]);
  // What equals the encoding of a point is canonical; so only R's order is left to look at.
  return equal(found.toBytes(), R) && !found.isSmallOrder();
}

/**
 * Return the point of a canonical encoding, not of small order, or null.
 *
 * @param {Uint8Array} raw
 */
function decodeKey(raw) {
  let point;
  try {
    point = Point.fromBytes(raw, false);
  } catch {
    return null;
  }
  return point.isSmallOrder() ? null : point;
}

/**
 * Return a point times 1, 3, 5 and so on: what the digits of a factor choose from.
 *
 * @param {EdwardsPoint} point
 */
function oddMultiples(point) {
  const twice = point.double();
  const odd = [point];
  while (odd.length < 1 << (WINDOW - 2)) odd.push(odd[odd.length - 1].add(twice));
  return odd;
}

/**
 * Return the sum of points, each times a factor, doubling once for all of them (Straus).
 *
 * @param {...[EdwardsPoint[], bigint]} terms odd multiples of each point, and its factor
 */
function sumOf(...terms) {
  const digits = terms.map(([, factor]) => signedDigits(factor));
  let result = Point.ZERO;
  for (let at = Math.max(...digits.map(({ length }) => length)) - 1; at >= 0; at--) {
    result = result.double();
    terms.forEach(([odd], which) => {
      const digit = digits[which][at] ?? 0;
      if (digit > 0) result = result.add(odd[digit >> 1]);
      if (digit < 0) result = result.subtract(odd[-digit >> 1]);
    });
  }
  return result;
}

/**
 * Return k in digits that are 0 or odd, below 2^(WINDOW-1) either way, the lowest first; of any
 * WINDOW in a row at most one is not 0 ("width-w NAF").
 *
 * @param {bigint} k
 */
function signedDigits(k) {
  const bits = k.toString(2).padStart(256, "0");
  const digits = [];
  let carry = 0;
  for (let at = 255; at >= 0;) {
    if (Number(bits[at]) === carry) {
      digits.push(0);
      at--;
      continue;
    }
    const value = parseInt(bits.slice(Math.max(0, at - WINDOW + 1), at + 1), 2) + carry;
    carry = value >> (WINDOW - 1);
    digits.push(value - (carry << WINDOW), ...Array(WINDOW - 1).fill(0));
    at -= WINDOW;
  }
  return digits;
}
