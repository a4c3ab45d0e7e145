/**
 * Where a log's hashes and entries stand as static files: C2SP tlog-tiles.
 *
 *     tile/<L>/<N>[.p/<W>]        W (or 256) hashes of level 8*L
 *     tile/entries/<N>[.p/<W>]    W (or 256) entries, each after its uint16 length
 *
 * N is written in groups of three digits, all but the last prefixed with x: 1234067 is
 * `x001/x234/067`. W runs from 1 to 255; an empty tile is never written.
 */

import { readUint16 } from "../bytes.js";
import { BadEncoding } from "../errors.js";
import { HASH_BYTES } from "./merkle.js";

/** @typedef {{ level: number | null, index: number, width: number }} Tile level null: entries */

export const WIDTH = 256;
export const HEIGHT = 8;

/** Return a tile's path below the log's prefix. @param {Tile} tile */
export function tilePath({ level, index, width }) {
  const partial = width === WIDTH ? "" : `.p/${width}`;
  return `tile/${level ?? "entries"}/${encodeIndex(index)}${partial}`;
}

/** Return a tile's number in groups of three digits. @param {number} index */
export function encodeIndex(index) {
  const digits = String(index);
  const groups = digits.padStart(3 * Math.ceil(digits.length / 3), "0").match(/.{3}/g) ?? [];
  return groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join("/");
}

/**
 * Yield the tiles of hashes of a tree, level by level, the last of each level partial.
 *
 * @param {number} size
 * @returns {Generator<Tile & { level: number }>}
 */
export function* tilesOf(size) {
  for (let level = 0, count = size; count > 0; level++, count = Math.floor(count / WIDTH)) {
    for (const { index, width } of rowOf(count)) yield { level, index, width };
  }
}

/**
 * Yield the bundles of entries of a tree in order, the last one partial.
 *
 * @param {number} size
 * @returns {Generator<Tile>}
 */
export function* bundlesOf(size) {
  for (const { index, width } of rowOf(size)) yield { level: null, index, width };
}

/** @param {number} count */
function* rowOf(count) {
  const full = Math.floor(count / WIDTH);
  for (let index = 0; index < full; index++) yield { index, width: WIDTH };
  if (count % WIDTH) yield { index: full, width: count % WIDTH };
}

/**
 * Return the hashes of a tile of exactly this width.
 *
 * @param {Uint8Array} raw
 * @param {number} width
 */
export function decodeTile(raw, width = WIDTH) {
  if (raw.length !== width * HASH_BYTES) {
    throw new BadEncoding("tile", `it has ${raw.length} bytes, not ${width * HASH_BYTES}`);
  }
  return Array.from({ length: width }, (_, at) =>
    raw.subarray(HASH_BYTES * at, HASH_BYTES * (at + 1)),
  );
}

/**
 * Return the entries of a bundle of exactly this width.
 *
 * @param {Uint8Array} raw
 * @param {number} width
 */
export function decodeBundle(raw, width = WIDTH) {
  const entries = [];
  let at = 0;
  for (let number = 0; number < width; number++) {
    const end = at + 2 <= raw.length ? at + 2 + readUint16(raw, at) : Infinity;
    if (end > raw.length) {
      throw new BadEncoding("entry bundle", `it ends within entry ${number} of ${width}`);
    }
    entries.push(raw.subarray(at + 2, end));
    at = end;
  }
  if (at !== raw.length) throw new BadEncoding("entry bundle", `it goes on after ${width} entries`);
  return entries;
}
