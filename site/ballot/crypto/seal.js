/**
 * Sealing a ranking for trustees: one libsodium sealed box around the other.
 *
 * A sealed box (`crypto_box_seal`) is ephemeral public key || box, where the box is
 * XSalsa20-Poly1305 under X25519(ephemeral, recipient) and the nonce BLAKE2b-24(ephemeral public ||
 * recipient). It adds 48 bytes a layer. The outermost layer is the first trustee's. The ephemeral
 * keys come in as an argument: fresh for each ballot, and shown by a voter who checks what their
 * page has sealed.
 */

import { hsalsa, xsalsa20poly1305 } from "@noble/ciphers/salsa.js";
import { x25519 } from "@noble/curves/ed25519.js";
import { blake2b } from "@noble/hashes/blake2.js";
import { concat } from "../bytes.js";
import { BadKey, SealBroken } from "../errors.js";
import { utf8 } from "../text.js";

export const KEY_BYTES = 32;
export const LAYER_BYTES = 48;

const NONCE_BYTES = 24;
const SIGMA = words(utf8("expand 32-byte k"));
const NO_NONCE = new Uint32Array(4);

/** @typedef {{ key: Uint8Array, scalar: Uint8Array }} KeyPair a trustee's, once revealed */

/** Return the 32-byte X25519 key of a 32-byte scalar. @param {Uint8Array} scalar */
export function publicOf(scalar) {
  return x25519.getPublicKey(scalar);
}

/** Return whether a scalar is in the one encoding a reveal may carry. @param {Uint8Array} scalar */
export function isClamped(scalar) {
  return scalar.length === KEY_BYTES && !(scalar[0] & 7) && scalar[31] >> 6 === 1;
}

/**
 * Return a plaintext sealed for each key, the first outermost. Throws BadKey.
 *
 * @param {Uint8Array} plain
 * @param {readonly Uint8Array[]} keys
 * @param {readonly Uint8Array[]} ephemerals one secret 32-byte scalar per key, in the same order
 */
export function seal(plain, keys, ephemerals) {
  requireRandomness(keys, ephemerals);
  return keys.reduceRight((sealed, key, at) => sealLayer(sealed, key, ephemerals[at]), plain);
}

/**
 * Return what `seal` returns, with a breath after each layer: a slow telephone answers in between.
 *
 * @param {Uint8Array} plain
 * @param {readonly Uint8Array[]} keys
 * @param {readonly Uint8Array[]} ephemerals
 * @param {() => Promise<unknown>} breathe
 */
export async function sealInBreaths(plain, keys, ephemerals, breathe) {
  requireRandomness(keys, ephemerals);
  let sealed = plain;
  for (let at = keys.length - 1; at >= 0; at--) {
    sealed = sealLayer(sealed, keys[at], ephemerals[at]);
    await breathe();
  }
  return sealed;
}

/** @param {readonly Uint8Array[]} keys @param {readonly Uint8Array[]} ephemerals */
function requireRandomness(keys, ephemerals) {
  if (ephemerals.length !== keys.length || ephemerals.some((one) => one.length !== KEY_BYTES)) {
    throw new BadKey("sealing randomness", "it is not 32 bytes for each trustee");
  }
}

/** @param {Uint8Array} plain @param {Uint8Array} key @param {Uint8Array} ephemeral */
function sealLayer(plain, key, ephemeral) {
  const shared = sharedSecret(ephemeral, key);
  if (shared === null) throw new BadKey("trustee key", "it is of small order");
  const sender = publicOf(ephemeral);
  return concat(sender, box(shared, sender, key).encrypt(plain));
}

/**
 * Return what was sealed, given every trustee's keys in order. Throws SealBroken.
 *
 * @param {Uint8Array} sealed
 * @param {readonly KeyPair[]} pairs
 */
export function openSeal(sealed, pairs) {
  return pairs.reduce(openLayer, sealed);
}

/** @param {Uint8Array} sealed @param {KeyPair} pair */
function openLayer(sealed, { key, scalar }) {
  const sender = sealed.subarray(0, KEY_BYTES);
  const shared = sealed.length < LAYER_BYTES ? null : sharedSecret(scalar, sender);
  if (shared === null) throw new SealBroken();
  try {
    return box(shared, sender, key).decrypt(sealed.subarray(KEY_BYTES));
  } catch {
    throw new SealBroken();
  }
}

/**
 * Return X25519 of a scalar and a key, null if the key is of small order.
 *
 * @param {Uint8Array} scalar
 * @param {Uint8Array} key
 */
function sharedSecret(scalar, key) {
  try {
    return x25519.getSharedSecret(scalar, key);
  } catch {
    return null;
  }
}

/**
 * Return the cipher of one box: key HSalsa20(shared, 0), nonce BLAKE2b-24(sender || recipient).
 *
 * @param {Uint8Array} shared
 * @param {Uint8Array} sender
 * @param {Uint8Array} recipient
 */
function box(shared, sender, recipient) {
  const key = new Uint32Array(KEY_BYTES / 4);
  hsalsa(SIGMA, words(shared), NO_NONCE, key);
  const nonce = blake2b(concat(sender, recipient), { dkLen: NONCE_BYTES });
  return xsalsa20poly1305(bytes(key), nonce);
}

/** Return little-endian bytes as words. @param {Uint8Array} raw */
function words(raw) {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.length);
  return Uint32Array.from({ length: raw.length / 4 }, (_, at) => view.getUint32(4 * at, true));
}

/** Return words as little-endian bytes. @param {Uint32Array} values */
function bytes(values) {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, at) => view.setUint32(4 * at, value, true));
  return new Uint8Array(view.buffer);
}
