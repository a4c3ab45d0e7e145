/** Every bundle of a log through its check: in order, in workers, a few in memory at once. */

import { NotFound, UrneError } from "../errors.js";
import { WIDTH, bundlesOf, decodeBundle, tilePath } from "../log/tiles.js";
import { Kind, decodeReveal } from "../model/entry.js";
import { requireScalar } from "./reveal.js";

/** @typedef {import("../crypto/seal.js").KeyPair} KeyPair */
/** @typedef {import("../log/tiles.js").Tile} Tile */
/** @typedef {import("../model/election.js").Election} Election */
/** @typedef {import("./bundle.js").BundleResult} BundleResult */
/** @typedef {import("./bundle.js").BundleWork} BundleWork */
/** @typedef {import("./question.js").Read} Read */
/** @typedef {import("./tree.js").Tree} Tree */
/** @typedef {(work: BundleWork) => Promise<BundleResult>} Check what a worker does with a bundle */

const WINDOW = 8;

// Behind the reveals there is one entry, the tally. In a log with more behind them, which the order
// forbids, they are still found within this many.
const STRAY_ENTRIES = WIDTH;

/**
 * Yield the result of every bundle in order.
 *
 * Where neither tiles nor bundle are there it ends: a checkpoint may claim any size.
 *
 * @param {number} size
 * @param {Read} read
 * @param {Tree | null} committed the tree of the published tiles, if it makes the signed root
 * @param {Check} check
 * @returns {AsyncGenerator<BundleResult>}
 */
export async function* bundleResults(size, read, committed, check) {
  const waiting = [];
  for (const tile of bundlesOf(size)) {
    const raw = await readOrNull(read, tile);
    const known = committed?.tiles[tile.index] ?? null;
    waiting.push(check({ tile, raw, committed: known }));
    if (waiting.length >= WINDOW)
      yield await /** @type {Promise<BundleResult>} */ (waiting.shift());
    if (raw === null && known === null) break;
  }
  yield* waiting;
}

/**
 * Return the keys of every trustee from the log's end, null before the reveal.
 *
 * Only scalars of the keys in the manifest are taken, so it matters little whether the entries are
 * those committed to; that is said where bundles are checked.
 *
 * @param {Election} election
 * @param {number} size
 * @param {Read} read
 * @returns {Promise<KeyPair[] | null>}
 */
export async function revealedKeys(election, size, read) {
  const scalars = new Map();
  const first = Math.max(0, size - election.trustees.length - STRAY_ENTRIES);
  for (let index = Math.floor(first / WIDTH); index * WIDTH < size; index++) {
    const width = Math.min(WIDTH, size - index * WIDTH);
    for (const raw of await entriesOf(read, { level: null, index, width })) {
      const place = raw[0] === Kind.REVEAL ? placeOf(election, raw.subarray(1)) : null;
      if (place) scalars.set(place.place, scalars.get(place.place) ?? place.scalar);
    }
  }
  if (scalars.size < election.trustees.length) return null;
  return election.trustees.map(({ key }, place) => ({ key, scalar: scalars.get(place) }));
}

/** @param {Election} election @param {Uint8Array} body */
function placeOf(election, body) {
  try {
    const shown = decodeReveal(body, election.election_id);
    return { place: requireScalar(election, shown), scalar: shown.scalar };
  } catch (e) {
    if (e instanceof UrneError) return null; // said where reveals are checked
    throw e;
  }
}

/** @param {Read} read @param {Tile} tile */
async function entriesOf(read, tile) {
  const raw = await readOrNull(read, tile);
  try {
    return raw === null ? [] : decodeBundle(raw, tile.width);
  } catch (e) {
    if (e instanceof UrneError) return [];
    throw e;
  }
}

/** @param {Read} read @param {Tile} tile */
async function readOrNull(read, tile) {
  try {
    return await read(tilePath(tile));
  } catch (e) {
    if (e instanceof NotFound) return null;
    throw e;
  }
}
