/** Reading subtree hashes out of a published log's tiles, for proofs. */

import { LogCorrupt } from "../errors.js";
import { rootOf } from "./merkle.js";
import { HEIGHT, WIDTH, decodeTile, tilePath } from "./tiles.js";

/**
 * Return a reader of complete subtrees of a log of `size`; each tile is read once.
 *
 * @param {number} size
 * @param {(path: string) => Promise<Uint8Array>} read by the path below the log's prefix
 * @returns {import("./merkle.js").NodeReader}
 */
export function nodeReader(size, read) {
  /** @type {Map<string, Promise<Uint8Array[]>>} */
  const tiles = new Map();

  /** @param {number} level @param {number} index */
  async function hashesOf(level, index) {
    const width = Math.min(WIDTH, Math.floor(size / WIDTH ** level) - index * WIDTH);
    if (width <= 0) throw new LogCorrupt(`a log of ${size} has no tile ${index} at level ${level}`);
    return decodeTile(await read(tilePath({ level, index, width })), width);
  }

  return async (level, index) => {
    const [tileLevel, height] = [Math.floor(level / HEIGHT), level % HEIGHT];
    const [first, count] = [index * 2 ** height, 2 ** height];
    const [place, at] = [Math.floor(first / WIDTH), first % WIDTH];
    const name = `${tileLevel}/${place}`;
    const hashes = tiles.get(name) ?? hashesOf(tileLevel, place);
    tiles.set(name, hashes);
    const found = (await hashes).slice(at, at + count);
    if (found.length !== count) {
      throw new LogCorrupt(`a log of ${size} has no node ${index} at level ${level}`);
    }
    return rootOf(found);
  };
}
