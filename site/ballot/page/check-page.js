/**
 * "Check my vote": from a receipt, never from the code, to the ballot's place and what became of
 * it.
 */

import { NoteUnverified, OtherElection, UrneError } from "../errors.js";
import { decodeSeed } from "../crypto/seed-code.js";
import { decodePromise } from "../promise.js";
import { utf8 } from "../text.js";
import { fateOf } from "./ballot-fate.js";
import { make, one } from "./dom.js";
import { Keep } from "./keep.js";
import { LogReader } from "./log-reader.js";
import { builtFor, readCards, readElection } from "./manifest.js";
import { codeOf, wordsOf } from "./stop.js";
import { word } from "./words.js";

/** @typedef {import("../model/election.js").Election} Election */
/** @typedef {import("../model/card.js").Card} Card */
/** @typedef {{ text: string, look?: "yes" | "no" | "muted" | "block", list?: string[] }} Line */

const field = /** @type {HTMLTextAreaElement} */ (one("#receipt"));
const file = /** @type {HTMLInputElement} */ (one("#receipt-file"));

one("[data-form]").addEventListener("submit", (event) => {
  event.preventDefault();
  void check(field.value.trim());
});
file.addEventListener("change", async () => {
  field.value = (await file.files?.[0]?.text()) ?? "";
});

/** @param {string} text */
async function check(text) {
  if (isCode(text)) {
    field.value = "";
    return show([{ text: word("check.never_code"), look: "no" }]);
  }
  one("[data-result]").replaceChildren(make("p", { class: "muted" }, word("check.verifying")));
  try {
    const built = builtFor();
    const keep = new Keep(built.edition, built.election);
    const election = await readElection(built, keep.seen);
    const [log, cards] = [new LogReader(election, keep), await readCards(election)];
    return show(await linesOf(text, election, log, cards));
  } catch (error) {
    const code = codeOf(error);
    if (code === "page-error") console.error(error);
    const words = wordsOf(code);
    return show([
      { text: `${word(`errors.${words}.0`)}. ${word(`errors.${words}.1`)} (${code})`, look: "no" },
    ]);
  }
}

/**
 * @param {string} text
 * @param {Election} election
 * @param {LogReader} log
 * @param {readonly Card[]} cards
 * @returns {Promise<Line[]>}
 */
async function linesOf(text, election, log, cards) {
  const promise = read(text, election);
  if ("text" in promise) return [promise];
  const head = await log.head();
  const [place, entries] = await Promise.all([log.find(promise.leafHash, head), log.entries(head)]);
  const fate = fateOf(entries, promise.leafHash, election);
  /** @type {Line[]} */
  const lines = [{ text: word("check.promise_good"), look: "yes" }];
  if (!place) {
    const isMissing = fate.state === "missing";
    return [
      ...lines,
      isMissing ? { text: word("check.missing"), look: "no" } : { text: word("check.waiting") },
    ];
  }
  const { index, witnesses, isWitnessed } = place;
  lines.push({ text: word("check.in_log", { index, size: head.size }), look: "yes" });
  lines.push(...fateLines(fate, cards));
  lines.push(
    { text: word("check.checkpoint") },
    { text: new TextDecoder().decode(head.raw), look: "block" },
  );
  const names = witnesses.join(", ");
  lines.push(
    isWitnessed
      ? { text: word("check.witnessed", { names }), look: "yes" }
      : { text: word("check.unwitnessed"), look: "muted" },
  );
  return lines;
}

/**
 * @param {import("./ballot-fate.js").Fate} fate
 * @param {readonly Card[]} cards
 * @returns {Line[]}
 */
function fateLines({ state, said, fate, reason }, cards) {
  if (state === "open") return [{ text: word("check.not_yet"), look: "muted" }];
  if (state === "revealing") return [{ text: word("check.revealing"), look: "muted" }];
  /** @type {Line[]} */
  const lines = [];
  if (said)
    lines.push({ text: word("check.said"), list: said.map((number) => cards[number].title) });
  if (fate === "superseded") return [...lines, { text: word("check.superseded") }];
  if (fate === "invalid")
    return [...lines, { text: word("check.invalid", { reason }), look: "no" }];
  if (state === "uncounted") return [...lines, { text: word("check.uncounted"), look: "muted" }];
  return [...lines, { text: word("check.counted"), look: "yes" }];
}

/**
 * Return the promise of a receipt's text, or the line that says why not.
 *
 * @param {string} text
 * @param {Election} election
 */
function read(text, election) {
  try {
    return decodePromise(utf8(text), election);
  } catch (error) {
    if (!(error instanceof UrneError)) throw error;
    const name =
      error instanceof NoteUnverified
        ? "promise_bad"
        : error instanceof OtherElection
          ? "other_election"
          : "unreadable";
    return /** @type {Line} */ ({ text: word(`check.${name}`), look: "no" });
  }
}

/** @param {string} text */
function isCode(text) {
  try {
    decodeSeed(text);
    return true;
  } catch {
    return false;
  }
}

/** @param {readonly Line[]} lines */
function show(lines) {
  const shown = lines.map(({ text, look = "", list }) =>
    make(
      "div",
      {},
      make(look === "block" ? "pre" : "p", { class: look }, text),
      ...(list ? [make("ol", {}, ...list.map((item) => make("li", { lang: "fr" }, item)))] : []),
    ),
  );
  one("[data-result]").replaceChildren(...shown);
  one("#h-result").hidden = false;
  one("#h-result").focus();
}
