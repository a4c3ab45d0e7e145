/**
 * The rule that turns counted ballots into a ranking and the ranking into funded projects.
 *
 * Points per rank come from the manifest. Projects are ordered by points, then by number of first
 * choices, then of second, and so on; a tie that still stands is drawn by
 * SHA-256("urne/v1/lot" 0x00 || root in the close entry || revealed scalars in trustee order ||
 * project id), lowest first. Projects are funded in that order while the budget lasts; the rule
 * `skip` passes over what no longer fits, `stop` ends there.
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { compare, concat } from "./bytes.js";
import { BY_CHOICES, BY_LOT, FUNDED, OVER_BUDGET, STOPPED } from "./model/tally.js";
import { utf8 } from "./text.js";

/** @typedef {import("./model/election.js").Election} Election */
/** @typedef {import("./model/tally.js").ChannelTally} ChannelTally */
/** @typedef {import("./model/tally.js").Skip} Skip */
/** @typedef {import("./model/tally.js").Tally} Tally */
/** @typedef {import("./model/tally.js").Tie} Tie */
/** @typedef {{ choices: readonly number[], times: number }} Ranking how often choices were cast */
/** @typedef {"funded" | "over-budget" | "stopped"} Reason */
/**
 * @typedef {{
 *   number: number,
 *   id: string,
 *   points: number,
 *   choices: number[],
 *   lot: Uint8Array,
 * }} Standing a project in the ranking
 */

const LOT_LABEL = utf8("urne/v1/lot\0");

/**
 * Return the tally of valid rankings.
 *
 * @param {Election} election
 * @param {readonly Ranking[]} rankings
 * @param {{
 *   channels: ChannelTally[],
 *   invalidReasons: Map<string, number>,
 *   lotSeed: Uint8Array,
 * }} counted `lotSeed` is the root inside the close entry and the scalars in trustee order
 * @returns {Tally}
 */
export function count(election, rankings, { channels, invalidReasons, lotSeed }) {
  const ranked = rank(election, choicesPerRank(election, rankings), lotSeed);
  const { reasons, skips } = fund(election, ranked);
  const projects = ranked.map(({ number, points, choices }, place) => ({
    id: election.projects[number].id,
    cost_cents: election.projects[number].cost_cents,
    points,
    choices,
    rank: place + 1,
    winner: reasons[place] === FUNDED,
    reason: reasons[place],
  }));
  const winners = projects.filter((project) => project.winner);
  return {
    election_id: election.election_id,
    edition: election.edition,
    currency: election.currency,
    budget_cents: election.budget_cents,
    spent_cents: winners.reduce((sum, project) => sum + project.cost_cents, 0),
    channels,
    counted: channels.reduce((sum, channel) => sum + channel.counted, 0),
    invalid_reasons: invalidReasons,
    projects,
    ties: tiesOf(ranked),
    skips,
  };
}

/**
 * Return, per project in ballot order, how many ballots put it at each rank.
 *
 * @param {Election} election
 * @param {readonly Ranking[]} rankings
 */
export function choicesPerRank(election, rankings) {
  /** @type {number[][]} */
  const table = election.projects.map(() => Array(election.max_choices).fill(0));
  for (const { choices, times } of rankings) {
    choices.forEach((number, place) => (table[number][place] += times));
  }
  return table;
}

/**
 * Return the 32-byte lot of one project; the lowest is ranked first.
 *
 * @param {Uint8Array} lotSeed
 * @param {string} id
 */
export function lotOf(lotSeed, id) {
  return sha256(concat(LOT_LABEL, lotSeed, utf8(id)));
}

/**
 * Return every project's standing, in order of the result.
 *
 * @param {Election} election
 * @param {readonly number[][]} perRank
 * @param {Uint8Array} lotSeed
 * @returns {Standing[]}
 */
export function rank(election, perRank, lotSeed) {
  const standings = election.projects.map(({ id }, number) => {
    const choices = perRank[number];
    const points = choices.reduce((sum, times, place) => sum + times * election.points[place], 0);
    return { number, id, points, choices, lot: lotOf(lotSeed, id) };
  });
  return standings.sort(
    (a, b) => b.points - a.points || moreFirst(a.choices, b.choices) || compare(a.lot, b.lot),
  );
}

/** @param {readonly number[]} a @param {readonly number[]} b */
function moreFirst(a, b) {
  const place = a.findIndex((times, at) => times !== b[at]);
  return place < 0 ? 0 : b[place] - a[place];
}

/**
 * Return each tie on points as it was broken.
 *
 * @param {readonly Standing[]} ranked
 * @returns {Tie[]}
 */
function tiesOf(ranked) {
  const groups = [...groupedBy(ranked, ({ points }) => points).values()];
  return groups.filter((group) => group.length > 1).map(tieOf);
}

/** @param {readonly Standing[]} group @returns {Tie} */
function tieOf(group) {
  const alike = groupedBy(group, ({ choices }) => String(choices));
  const drawn = group.filter(({ choices }) => (alike.get(String(choices)) ?? []).length > 1);
  return {
    projects: group.map(({ id }) => id),
    broken_by: drawn.length ? BY_LOT : BY_CHOICES,
    lots: new Map(drawn.map(({ id, lot }) => [id, lot])),
  };
}

/**
 * Return items by their key, in the order in which each key first came.
 *
 * @template T, K
 * @param {readonly T[]} items
 * @param {(item: T) => K} keyOf
 * @returns {Map<K, T[]>}
 */
function groupedBy(items, keyOf) {
  const groups = new Map();
  for (const item of items) {
    const key = keyOf(item);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(item);
  }
  return groups;
}

/**
 * Return why each project, as ranked, is or is not funded, and what was passed over.
 *
 * @param {Election} election
 * @param {readonly { number: number }[]} ranked
 */
export function fund(election, ranked) {
  let left = election.budget_cents;
  let stopped = false;
  /** @type {Skip[]} */
  const skips = [];
  /** @returns {Reason} @param {{ number: number }} standing */
  const reasonOf = ({ number }) => {
    const { id, cost_cents } = election.projects[number];
    if (stopped) return STOPPED;
    if (cost_cents <= left) {
      left -= cost_cents;
      return FUNDED;
    }
    skips.push({ project: id, cost_cents, left_cents: left });
    stopped = election.over_budget === "stop";
    return OVER_BUDGET;
  };
  return { reasons: ranked.map(reasonOf), skips };
}
