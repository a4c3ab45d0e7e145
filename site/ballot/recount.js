/**
 * From opened ballots and sheets to a tally: the same recount for the town and for anyone.
 *
 * Of one voting key only the highest revision counts, even if it turns out invalid. Nothing is
 * verified here; who counts a log verifies it as well (audit/).
 */

import { concat, toHex } from "./bytes.js";
import { openSeal } from "./crypto/seal.js";
import { SealBroken } from "./errors.js";
import { UNREADABLE, checkChoices, decodeRanking } from "./model/ballot.js";
import { INTERNET } from "./model/election.js";
import { count } from "./tally.js";

/** @typedef {import("./crypto/seal.js").KeyPair} KeyPair */
/** @typedef {import("./model/ballot.js").Outcome} Outcome */
/** @typedef {import("./model/election.js").Channel} Channel */
/** @typedef {import("./model/election.js").Election} Election */
/** @typedef {import("./model/tally.js").ChannelTally} ChannelTally */
/** @typedef {import("./tally.js").Ranking} Ranking */
/** @typedef {Map<string, { outcome: Outcome, times: number }>} Outcomes by their text */

/**
 * Return what a ballot says, given every trustee's keys in order.
 *
 * @param {{ vk: Uint8Array, sealed: Uint8Array }} ballot
 * @param {Election} election
 * @param {readonly KeyPair[]} pairs
 * @returns {Outcome}
 */
export function openBallot(ballot, election, pairs) {
  try {
    return decodeRanking(openSeal(ballot.sealed, pairs), election, ballot.vk);
  } catch (e) {
    if (e instanceof SealBroken) return UNREADABLE;
    throw e;
  }
}

/** Running figures of one count. Feed it every ballot and sheet, then ask for the tally. */
export class Recount {
  /** How many ballots were added. */
  ballots = 0;
  /** @type {Map<string, { revision: number, outcome: Outcome }>} */
  #latest = new Map();
  /** @type {Map<string, Outcomes>} */
  #paper = new Map();

  /** @param {Election} election */
  constructor(election) {
    this.election = election;
  }

  /**
   * Count a ballot, in place of a lower revision by the same voting key.
   *
   * @param {Uint8Array} vk
   * @param {number} revision
   * @param {Outcome} outcome
   */
  addBallot(vk, revision, outcome) {
    this.ballots++;
    const latest = this.revisionOf(vk);
    if (latest === null || latest < revision) this.#latest.set(toHex(vk), { revision, outcome });
  }

  /** Return the highest revision counted so far of a voting key, or null. @param {Uint8Array} vk */
  revisionOf(vk) {
    return this.#latest.get(toHex(vk))?.revision ?? null;
  }

  /** Count a paper sheet of a place. @param {string} place @param {readonly number[]} sheet */
  addSheet(place, sheet) {
    const outcomes = this.#paper.get(place) ?? new Map();
    this.#paper.set(place, outcomes);
    add(outcomes, checkChoices(sheet, this.election), 1);
  }

  /** How many voting keys have cast a ballot. */
  get votingKeys() {
    return this.#latest.size;
  }

  /** Return the valid rankings per channel. @returns {Map<string, Ranking[]>} */
  rankings() {
    return new Map(
      this.election.channels.map((channel) => [channel.id, validOf(this.#outcomesOf(channel))]),
    );
  }

  /**
   * Return the tally.
   *
   * @param {Map<string, number>} signOffs per channel
   * @param {Uint8Array} root the one inside the close entry
   * @param {readonly Uint8Array[]} scalars the revealed keys in trustee order
   */
  tally(signOffs, root, scalars) {
    const all = new Map();
    const channels = this.election.channels.map((channel) => {
      const outcomes = this.#outcomesOf(channel);
      outcomes.forEach(({ outcome, times }) => add(all, outcome, times));
      return this.#figuresOf(channel, signOffs.get(channel.id) ?? 0, outcomes);
    });
    return count(this.election, validOf(all), {
      channels,
      invalidReasons: invalidOf(all),
      lotSeed: concat(root, ...scalars),
    });
  }

  /** @param {Channel} channel @returns {Outcomes} */
  #outcomesOf({ id, kind }) {
    if (kind !== INTERNET) return this.#paper.get(id) ?? new Map();
    const outcomes = new Map();
    for (const { outcome } of this.#latest.values()) add(outcomes, outcome, 1);
    return outcomes;
  }

  /**
   * @param {Channel} channel
   * @param {number} signOffs
   * @param {Outcomes} outcomes
   * @returns {ChannelTally}
   */
  #figuresOf({ id, kind }, signOffs, outcomes) {
    const total = sum([...outcomes.values()].map(({ times }) => times));
    const invalid = sum([...invalidOf(outcomes).values()]);
    const ballots = kind === INTERNET ? this.ballots : total;
    return {
      channel: id,
      kind,
      sign_offs: signOffs,
      ballots,
      voting_keys: kind === INTERNET ? this.votingKeys : 0,
      superseded: ballots - total,
      invalid,
      counted: total - invalid,
    };
  }
}

/** @param {Outcomes} outcomes @param {Outcome} outcome @param {number} times */
function add(outcomes, outcome, times) {
  const key = String(outcome);
  const before = outcomes.get(key)?.times ?? 0;
  outcomes.set(key, { outcome, times: before + times });
}

/** @param {Outcomes} outcomes @returns {Ranking[]} */
function validOf(outcomes) {
  return [...outcomes.values()].flatMap(({ outcome, times }) =>
    typeof outcome === "string" ? [] : [{ choices: outcome, times }],
  );
}

/** @param {Outcomes} outcomes @returns {Map<string, number>} */
function invalidOf(outcomes) {
  const reasons = [...outcomes].filter(([, { outcome }]) => typeof outcome === "string");
  return new Map(reasons.map(([reason, { times }]) => [reason, times]));
}

/** @param {readonly number[]} numbers */
function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}
