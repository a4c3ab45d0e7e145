/**
 * The workers of an audit: each is told the election once, then given bundle after bundle.
 *
 * A worker of the browser and one of Node speak in the same messages:
 *
 *     to it    {election: bytes of election.json, pairs}, then {id, work}
 *     from it  {id, result} or {id, error}
 */

import { decodeElection } from "../model/election.js";
import { checkBundle } from "./bundle.js";

/** @typedef {import("../crypto/seal.js").KeyPair} KeyPair */
/** @typedef {import("./bundle.js").BundleResult} BundleResult */
/** @typedef {import("./bundle.js").BundleWork} BundleWork */
/** @typedef {{ election: Uint8Array, pairs: readonly KeyPair[] | null }} Beginning */
/** @typedef {Beginning | { id: number, work: BundleWork }} ToWorker */
/** @typedef {{ id: number, result?: BundleResult, error?: string }} FromWorker */
/**
 * @typedef {{
 *   begin: (election: Uint8Array, pairs: readonly KeyPair[] | null) => Promise<void> | void,
 *   check: (work: BundleWork) => Promise<BundleResult>,
 * }} Pool
 * @typedef {{
 *   post: (message: ToWorker) => void,
 *   listen: (heard: (message: FromWorker) => void, broke: (error: unknown) => void) => void,
 *   stop: () => void,
 * }} Helper a worker, of the browser or of Node
 * @typedef {{
 *   helper: Helper,
 *   answer: (result: BundleResult) => void,
 *   fail: (error: unknown) => void,
 * }} Asked
 */

/**
 * Return what a worker answers to its messages.
 *
 * @returns {(message: ToWorker) => FromWorker | null}
 */
export function bundleWorker() {
  /** @type {import("./bundle.js").Context | null} */
  let context = null;
  return (message) => {
    if ("election" in message) {
      context = { election: decodeElection(message.election), pairs: message.pairs };
      return null;
    }
    try {
      if (context === null) throw new Error("the worker was told no election");
      return { id: message.id, result: checkBundle(context, message.work) };
    } catch (e) {
      return { id: message.id, error: e instanceof Error ? (e.stack ?? e.message) : String(e) };
    }
  };
}

/** Workers side by side; a bundle goes to the one with the fewest waiting. @implements {Pool} */
export class WorkerPool {
  #helpers;
  /** @type {Map<number, Asked>} */
  #asked = new Map();
  #next = 0;

  /** @param {readonly Helper[]} helpers */
  constructor(helpers) {
    this.#helpers = helpers;
    for (const helper of helpers) {
      helper.listen(
        (message) => this.#hear(message),
        (error) => this.#break(helper, error),
      );
    }
  }

  /** @param {Uint8Array} election @param {readonly KeyPair[] | null} pairs */
  begin(election, pairs) {
    this.#helpers.forEach((helper) => helper.post({ election, pairs }));
  }

  /** @type {Pool["check"]} */
  check = (work) => {
    /** @type {Promise<BundleResult>} */
    const result = new Promise((answer, fail) => {
      const helper = this.#leastBusy();
      const id = this.#next++;
      this.#asked.set(id, { helper, answer, fail });
      helper.post({ id, work });
    });
    // Results are awaited in order: one that fails before its turn is not unheard of.
    result.catch(() => {});
    return result;
  };

  /** End the workers. */
  stop() {
    this.#helpers.forEach((helper) => helper.stop());
  }

  #leastBusy() {
    const waiting = new Map(this.#helpers.map((helper) => [helper, 0]));
    for (const { helper } of this.#asked.values()) {
      waiting.set(helper, (waiting.get(helper) ?? 0) + 1);
    }
    return [...waiting].reduce((least, one) => (one[1] < least[1] ? one : least))[0];
  }

  /** @param {FromWorker} message */
  #hear({ id, result, error }) {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    if (result) asked?.answer(result);
    else asked?.fail(new Error(error));
  }

  /** @param {Helper} broken @param {unknown} error */
  #break(broken, error) {
    for (const [id, { helper, fail }] of this.#asked) {
      if (helper !== broken) continue;
      this.#asked.delete(id);
      fail(error);
    }
  }
}

/** No worker: everything where it is asked for. @implements {Pool} */
export class InlinePool {
  #answer = bundleWorker();

  /** @param {Uint8Array} election @param {readonly KeyPair[] | null} pairs */
  begin(election, pairs) {
    this.#answer({ election, pairs });
  }

  /** @type {Pool["check"]} */
  check = async (work) => {
    const answer = this.#answer({ id: 0, work });
    if (!answer?.result) throw new Error(answer?.error);
    return answer.result;
  };
}
