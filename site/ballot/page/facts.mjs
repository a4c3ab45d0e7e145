/** What a page says of its election in a language's words: dates, ages, money, all as text. */

import { formatInstant, toBase64 } from "../canonical.js";
import { PAPER } from "../model/election.js";

const ZONE = "Europe/Paris";

/** @typedef {import("../model/election.js").Election} Election */

/**
 * Return the facts of an election, by `fact.` and their name.
 *
 * @param {Election} election
 * @param {{ language: { locale: string }, numbers: string[] }} words
 * @returns {{ [name: string]: string }}
 */
export function factsOf(election, words) {
  const { locale } = words.language;
  const { minimum_age: age, age_on, postal_codes } = election.eligibility;
  const list = new Intl.ListFormat(locale, { type: "conjunction" });
  const facts = {
    election_id: toBase64(election.election_id),
    edition: election.edition,
    election_title: election.title,
    town: election.pabulib.get("unit") ?? election.title,
    opens: instant(election.opens_at, locale),
    closes: instant(election.closes_at, locale),
    closes_at: formatInstant(election.closes_at),
    age: String(age),
    age_on: day(age_on, locale),
    postal_codes: postal_codes.join(", "),
    budget: money(election.budget_cents, election.currency, locale),
    max: words.numbers[election.max_choices],
    issuers: words.numbers[election.issuers.length] ?? String(election.issuers.length),
    points: list.format(election.points.map(String)),
    max_revisions: String(election.max_revisions),
  };
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [`fact.${name}`, value]));
}

/** Return whether people may vote on paper too. @param {Election} election */
export function hasPaper(election) {
  return election.channels.some(({ kind }) => kind === PAPER);
}

/**
 * Return the words for an election: where it has no paper, those of `online_only` take the place of
 * others. Throws an Error for the name of words that there are not.
 *
 * @param {Election} election
 * @param {any} words
 */
export function wordsFor(election, words) {
  const { online_only: instead, ...own } = structuredClone(words);
  if (!hasPaper(election)) replace(own, instead);
  return own;
}

/** @param {any} words @param {{ [name: string]: any }} instead */
function replace(words, instead) {
  for (const [name, text] of Object.entries(instead)) {
    if (!(name in words)) throw new Error(`There are no words called ${name} to be replaced.`);
    if (typeof text === "string") words[name] = text;
    else replace(words[name], text);
  }
}

/** @param {number} seconds @param {string} locale */
function instant(seconds, locale) {
  /** @type {Intl.DateTimeFormatOptions} */
  const form = { dateStyle: "full", timeStyle: "short", timeZone: ZONE };
  return new Intl.DateTimeFormat(locale, form).format(new Date(seconds * 1000));
}

/** @param {string} text @param {string} locale */
function day(text, locale) {
  return new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" }).format(
    new Date(text),
  );
}

/** @param {number} cents @param {string} currency @param {string} locale */
function money(cents, currency, locale) {
  const form = { style: "currency", currency, maximumFractionDigits: 0 };
  return new Intl.NumberFormat(locale, /** @type {Intl.NumberFormatOptions} */ (form)).format(
    cents / 100,
  );
}
