/**
 * RFC 6962 Merkle trees: hashes, inclusion and consistency proofs.
 *
 * leaf = SHA-256(0x00 || entry), node = SHA-256(0x01 || left || right), empty root = SHA-256("").
 * Proofs are made from complete subtrees: `node(level, index)` gives the hash of the leaves
 * [index * 2^level, (index + 1) * 2^level). Sizes go to 2^53, beyond which numbers are not exact.
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { concat, equal } from "../bytes.js";
import { ProofInvalid } from "../errors.js";

/** @typedef {(level: number, index: number) => Promise<Uint8Array>} NodeReader */

export const HASH_BYTES = 32;

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** Return the 32-byte Merkle hash of one log entry. @param {Uint8Array} entry */
export function leafHash(entry) {
  return sha256(concat(LEAF, entry));
}

/** Return the root of a tree without leaves. */
function emptyRoot() {
  return sha256(new Uint8Array(0));
}

/** Return the hash of two subtrees. @param {Uint8Array} left @param {Uint8Array} right */
export function nodeHash(left, right) {
  return sha256(concat(NODE, left, right));
}

/**
 * Return the root over hashes of equal, complete subtrees (the last may be smaller).
 *
 * @param {readonly Uint8Array[]} hashes
 * @returns {Uint8Array}
 */
export function rootOf(hashes) {
  if (hashes.length === 0) return emptyRoot();
  if (hashes.length === 1) return hashes[0];
  const middle = split(hashes.length);
  return nodeHash(rootOf(hashes.slice(0, middle)), rootOf(hashes.slice(middle)));
}

/**
 * Return the hash of the leaves [low, high) of a tree, `low` aligned as in RFC 6962.
 *
 * @param {number} low
 * @param {number} high
 * @param {NodeReader} node
 * @returns {Promise<Uint8Array>}
 */
export async function rangeRoot(low, high, node) {
  const width = high - low;
  if (width === 0) return emptyRoot();
  const level = Math.round(Math.log2(width));
  if (2 ** level === width && low % width === 0) return node(level, low / width);
  const middle = low + split(width);
  return nodeHash(await rangeRoot(low, middle, node), await rangeRoot(middle, high, node));
}

/**
 * Return the hashes from the leaf's sibling up to the root's child (RFC 6962 section 2.1.1).
 *
 * @param {number} index
 * @param {number} size
 * @param {NodeReader} node
 */
export async function inclusionProof(index, size, node) {
  requireWithin(index, size);
  const hashes = [];
  for (let low = 0, high = size; high - low > 1;) {
    const middle = low + split(high - low);
    const isLeft = index < middle;
    hashes.unshift(await (isLeft ? rangeRoot(middle, high, node) : rangeRoot(low, middle, node)));
    [low, high] = isLeft ? [low, middle] : [middle, high];
  }
  return hashes;
}

/**
 * Throw ProofInvalid unless the leaf hash stands at `index` under this root.
 *
 * RFC 9162 section 2.1.3.2.
 *
 * @param {Uint8Array} leaf
 * @param {number} index
 * @param {number} size
 * @param {readonly Uint8Array[]} proof
 * @param {Uint8Array} root
 */
export function verifyInclusion(leaf, index, size, proof, root) {
  requireWithin(index, size);
  const { whole } = climb(index, size - 1, leaf, proof);
  if (!equal(whole, root)) throw new ProofInvalid("it leads to another root");
}

/**
 * Throw ProofInvalid unless the newer tree begins with the older one.
 *
 * RFC 9162 section 2.1.4.2; from size 0 only the empty root and an empty proof hold.
 *
 * @param {{ size: number, root: Uint8Array }} older
 * @param {{ size: number, root: Uint8Array }} newer
 * @param {readonly Uint8Array[]} proof
 */
export function verifyConsistency(older, newer, proof) {
  if (!(older.size >= 0 && older.size <= newer.size && Number.isSafeInteger(newer.size))) {
    throw new ProofInvalid(`a log of ${newer.size} has no older size ${older.size}`);
  }
  if (older.size === 0 || older.size === newer.size) {
    requireTrivial(older, newer, proof);
    return;
  }
  const start = isPowerOfTwo(older.size) ? [older.root, ...proof] : proof;
  if (start.length === 0) throw new ProofInvalid("it has too few hashes");
  let [fn, sn] = [older.size - 1, newer.size - 1];
  while (fn % 2) [fn, sn] = [half(fn), half(sn)];
  const { left, whole } = climb(fn, sn, start[0], start.slice(1));
  if (!equal(left, older.root)) throw new ProofInvalid("it leads to another older root");
  if (!equal(whole, newer.root)) throw new ProofInvalid("it leads to another root");
}

/**
 * @param {{ size: number, root: Uint8Array }} older
 * @param {{ size: number, root: Uint8Array }} newer
 * @param {readonly Uint8Array[]} proof
 */
function requireTrivial(older, newer, proof) {
  const expected = older.size ? newer.root : emptyRoot();
  const emptyOk = newer.size > 0 || equal(newer.root, emptyRoot());
  if (proof.length || !equal(older.root, expected) || !emptyOk) {
    throw new ProofInvalid("the roots differ or there are hashes too many");
  }
}

/**
 * Return what a proof's hashes lead to: `left` over those on the left alone, `whole` over all.
 *
 * `fn` and `sn` are the places of the start and of the last node at its level, as in RFC 9162.
 *
 * @param {number} fn
 * @param {number} sn
 * @param {Uint8Array} start
 * @param {readonly Uint8Array[]} proof
 */
function climb(fn, sn, start, proof) {
  let [left, whole] = [start, start];
  for (const sibling of proof) {
    if (sn === 0) throw new ProofInvalid("it has too many hashes");
    if (fn % 2 || fn === sn) {
      [left, whole] = [nodeHash(sibling, left), nodeHash(sibling, whole)];
      while (fn % 2 === 0 && fn) [fn, sn] = [half(fn), half(sn)];
    } else {
      whole = nodeHash(whole, sibling);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  if (sn !== 0) throw new ProofInvalid("it has too few hashes");
  return { left, whole };
}

/** @param {number} index @param {number} size */
function requireWithin(index, size) {
  if (!(index >= 0 && index < size && Number.isSafeInteger(size))) {
    throw new ProofInvalid(`there is no entry ${index} in a log of ${size}`);
  }
}

/** @param {number} value */
function half(value) {
  return Math.floor(value / 2);
}

/** @param {number} value */
function isPowerOfTwo(value) {
  return 2 ** Math.round(Math.log2(value)) === value;
}

/** Return the largest power of two below `width`, from 2 up. @param {number} width */
function split(width) {
  let power = 1;
  while (power * 2 < width) power *= 2;
  return power;
}
