/** What a published tally states otherwise than a recount, and which check that fails. */

import { toHex } from "../bytes.js";

/** @typedef {import("../model/tally.js").ChannelTally} ChannelTally */
/** @typedef {import("../model/tally.js").ProjectTally} ProjectTally */
/** @typedef {import("../model/tally.js").Tally} Tally */
/** @typedef {["ballots-opened" | "counts" | "tally", string]} Difference */

const FIGURES = /** @type {const} */ ([
  ...["election_id", "edition", "currency", "budget_cents", "spent_cents"],
]);

/**
 * Yield (check, detail) of whatever a published tally states otherwise than a recount.
 *
 * @param {Tally} stated
 * @param {Tally} found
 * @returns {Generator<Difference>}
 */
export function* differences(stated, found) {
  const reasons = [text(stated.invalid_reasons), text(found.invalid_reasons)];
  if (reasons[0] !== reasons[1]) {
    yield ["ballots-opened", `invalid: it states ${reasons[0]}, a recount ${reasons[1]}`];
  }
  if (stated.counted !== found.counted) {
    yield ["counts", `counted: it states ${stated.counted}, a recount ${found.counted}`];
  }
  yield* channelDifferences(stated.channels, found.channels);
  yield* projectDifferences(stated.projects, found.projects);
  for (const name of FIGURES) {
    const [theirs, ours] = [text(stated[name]), text(found[name])];
    if (theirs !== ours) yield ["tally", `${name}: it states ${theirs}, a recount ${ours}`];
  }
  for (const name of /** @type {const} */ (["ties", "skips"])) {
    if (text(stated[name]) !== text(found[name])) {
      yield ["tally", `its ${name} are not those of a recount`];
    }
  }
}

/**
 * @param {readonly ChannelTally[]} stated
 * @param {readonly ChannelTally[]} found
 * @returns {Generator<Difference>}
 */
function* channelDifferences(stated, found) {
  if (text(stated.map(({ channel }) => channel)) !== text(found.map(({ channel }) => channel))) {
    yield ["counts", "its channels are not those of the manifest"];
    return;
  }
  for (const [at, ours] of found.entries()) {
    const theirs = Object.entries(stated[at]);
    for (const [name, said] of theirs) {
      const counted = Object.entries(ours).find(([other]) => other === name)?.[1];
      if (said !== counted) {
        yield ["counts", `${ours.channel}, ${name}: it states ${said}, a recount ${counted}`];
      }
    }
  }
}

/**
 * @param {readonly ProjectTally[]} stated
 * @param {readonly ProjectTally[]} found
 * @returns {Generator<Difference>}
 */
function* projectDifferences(stated, found) {
  if (stated.length !== found.length) {
    yield ["tally", `it ranks ${stated.length} projects, a recount ${found.length}`];
  }
  for (const [at, ours] of found.slice(0, stated.length).entries()) {
    if (text(stated[at]) !== text(ours)) {
      const [theirs, counted] = [plain(stated[at]), plain(ours)];
      yield ["tally", `rank ${ours.rank}: it states ${theirs}, a recount ${counted}`];
    }
  }
}

/** @param {ProjectTally} project */
function plain({ id, points, choices, reason }) {
  return `'${id}' with ${points} points (${choices.join("+")} choices, ${reason})`;
}

/**
 * Return a value as text that is the same for equal values and for no others.
 *
 * @param {unknown} value
 * @returns {string}
 */
function text(value) {
  return JSON.stringify(value, (_, part) => {
    if (part instanceof Uint8Array) return toHex(part);
    if (part instanceof Map) return { map: [...part].sort(([a], [b]) => (a < b ? -1 : 1)) };
    if (part === null || typeof part !== "object" || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
