/**
 * The result of an election, `tally.json`, as canonical JSON: figures, order, ties and skips.
 *
 * Its bytes are signed (minisign) and their SHA-256 is the last entry of the election's log.
 */

import { decode, encode, fromBase64, toBase64 } from "../canonical.js";
import { BadEncoding, BadField } from "../errors.js";
import { Fields } from "../fields.js";
import { INTERNET, PAPER } from "./election.js";

/** @typedef {import("../canonical.js").Json} Json */
/** @typedef {ReturnType<typeof readChannel>} ChannelTally */
/** @typedef {ReturnType<typeof readProject>} ProjectTally */
/** @typedef {ReturnType<typeof readTie>} Tie */
/** @typedef {ReturnType<typeof readSkip>} Skip */
/**
 * @typedef {{
 *   election_id: Uint8Array,
 *   edition: string,
 *   currency: string,
 *   budget_cents: number,
 *   spent_cents: number,
 *   channels: ChannelTally[],
 *   counted: number,
 *   invalid_reasons: Map<string, number>,
 *   projects: ProjectTally[],
 *   ties: Tie[],
 *   skips: Skip[],
 * }} Tally
 */

export const FUNDED = "funded";
export const OVER_BUDGET = "over-budget";
export const STOPPED = "stopped";
export const BY_CHOICES = "choices";
export const BY_LOT = "lot";

const VERSION = 1;
const WHERE = "tally.json";
const CHANNEL_FIELDS =
  "channel kind sign_offs ballots voting_keys superseded invalid counted".split(" ");
const PROJECT_FIELDS = ["id", "cost_cents", "points", "choices", "rank", "winner", "reason"];
const SKIP_FIELDS = ["project", "cost_cents", "left_cents"];
const FIELDS =
  "version election_id edition currency budget_cents spent_cents counts projects ties skips".split(
    " ",
  );

/** Return the canonical bytes of `tally.json`. @param {Tally} t */
export function encodeTally(t) {
  const { channels, counted, invalid_reasons, election_id, ties, ...rest } = t;
  return encode({
    ...rest,
    version: VERSION,
    election_id: toBase64(election_id),
    counts: { channels, counted, invalid_reasons },
    ties: ties.map((tie) => ({
      ...tie,
      lots: new Map([...tie.lots].map(([id, lot]) => [id, toBase64(lot)])),
    })),
  });
}

/**
 * Return the tally of canonical `tally.json` bytes. Throws NotCanonical or BadField.
 *
 * @param {Uint8Array} raw
 * @returns {Tally}
 */
export function decodeTally(raw) {
  const f = new Fields(decode(raw), WHERE, FIELDS);
  f.integer("version", { least: VERSION, most: VERSION });
  const names = ["channels", "counted", "invalid_reasons"];
  const c = new Fields(f.raw("counts"), `${WHERE}, counts`, names);
  return {
    election_id: f.base64("election_id", 32),
    edition: f.text("edition"),
    currency: f.text("currency"),
    budget_cents: f.integer("budget_cents"),
    spent_cents: f.integer("spent_cents"),
    channels: c.items("channels").map(readChannel),
    counted: c.integer("counted"),
    invalid_reasons: readReasons(c),
    projects: f.items("projects").map(readProject),
    ties: f.items("ties").map(readTie),
    skips: f.items("skips").map(readSkip),
  };
}

/** @param {Json} value */
function readChannel(value) {
  const f = new Fields(value, `${WHERE}, channels`, CHANNEL_FIELDS);
  return {
    channel: f.text("channel"),
    kind: f.oneOf("kind", [INTERNET, PAPER]),
    sign_offs: f.integer("sign_offs"),
    ballots: f.integer("ballots"),
    voting_keys: f.integer("voting_keys"),
    superseded: f.integer("superseded"),
    invalid: f.integer("invalid"),
    counted: f.integer("counted"),
  };
}

/** @param {Fields} c @returns {Map<string, number>} */
function readReasons(c) {
  const members = c.members("invalid_reasons");
  const names = members.map(([reason]) => reason);
  const f = new Fields(c.raw("invalid_reasons"), `${WHERE}, invalid_reasons`, names);
  return new Map(names.map((reason) => [reason, f.integer(reason)]));
}

/** @param {Json} value */
function readProject(value) {
  const f = new Fields(value, `${WHERE}, projects`, PROJECT_FIELDS);
  return {
    id: f.text("id"),
    cost_cents: f.integer("cost_cents"),
    points: f.integer("points"),
    choices: f.integers("choices"),
    rank: f.integer("rank", { least: 1 }),
    winner: f.boolean("winner"),
    reason: f.oneOf("reason", [FUNDED, OVER_BUDGET, STOPPED]),
  };
}

/** @param {Json} value */
function readTie(value) {
  const f = new Fields(value, `${WHERE}, ties`, ["projects", "broken_by", "lots"]);
  const lots = f.members("lots").map(([id, lot]) => readLot(f, id, lot));
  return {
    projects: f.texts("projects", 2),
    broken_by: f.oneOf("broken_by", [BY_CHOICES, BY_LOT]),
    lots: new Map(lots),
  };
}

/** @param {Fields} f @param {string} id @param {Json} lot @returns {[string, Uint8Array]} */
function readLot(f, id, lot) {
  if (typeof lot !== "string") f.refuse("lots", "holds something that is not text");
  try {
    return [id, fromBase64(lot, 32)];
  } catch (e) {
    if (e instanceof BadEncoding) throw new BadField(f.where, "lots", e.message);
    throw e;
  }
}

/** @param {Json} value */
function readSkip(value) {
  const f = new Fields(value, `${WHERE}, skips`, SKIP_FIELDS);
  return {
    project: f.text("project"),
    cost_cents: f.integer("cost_cents"),
    left_cents: f.integer("left_cents"),
  };
}
