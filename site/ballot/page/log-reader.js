/**
 * The public log as one browser follows it: signed by its key, opened by this election, and never
 * shorter than, or different from, what was seen before.
 */

import { equal } from "../bytes.js";
import { fromBase64, toBase64 } from "../canonical.js";
import { UrneError } from "../errors.js";
import { verifyCheckpoint } from "../log/checkpoint.js";
import {
  inclusionProof,
  leafHash,
  rangeRoot,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from "../log/merkle.js";
import { nodeReader } from "../log/nodes.js";
import { decodeNote, parseVkey } from "../log/note.js";
import { cosigners, isMet, parsePolicy } from "../log/policy.js";
import { encodeProof } from "../log/proof.js";
import { bundlesOf, decodeBundle, decodeTile, tilePath, tilesOf } from "../log/tiles.js";
import { Kind, entry } from "../model/entry.js";
import { breathe } from "./dom.js";
import { Stop } from "./stop.js";
import { readFile } from "./web.js";

/** @typedef {import("../model/election.js").Election} Election */
/** @typedef {import("./keep.js").Seen} Seen */
/** @typedef {{ raw: Uint8Array, size: number, root: Uint8Array }} Head a verified checkpoint */
/**
 * @typedef {{ index: number, head: Head, file: string, witnesses: string[], isWitnessed: boolean }}
 * Place
 */

export class LogReader {
  /** Full tiles never change: read once. @type {Map<string, Promise<Uint8Array>>} */
  #full = new Map();

  /**
   * @param {Election} election
   * @param {{ seen: Seen | null }} keep where the newest checkpoint is remembered
   */
  constructor(election, keep) {
    this.election = election;
    this.keep = keep;
    this.key = parseVkey(election.log_key);
  }

  /**
   * Return the newest checkpoint, held to all that was seen before.
   *
   * Throws Stop: `log-rolled-back`, `log-forked`, `log-untrusted`, `offline` or `unavailable`.
   *
   * @returns {Promise<Head>}
   */
  async head() {
    const raw = await this.#file("checkpoint");
    return trusting(async () => {
      const { size, root } = verifyCheckpoint(raw, this.key);
      await breathe();
      const head = { raw, size, root };
      const { seen } = this.keep;
      if (seen) await this.#requireLater(seen, head);
      if (!seen || seen.size < size) {
        await this.#requireOurs(head);
        const election = toBase64(this.election.election_id);
        this.keep.seen = { election, size, root: toBase64(root) };
      }
      return head;
    });
  }

  /**
   * Return where a leaf stands, proven, with the `.tlog-proof` file; null if it is not in the log.
   *
   * All leaf hashes are read, not those around this one: the server learns nothing of which it is.
   *
   * @param {Uint8Array} leaf
   * @param {Head} head
   * @returns {Promise<Place | null>}
   */
  async find(leaf, head) {
    const leaves = await this.leaves(head);
    const index = leaves.findIndex((one) => equal(one, leaf));
    if (index < 0) return null;
    return trusting(async () => {
      const hashes = await inclusionProof(index, head.size, this.#nodes(head));
      verifyInclusion(leaf, index, head.size, hashes, head.root);
      const proof = encodeProof({ index, hashes, checkpoint: head.raw, extra: null });
      return { index, head, file: new TextDecoder().decode(proof), ...this.witnesses(head) };
    });
  }

  /** Return who cosigned a checkpoint, and whether the policy is met. @param {Head} head */
  witnesses(head) {
    const [policy, note] = [parsePolicy(this.election.witness_policy), decodeNote(head.raw)];
    return {
      witnesses: cosigners(policy, note).map(({ name }) => name),
      isWitnessed: isMet(policy, note),
    };
  }

  /** Return all leaf hashes, as served: not proven yet. @param {Head} head */
  async leaves({ size }) {
    const tiles = [...tilesOf(size)].filter(({ level }) => level === 0);
    const read = tiles.map(async (tile) =>
      decodeTile(await this.#tile(tilePath(tile)), tile.width),
    );
    return trusting(async () => (await Promise.all(read)).flat());
  }

  /** Return all entries, each proven by the checkpoint. @param {Head} head */
  async entries(head) {
    const read = [...bundlesOf(head.size)].map(async (bundle) =>
      decodeBundle(await this.#tile(tilePath(bundle)), bundle.width),
    );
    return trusting(async () => {
      const entries = (await Promise.all(read)).flat();
      const root = rootOf(entries.map(leafHash));
      if (!equal(root, head.root)) throw new Stop("log-untrusted");
      return entries;
    });
  }

  /** @param {Seen} seen @param {Head} head */
  async #requireLater(seen, head) {
    if (head.size < seen.size) throw new Stop("log-rolled-back");
    const older = { size: seen.size, root: fromBase64(seen.root, 32) };
    const proof = await consistencyProof(seen.size, head.size, this.#nodes(head));
    try {
      verifyConsistency(older, head, proof);
    } catch (cause) {
      throw new Stop("log-forked", { cause });
    }
  }

  /** @param {Head} head */
  async #requireOurs(head) {
    const first = leafHash(entry(Kind.ELECTION, this.election.election_id));
    const proof = await inclusionProof(0, head.size, this.#nodes(head));
    verifyInclusion(first, 0, head.size, proof, head.root);
  }

  /** @param {Head} head */
  #nodes({ size }) {
    return nodeReader(size, (path) => this.#tile(path));
  }

  /** @param {string} path */
  #tile(path) {
    if (path.includes(".p/")) return this.#file(path);
    const tile = this.#full.get(path) ?? this.#file(path);
    this.#full.set(path, tile);
    tile.catch(() => this.#full.delete(path));
    return tile;
  }

  /** @param {string} path */
  async #file(path) {
    try {
      return await readFile(`elections/${this.election.edition}/log/${path}`);
    } catch (error) {
      if (error instanceof Stop && error.code === "not-found") throw new Stop("log-untrusted");
      throw error;
    }
  }
}

/**
 * Return the proof that a tree of `newer` leaves begins with one of `older` (RFC 6962, 2.1.2).
 *
 * @param {number} older
 * @param {number} newer
 * @param {import("../log/merkle.js").NodeReader} node
 */
async function consistencyProof(older, newer, node) {
  const hashes = [];
  let [low, high, isWhole] = [0, newer, true];
  while (older !== high && older > 0 && older < newer) {
    let half = 1;
    while (2 * half < high - low) half *= 2;
    const middle = low + half;
    if (older <= middle) {
      hashes.unshift(await rangeRoot(middle, high, node));
      high = middle;
    } else {
      hashes.unshift(await rangeRoot(low, middle, node));
      [low, isWhole] = [middle, false];
    }
  }
  return isWhole ? hashes : [await rangeRoot(low, high, node), ...hashes];
}

/**
 * Return what some work on the log returns; what it refuses becomes `log-untrusted`.
 *
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
async function trusting(work) {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof UrneError) throw new Stop("log-untrusted", { cause });
    throw cause;
  }
}
