/** What a result must hold to be a Pabulib file that reads back the same: refused otherwise. */

import { BadInput } from "../errors.js";
import { isSpaced } from "../text.js";

/** @typedef {import("./result.js").PabulibFile} PabulibFile */

const REQUIRED = ["description", "country", "unit", "instance"];
const SECTIONS = ["META", "PROJECTS", "VOTES"];
const CURRENCY = /^[A-Z]{3}$/;

/** Throw BadInput naming all that is wrong. @param {PabulibFile} file */
export function requireWritable(file) {
  const problems = [...metaProblems(file), ...projectProblems(file), ...pointsProblems(file)];
  if (problems.length) throw new BadInput(problems.join("\n"));
}

/** @param {PabulibFile} file */
function* metaProblems({ meta, projects, points }) {
  for (const key of REQUIRED) {
    if (!meta.has(key)) yield `META does not state '${key}'. (missing-key)`;
  }
  for (const [key, value] of meta) {
    if (isSpaced(value)) yield `A cell of META begins or ends with space: ${key}. (space-around)`;
  }
  const currency = meta.get("currency");
  if (currency !== undefined && !CURRENCY.test(currency)) {
    yield `'${currency}' is no currency. (bad-currency)`;
  }
  if (points.length > projects.length) {
    yield `Votes of ${points.length} choices among ${projects.length} cannot be. (bad-length)`;
  }
}

/** @param {PabulibFile} file */
function* projectProblems({ projects }) {
  for (const { id, name, cells } of projects) {
    if (!id) yield "A project has no identifier. (empty-id)";
    if (SECTIONS.includes(id.toUpperCase())) yield `'${id}' is a section's title. (reserved-word)`;
    if (id.includes(",")) yield `The identifier '${id}' holds a comma. (comma-in-id)`;
    if (isSpaced(id) || isSpaced(name)) yield `A cell of '${id}' has space around. (space-around)`;
    if (!cells.every(isHeld)) yield `A figure of '${id}' is too large. (bad-number)`;
  }
}

/** @param {string} cell */
function isHeld(cell) {
  return !/^[0-9]+$/.test(cell) || Number.isSafeInteger(Number(cell));
}

/**
 * Where no vote states the points of a rank, a reader counts down to 1: a file whose longest vote
 * is too short to say otherwise would read as another election.
 *
 * @param {PabulibFile} file
 */
function* pointsProblems({ votes, points }) {
  const longest = votes.reduce((most, { choices }) => Math.max(most, choices.length), 0);
  const stated = points.slice(0, longest);
  if (stated.some((worth) => worth < 1)) yield "A choice is given no points. (bad-points)";
  const usual = stated.every((worth, place) => worth === points.length - place);
  if (longest < points.length && !usual) {
    yield `No vote says what its choice ${longest + 1} is worth. (uneven-points)`;
  }
}
