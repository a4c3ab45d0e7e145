/**
 * An audit's findings: each check passed, failed, or could not be made, and why.
 *
 * Nothing passes by being forgotten: a check has passed only when somebody says that it was made in
 * full and nobody says that it failed.
 */

import { Unavailable, UrneError } from "../errors.js";
import { ALL_CHECKS, CHECKS, UNSEEN } from "./checks.js";

/** @typedef {import("./checks.js").Check} Check */
/** @typedef {"passed" | "failed" | "not-checked"} Status */
/** @typedef {{ id: Check, status: Status, sentence: string, details: string[] }} Result */
/** @typedef {Record<string, string | number>} Facts */
/**
 * @typedef {{
 *   good: boolean,
 *   checks: Result[],
 *   facts: Facts,
 *   remarks: string[],
 *   unseen: readonly string[],
 * }} Report
 */

const MOST_DETAILS = 10;
const MOST_CHARACTERS = 300;

/** Findings as they come in. A failure outweighs all else, then a reason not to have checked. */
export class Findings {
  /** @type {Map<Check, { details: string[], count: number }>} */
  #failures = new Map();
  /** @type {Map<Check, string>} */
  #skipped = new Map();
  /** @type {Set<Check>} */
  #made = new Set();
  /** @type {Facts} What was looked at. */
  facts = {};
  /** @type {string[]} What the audit rests on. */
  remarks = [];

  /** Note that checks were made in full. @param {...Check} checks */
  made(...checks) {
    checks.forEach((check) => this.#made.add(check));
  }

  /**
   * Note a failure; of many, the first ten are kept and the rest counted.
   *
   * Of a detail, only the first line is kept, cut short: whoever wrote the files wrote part of it,
   * and may have written a lot.
   *
   * @param {Check} check
   * @param {string} detail
   */
  fail(check, detail) {
    const failure = this.#failures.get(check) ?? { details: [], count: 0 };
    this.#failures.set(check, failure);
    failure.count++;
    if (failure.count <= MOST_DETAILS) failure.details.push(cutShort(detail));
  }

  /**
   * Note that checks could not be made in full; the first reason stays.
   *
   * @param {readonly Check[]} checks
   * @param {string} why
   */
  skip(checks, why) {
    for (const check of checks) {
      if (!this.#skipped.has(check)) this.#skipped.set(check, why);
    }
  }

  /** Note that the audit cannot go on: whatever was not made will not be. @param {string} why */
  skipRest(why) {
    this.skip(
      ALL_CHECKS.filter((check) => !this.#made.has(check)),
      why,
    );
  }

  /**
   * Return what `act` returns, or null once its refusal is noted.
   *
   * A server that gives no answer is no finding: Unavailable goes on.
   *
   * @template T
   * @param {Check} check
   * @param {() => T | Promise<T>} act
   * @param {string} [what]
   * @returns {Promise<T | null>}
   */
  async attempt(check, act, what) {
    try {
      return await act();
    } catch (e) {
      if (!(e instanceof UrneError) || e instanceof Unavailable) throw e;
      this.fail(check, what ? `${what}: ${e.message}` : e.message);
      return null;
    }
  }

  /** Return whether any of these checks has failed. @param {...Check} checks */
  hasFailed(...checks) {
    return checks.some((check) => this.#failures.has(check));
  }

  /** Return the report, every check in the order of CHECKS. @returns {Report} */
  report() {
    return {
      good: this.#failures.size === 0,
      checks: ALL_CHECKS.map((id) => ({ id, sentence: CHECKS[id], ...this.#resultOf(id) })),
      facts: this.facts,
      remarks: this.remarks,
      unseen: UNSEEN,
    };
  }

  /** @param {Check} check @returns {{ status: Status, details: string[] }} */
  #resultOf(check) {
    const failure = this.#failures.get(check);
    if (failure) {
      const more = failure.count - failure.details.length;
      const details = more ? [...failure.details, `and ${more} more`] : failure.details;
      return { status: "failed", details };
    }
    const why = this.#skipped.get(check);
    if (why === undefined && this.#made.has(check)) return { status: "passed", details: [] };
    return { status: "not-checked", details: [why ?? "the audit did not come to this"] };
  }
}

/** @param {string} detail */
function cutShort(detail) {
  const [line] = detail.split("\n", 1);
  const kept = Array.from(line.slice(0, 2 * MOST_CHARACTERS))
    .slice(0, MOST_CHARACTERS)
    .join("");
  return kept === detail ? detail : `${kept} …`;
}
