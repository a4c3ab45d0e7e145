/**
 * The result as a Pabulib file, from public data alone: whoever recounts gets the same bytes.
 *
 * Projects stand in the order of the ranking. Ballots are sorted by method and choices and numbered
 * anew, so neither their order nor their numbers say when or by whom one was cast. UTF-8, lines
 * ended by LF, cells quoted only where they must be.
 */

import { compareText, utf8 } from "../text.js";
import { requireWritable } from "./rules.js";

/** @typedef {import("../model/card.js").Card} Card */
/** @typedef {import("../model/election.js").Election} Election */
/** @typedef {import("../model/tally.js").Tally} Tally */
/** @typedef {import("../tally.js").Ranking} Ranking */
/** @typedef {{ method: string, choices: readonly string[] }} Vote */
/**
 * @typedef {{
 *   meta: Map<string, string>,
 *   projects: { id: string, name: string, cells: string[] }[],
 *   votes: Vote[],
 *   points: readonly number[],
 * }} PabulibFile
 */

const PROJECT_COLUMNS = ["project_id", "cost", "votes", "score", "name", "selected"];
const VOTE_COLUMNS = ["voter_id", "vote", "points", "voting_method"];
// What the manifest says of the place and the occasion, around what is stated here.
const BEFORE = ["description", "country", "unit", "district", "subunit", "instance"];
const BEHIND = ["edition", "language", "currency"];
const LAST = ["experimental", "comment", "acknowledgments"];
const RULES = { skip: "greedy", stop: "greedy-no-skip" };

/**
 * Return the bytes of `result.pb`. Throws BadInput if the parts make no valid file.
 *
 * @param {Election} election
 * @param {readonly Card[]} cards
 * @param {Tally} tally
 * @param {Map<string, Ranking[]>} rankings the counted rankings per channel
 */
export function resultFile(election, cards, tally, rankings) {
  const votes = votesOf(election, rankings);
  const titles = new Map(cards.map(({ id, title }) => [id, title]));
  const projects = tally.projects.map((project) => {
    const { id, cost_cents, points, choices, winner } = project;
    const name = titles.get(id) ?? "";
    const chosen = choices.reduce((sum, times) => sum + times, 0);
    const figures = [writeCents(cost_cents), String(chosen), String(points)];
    return { id, name, cells: [id, ...figures, name, winner ? "1" : "0"] };
  });
  const file = { meta: metaOf(election, votes.length), projects, votes, points: election.points };
  requireWritable(file);
  return utf8(recordsOf(file).map(writeRecord).join(""));
}

/** @param {PabulibFile} file @returns {string[][]} */
function recordsOf({ meta, projects, votes, points }) {
  return [
    ["META"],
    ["key", "value"],
    ...meta,
    ["PROJECTS"],
    PROJECT_COLUMNS,
    ...projects.map(({ cells }) => cells),
    ["VOTES"],
    VOTE_COLUMNS,
    ...votes.map(({ method, choices }, at) => {
      const given = points.slice(0, choices.length);
      return [String(at + 1), choices.join(), given.join(), method];
    }),
  ];
}

/** @param {Election} election @param {number} votes @returns {Map<string, string>} */
function metaOf(election, votes) {
  const given = {
    description: election.title,
    currency: election.currency,
    ...Object.fromEntries(election.pabulib),
  };
  const costs = election.projects.reduce((sum, project) => sum + project.cost_cents, 0);
  const stated = {
    num_projects: String(election.projects.length),
    num_votes: String(votes),
    budget: writeCents(election.budget_cents),
    vote_type: "ordinal",
    rule: RULES[election.over_budget],
    date_begin: writeDay(election.opens_at),
    date_end: writeDay(election.closes_at - 1),
    min_length: String(election.min_choices),
    max_length: String(election.points.length),
  };
  const funded = costs <= election.budget_cents ? { fully_funded: "1" } : {};
  const meta = { ...choose(given, BEFORE), ...stated, ...choose(given, BEHIND) };
  return new Map(Object.entries({ ...meta, ...funded, ...choose(given, LAST) }));
}

/** @param {Record<string, string>} given @param {readonly string[]} keys */
function choose(given, keys) {
  return Object.fromEntries(keys.filter((key) => given[key]).map((key) => [key, given[key]]));
}

/**
 * Return every counted ballot, sorted.
 *
 * @param {Election} election
 * @param {Map<string, Ranking[]>} rankings
 */
function votesOf(election, rankings) {
  /** @type {Vote[]} */
  const votes = [];
  for (const { id, kind } of election.channels) {
    for (const { choices, times } of rankings.get(id) ?? []) {
      const vote = { method: kind, choices: choices.map((n) => election.projects[n].id) };
      for (let time = 0; time < times; time++) votes.push(vote);
    }
  }
  return votes.sort(compareVotes);
}

/** @param {Vote} a @param {Vote} b */
function compareVotes(a, b) {
  if (a === b) return 0;
  return compareText(a.method, b.method) || compareChoices(a.choices, b.choices);
}

/** @param {readonly string[]} a @param {readonly string[]} b */
function compareChoices(a, b) {
  const place = a.findIndex((id, at) => id !== b[at]);
  if (place < 0 || place >= b.length) return a.length - b.length;
  return compareText(a[place], b[place]);
}

/** Return an amount, with two decimals where it has cents. @param {number} cents */
function writeCents(cents) {
  const rest = cents % 100;
  const units = (cents - rest) / 100;
  return rest ? `${units}.${String(rest).padStart(2, "0")}` : String(units);
}

/** Return the day of an instant as `DD.MM.YYYY`. @param {number} seconds */
function writeDay(seconds) {
  const [year, month, day] = new Date(seconds * 1000).toISOString().slice(0, 10).split("-");
  return `${day}.${month}.${year}`;
}

/** @param {readonly string[]} cells */
function writeRecord(cells) {
  return `${cells.map(writeCell).join(";")}\n`;
}

/** @param {string} cell */
function writeCell(cell) {
  return /[;"\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
