/**
 * The manifest of one election, `election.json`: everything that is frozen when it opens.
 *
 * Its canonical bytes decide the election's name for ever: `election_id` is their SHA-256. Lists
 * keep their order, which has meaning: projects in ballot order (a ballot names them by position),
 * issuers and trustees in the order of their signatures and seals. What travels as JSON keeps its
 * names here; binary values are bytes, instants are seconds since 1970.
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { decode, formatInstant } from "../canonical.js";
import { BadField, Closed, NotOpenYet } from "../errors.js";
import { Fields } from "../fields.js";
import { lengthOf } from "../text.js";

/** @typedef {import("../canonical.js").Json} Json */
/** @typedef {{ id: string, cost_cents: number, card_sha256: Uint8Array }} BallotProject */
/** @typedef {{ id: string, kind: "internet" | "paper" }} Channel */
/** @typedef {{ id: string, issuer: string, acr: string }} Provider */
/** @typedef {{ id: string, modulus: Uint8Array, sign_off_key: Uint8Array }} Issuer */
/** @typedef {{ id: string, key: Uint8Array }} KeyHolder a trustee (X25519) or a clerk (Ed25519) */
/** @typedef {ReturnType<typeof read> & { election_id: Uint8Array }} Election */

export const MODULUS_BYTES = 256;
export const MAX_CHOICES = 8;
export const INTERNET = "internet";
export const PAPER = "paper";

const WHERE = "election.json";
const VERSION = 1;
const MAX_PROJECTS = 0xffff;
const MAX_POINTS = 1_000_000;
const MAX_HOLDERS = 32;
const MAX_CHANNELS = 256;
const MAX_ID = 64;
const TIE_RULE = "points-choices-lot";
const RESIDENCE_PROOFS = ["address", "register", "code"];
const WORDS = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const DAY = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;

const FIELDS = (
  "version edition origin title opens_at closes_at points min_choices max_choices max_revisions " +
  "currency budget_cents projects tie_rule over_budget person_fields eligibility providers " +
  "channels issuers trustees clerks log_key promise_key tally_key witness_policy " +
  "interval_seconds batch_minimum pabulib"
).split(" ");

/**
 * Return the election of canonical `election.json` bytes. Throws NotCanonical or BadField.
 *
 * @param {Uint8Array} raw
 * @returns {Election}
 */
export function decodeElection(raw) {
  const f = new Fields(decode(raw), WHERE, FIELDS);
  f.integer("version", { least: VERSION, most: VERSION });
  f.oneOf("tie_rule", [TIE_RULE]);
  const election = read(f);
  requireConsistent(election);
  return Object.freeze({ ...election, election_id: sha256(raw) });
}

/** Return the length of a ballot body in bytes. @param {Election} election */
export function ballotSize(election) {
  const credentials = MODULUS_BYTES * election.issuers.length;
  return 1 + 32 + 32 + 4 + credentials + sealedSize(election) + 64;
}

/** Return the length of a sealed ranking in bytes. @param {Election} election */
export function sealedSize(election) {
  return 32 + 48 * election.trustees.length;
}

/**
 * Return below which path of the voting page's origin an issuer answers: the first at `/api`.
 *
 * @param {Pick<Election, "issuers">} election
 * @param {Pick<Issuer, "id">} issuer one of the election's
 */
export function issuerPath({ issuers }, { id }) {
  return id === issuers[0].id ? "/api" : `/api/issuers/${id}`;
}

/** Return the channel of this id, or undefined. @param {Election} election @param {string} id */
export function channelOf(election, id) {
  return election.channels.find((channel) => channel.id === id);
}

/**
 * Throw NotOpenYet or Closed unless votes are taken at `now`, in seconds since 1970.
 *
 * @param {Election} election
 * @param {number} now
 */
export function requireOpen(election, now) {
  if (now < election.opens_at) throw new NotOpenYet(formatInstant(election.opens_at));
  if (now >= election.closes_at) throw new Closed(formatInstant(election.closes_at));
}

/** @param {Fields} f */
function read(f) {
  return {
    edition: f.text("edition"),
    origin: f.text("origin"),
    title: f.text("title"),
    opens_at: f.instant("opens_at"),
    closes_at: f.instant("closes_at"),
    points: f.integers("points"),
    min_choices: f.integer("min_choices", { least: 1 }),
    max_choices: f.integer("max_choices", { least: 1 }),
    max_revisions: f.integer("max_revisions", { least: 1, most: 2 ** 32 - 1 }),
    currency: f.text("currency", 3),
    budget_cents: f.integer("budget_cents"),
    projects: f.items("projects").map(readProject),
    over_budget: f.oneOf("over_budget", ["skip", "stop"]),
    person_fields: f.texts("person_fields", 1),
    eligibility: readEligibility(f.raw("eligibility")),
    providers: f.items("providers").map(readProvider),
    channels: f.items("channels").map(readChannel),
    issuers: f.items("issuers").map(readIssuer),
    trustees: f.items("trustees").map((item) => readKeyHolder(item, "trustees")),
    clerks: f.items("clerks").map((item) => readKeyHolder(item, "clerks")),
    log_key: f.text("log_key"),
    promise_key: f.base64("promise_key", 32),
    tally_key: f.text("tally_key"),
    witness_policy: f.text("witness_policy"),
    interval_seconds: f.integer("interval_seconds"),
    batch_minimum: f.integer("batch_minimum", { least: 1 }),
    pabulib: readTexts(f),
  };
}

/** @param {Json} value @returns {BallotProject} */
function readProject(value) {
  const f = new Fields(value, `${WHERE}, projects`, ["id", "cost_cents", "card_sha256"]);
  return {
    id: f.text("id"),
    cost_cents: f.integer("cost_cents"),
    card_sha256: f.base64("card_sha256", 32),
  };
}

/** @param {Json} value */
function readEligibility(value) {
  const names = ["minimum_age", "age_on", "residence", "postal_codes"];
  const f = new Fields(value, `${WHERE}, eligibility`, names);
  const residence = f.texts("residence", 1);
  if (!residence.every((proof) => RESIDENCE_PROOFS.includes(proof))) {
    f.refuse("residence", `holds something other than ${RESIDENCE_PROOFS.join(", ")}`);
  }
  const ageOn = f.text("age_on");
  if (!isDay(ageOn)) f.refuse("age_on", "is no date like 2019-06-01");
  return {
    minimum_age: f.integer("minimum_age", { most: 150 }),
    age_on: ageOn,
    residence,
    postal_codes: f.texts("postal_codes"),
  };
}

/** @param {Json} value @returns {Provider} */
function readProvider(value) {
  const f = new Fields(value, `${WHERE}, providers`, ["id", "issuer", "acr"]);
  return { id: f.text("id"), issuer: f.text("issuer"), acr: f.text("acr") };
}

/** @param {Json} value @returns {Channel} */
function readChannel(value) {
  const f = new Fields(value, `${WHERE}, channels`, ["id", "kind"]);
  return { id: f.text("id"), kind: f.oneOf("kind", [INTERNET, PAPER]) };
}

/** @param {Json} value @returns {Issuer} */
function readIssuer(value) {
  const f = new Fields(value, `${WHERE}, issuers`, ["id", "modulus", "sign_off_key"]);
  const modulus = f.base64("modulus", MODULUS_BYTES);
  if (modulus[0] < 0x80 || !(modulus[MODULUS_BYTES - 1] & 1)) {
    f.refuse("modulus", "is not an odd number of 2048 bits");
  }
  return { id: f.text("id"), modulus, sign_off_key: f.base64("sign_off_key", 32) };
}

/** @param {Json} value @param {string} name @returns {KeyHolder} */
function readKeyHolder(value, name) {
  const f = new Fields(value, `${WHERE}, ${name}`, ["id", "key"]);
  return { id: f.text("id"), key: f.base64("key", 32) };
}

/** Return texts by name; a map, since any name may stand there. @param {Fields} f */
function readTexts(f) {
  const names = f.members("pabulib").map(([name]) => name);
  const texts = new Fields(f.raw("pabulib"), `${WHERE}, pabulib`, names);
  return new Map(names.map((name) => [name, texts.text(name)]));
}

/** @param {string} text */
function isDay(text) {
  const time = DAY.test(text) && text >= "0001" ? Date.parse(text) : NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === text;
}

/** Throw BadField where fields contradict each other. @param {ReturnType<typeof read>} e */
function requireConsistent(e) {
  require(WORDS.test(e.edition), "edition", "is not lower-case words and hyphens");
  require(e.origin.endsWith(`/elections/${e.edition}/log`), "origin", "must end with the log");
  require(!/:\/\/| /.test(e.origin), "origin", "has a scheme or a space");
  require(e.opens_at < e.closes_at, "closes_at", "is not after opens_at");
  require(e.max_choices <= MAX_CHOICES, "max_choices", `is not 1 to ${MAX_CHOICES}`);
  require(e.min_choices <= e.max_choices, "min_choices", "is not 1 to max_choices");
  require(e.points.length === e.max_choices, "points", "does not have one figure per choice");
  require(e.points.every((p) => p <= MAX_POINTS), "points", `has a figure over ${MAX_POINTS}`);
  const projects = e.projects.length;
  require(projects >= 1 && projects < MAX_PROJECTS, "projects", `are not 1 to ${MAX_PROJECTS - 1}`);
  require(projects >= e.min_choices, "projects", "are fewer than the choices asked for");
  requireHolders(e.issuers, "issuers");
  requireHolders(e.trustees, "trustees");
  require(e.channels.length <= MAX_CHANNELS, "channels", `are over ${MAX_CHANNELS}`);
  const online = e.channels.filter((channel) => channel.kind === INTERNET);
  require(online.length === 1, "channels", "do not have one internet channel");
  const paper = online.length < e.channels.length;
  require(!paper || e.clerks.length >= 2, "clerks", "are fewer than two though there is paper");
  requireDistinct(e);
}

/** @param {ReturnType<typeof read>} e */
function requireDistinct(e) {
  const { channels, issuers, trustees, clerks, providers, projects } = e;
  for (const [name, list] of Object.entries({ channels, issuers, trustees, clerks, providers })) {
    const plain = list.every(({ id }) => lengthOf(id) <= MAX_ID && WORDS.test(id));
    require(plain, name, `has an id that is not lower-case words and hyphens, to ${MAX_ID}`);
    require(areDistinct(list.map(({ id }) => id)), name, "has an id twice");
  }
  require(areDistinct(projects.map(({ id }) => id)), "projects", "has an id twice");
  require(areDistinct(issuers.map(({ modulus }) => String(modulus))), "issuers", "share a key");
  require(areDistinct(trustees.map(({ key }) => String(key))), "trustees", "share a key");
  require(areDistinct(clerks.map(({ key }) => String(key))), "clerks", "share a key");
}

/** @param {readonly unknown[]} holders @param {string} name */
function requireHolders(holders, name) {
  const good = holders.length >= 1 && holders.length <= MAX_HOLDERS;
  require(good, name, `are not 1 to ${MAX_HOLDERS}`);
}

/** @param {readonly string[]} texts */
function areDistinct(texts) {
  return new Set(texts).size === texts.length;
}

/** @param {boolean} condition @param {string} name @param {string} why */
function require(condition, name, why) {
  if (!condition) throw new BadField(WHERE, name, why);
}
