/**
 * The audit of a log's hashes: the published tiles, the signed root, and an older checkpoint.
 *
 * If the published tiles of leaf hashes make the signed root, they are what was committed to, and
 * entries are held to them. If they do not, but the entries do, it is tiles that were changed.
 */

import { concat, equal } from "../bytes.js";
import { NotFound } from "../errors.js";
import { HASH_BYTES, rootOf } from "../log/merkle.js";
import { WIDTH, decodeTile, tilePath, tilesOf } from "../log/tiles.js";

/** @typedef {import("../log/checkpoint.js").Checkpoint} Checkpoint */
/** @typedef {import("../log/tiles.js").Tile} Tile */
/** @typedef {import("./findings.js").Findings} Findings */
/** @typedef {import("./question.js").Read} Read */

/** A tree as its tiles of leaf hashes, 32 bytes a leaf, all but the last one full. */
export class Tree {
  /** @type {Uint8Array[]} */
  tiles = [];
  /** @type {Uint8Array[]} */
  #roots = [];
  /** The number of leaves. */
  size = 0;

  /** Take the next tile of leaf hashes. @param {Uint8Array} hashes */
  add(hashes) {
    const width = hashes.length / HASH_BYTES;
    this.tiles.push(hashes);
    this.#roots.push(rootOf(decodeTile(hashes, width)));
    this.size += width;
  }

  /** Return whether this is the tree a checkpoint commits to. @param {Checkpoint} checkpoint */
  makes(checkpoint) {
    return this.size === checkpoint.size && equal(this.rootAt(this.size), checkpoint.root);
  }

  /** Return the root over the first `size` leaves. @param {number} size */
  rootAt(size) {
    const [full, rest] = [Math.floor(size / WIDTH), size % WIDTH];
    const roots = this.#roots.slice(0, full);
    if (rest) roots.push(rootOf(decodeTile(this.tiles[full].subarray(0, HASH_BYTES * rest), rest)));
    return rootOf(roots);
  }

  /** Return the place of a leaf hash, or null. @param {Uint8Array} leaf */
  indexOf(leaf) {
    for (const [number, tile] of this.tiles.entries()) {
      const at = decodeTile(tile, tile.length / HASH_BYTES).findIndex((hash) => equal(hash, leaf));
      if (at >= 0) return number * WIDTH + at;
    }
    return null;
  }

  /**
   * Yield every tile of the tree, level by level, with the bytes it must have.
   *
   * @returns {Generator<[Tile & { level: number }, Uint8Array]>}
   */
  *allTiles() {
    let row = this.#roots;
    let level = 1;
    for (const tile of tilesOf(this.size)) {
      if (tile.level === 0) {
        yield [tile, this.tiles[tile.index]];
        continue;
      }
      if (tile.level > level) {
        row = parents(row);
        level = tile.level;
      }
      const first = tile.index * WIDTH;
      yield [tile, concat(...row.slice(first, first + tile.width))];
    }
  }
}

/**
 * Return the roots of each 256 of a row; the last may be of fewer and is then used by no tile.
 *
 * @param {Uint8Array[]} row
 */
function parents(row) {
  const count = Math.ceil(row.length / WIDTH);
  return Array.from({ length: count }, (_, at) => rootOf(row.slice(at * WIDTH, (at + 1) * WIDTH)));
}

/**
 * Return a published tile's bytes, or null if it is missing or of another width.
 *
 * @param {Read} read
 * @param {Tile} tile
 */
async function publishedTile(read, tile) {
  try {
    const raw = await read(tilePath(tile));
    return raw.length === tile.width * HASH_BYTES ? raw : null;
  } catch (e) {
    if (e instanceof NotFound) return null;
    throw e;
  }
}

/**
 * Return the tree of the published tiles of leaf hashes if it makes the signed root, or null.
 *
 * It stops at the first tile that is missing: a checkpoint may claim any size.
 *
 * @param {Checkpoint} checkpoint
 * @param {Read} read
 */
export async function publishedTree(checkpoint, read) {
  const tree = new Tree();
  for (const tile of tilesOf(checkpoint.size)) {
    if (tile.level > 0) break;
    const raw = await publishedTile(read, tile);
    if (raw === null) return null;
    tree.add(raw);
  }
  return tree.makes(checkpoint) ? tree : null;
}

/**
 * Compare published tiles with a tree that makes the signed root.
 *
 * With `leavesRead` the tree is the published tiles of leaf hashes: only those above are left.
 *
 * @param {Tree} tree
 * @param {Read} read
 * @param {Findings} findings
 * @param {{ leavesRead: boolean }} how
 */
export async function checkTiles(tree, read, findings, { leavesRead }) {
  findings.made("tiles");
  for (const [tile, expected] of tree.allTiles()) {
    if (tile.level === 0 && leavesRead) continue;
    const raw = await publishedTile(read, tile);
    if (raw === null || !equal(raw, expected)) {
      findings.fail("tiles", `${tilePath(tile)} is missing or is not what the root commits to`);
    }
  }
}

/**
 * Check that the tree begins with what an older checkpoint committed to.
 *
 * @param {Checkpoint | null} since
 * @param {Tree} tree
 * @param {Findings} findings
 */
export function checkSince(since, tree, findings) {
  if (since === null) {
    findings.skip(["since"], "no older checkpoint was given");
    return;
  }
  findings.made("since");
  if (since.size > tree.size) {
    findings.fail("since", `the log is shorter than it was: ${tree.size}, not ${since.size}`);
  } else if (!equal(tree.rootAt(since.size), since.root)) {
    findings.fail("since", `its first ${since.size} entries have another root than then`);
  }
}
