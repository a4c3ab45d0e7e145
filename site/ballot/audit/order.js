/**
 * The audit of the order of a log's entries, and of its end.
 *
 *     election ballot* sign-offs* paper* close reveal{t} tally
 *
 * The log may stop anywhere on the way: then the election is not over.
 */

import { Kind } from "../model/entry.js";

/** @typedef {import("./findings.js").Findings} Findings */

/** @type {Map<number, string>} */
const NAMES = new Map(Object.entries(Kind).map(([name, kind]) => [kind, name.toLowerCase()]));

/** The kinds of entries seen so far, counted. The election comes first, unseen. */
export class OrderCheck {
  /** @type {Map<number, number>} */
  #kinds = new Map();
  /** @type {number} */
  #latest = Kind.ELECTION;

  /** @param {number} trustees @param {Findings} findings */
  constructor(trustees, findings) {
    this.trustees = trustees;
    this.findings = findings;
  }

  /** Return how many entries of a kind there were. @param {number} kind */
  count(kind) {
    return this.#kinds.get(kind) ?? 0;
  }

  /** Take the next entry. @param {number} index @param {number} kind */
  add(index, kind) {
    const latest = this.#latest;
    const isSecond = kind === latest && (kind === Kind.ELECTION || kind === Kind.CLOSE);
    if (latest === Kind.TALLY) {
      this.findings.fail("order", `entry ${index} follows the tally`);
    } else if (kind < latest || isSecond) {
      this.findings.fail("order", `entry ${index}: ${NAMES.get(kind)} after ${NAMES.get(latest)}`);
    }
    this.#kinds.set(kind, this.count(kind) + 1);
    this.#latest = kind;
  }

  /** Report what is missing before the last entry. */
  finish() {
    this.findings.made("order");
    for (const kind of [Kind.REVEAL, Kind.TALLY]) {
      if (this.count(kind) && !this.count(Kind.CLOSE)) {
        this.findings.fail("order", `there is a ${NAMES.get(kind)} without a close`);
      }
    }
    const missing = this.trustees - this.count(Kind.REVEAL);
    if (this.count(Kind.TALLY) && missing > 0) {
      this.findings.fail("order", `there is a tally without ${missing} of the reveals`);
    }
  }
}
