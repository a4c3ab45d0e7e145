/**
 * "Check my vote": from a receipt, never from the code, to the ballot's place and what became of
 * it.
 */

import { equal } from "../bytes.js";
import { fromBase64, toBase64 } from "../canonical.js";
import { NoteUnverified, OtherElection, UrneError } from "../errors.js";
import { decodeSeed } from "../crypto/seed-code.js";
import { decodePromise } from "../promise.js";
import { utf8 } from "../text.js";
import { fateOf } from "./ballot-fate.js";
import { make, one, parsed } from "./dom.js";
import { Keep } from "./keep.js";
import { LogReader } from "./log-reader.js";
import { builtFor, readCards, readElection } from "./manifest.js";
import { lookAtTally } from "./published-tally.js";
import { codeOf, wordsOf } from "./stop.js";
import { word } from "./words.js";

/** @typedef {import("../model/election.js").Election} Election */
/** @typedef {import("../model/card.js").Card} Card */
/**
 * @typedef {{
 *   text: string,
 *   look?: "yes" | "no" | "muted" | "block" | "hash",
 *   list?: string[],
 *   link?: string,
 * }} Line
 */

await parsed();
const field = /** @type {HTMLTextAreaElement} */ (one("#receipt"));
const file = /** @type {HTMLInputElement} */ (one("#receipt-file"));
const noted = /** @type {HTMLInputElement} */ (one("#noted"));

one("[data-form]").addEventListener("submit", (event) => {
  event.preventDefault();
  void check(field.value.trim());
});
file.addEventListener("change", async () => {
  field.value = (await file.files?.[0]?.text()) ?? "";
});

// A ballot without a promise comes from the voting page as `#` and its leaf hash.
field.value = decodeURIComponent(location.hash.slice(1));

/** @param {string} text */
async function check(text) {
  one("#h-result").hidden = false;
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
  const bare = leafOf(text);
  const promise = bare ? { leafHash: bare } : read(text, election);
  if ("text" in promise) return [promise];
  const head = await log.head();
  const [place, entries] = await Promise.all([log.find(promise.leafHash, head), log.entries(head)]);
  const fate = fateOf(entries, promise.leafHash, election);
  /** @type {Line[]} */
  const lines = bare
    ? [{ text: word("check.bare"), look: "muted" }]
    : [{ text: word("check.promise_good"), look: "yes" }];
  if (!place) {
    const [isMissing, name] = [fate.state === "missing", bare ? "bare_" : ""];
    return [
      ...lines,
      isMissing
        ? { text: word(`check.${name}missing`), look: "no" }
        : { text: word(`check.${name}waiting`) },
    ];
  }
  const { index, witnesses, isWitnessed } = place;
  lines.push({ text: word("check.in_log", { index, size: head.size }), look: "yes" });
  lines.push(...sealLines(fate.seal), ...fateLines(fate, cards));
  if (fate.tally) lines.push(...tallyLines(fate, await lookAtTally(election, fate.tally)));
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
 * Return the hash of the ballot's seal, held to the one that was shown before casting, if noted.
 *
 * @param {Uint8Array | null} seal
 * @returns {Line[]}
 */
function sealLines(seal) {
  if (!seal) return [];
  const announced = noted.value.trim();
  const compared = !announced ? "compare" : equal(seal, read64(announced)) ? "same" : "differs";
  const look = /** @type {const} */ ({ compare: "muted", same: "yes", differs: "no" })[compared];
  return [
    { text: word("check.sealed") },
    { text: toBase64(seal), look: "hash" },
    { text: word(`check.${compared}`), look },
  ];
}

/** Return the bytes of base64, none if it is not. @param {string} text */
function read64(text) {
  try {
    return fromBase64(text);
  } catch {
    return new Uint8Array(0);
  }
}

/**
 * Return whether the ballot counts in the published result, or why nothing shows that it does.
 *
 * @param {import("./ballot-fate.js").Fate} fate
 * @param {Awaited<ReturnType<typeof lookAtTally>>} tally
 * @returns {Line[]}
 */
function tallyLines({ fate }, tally) {
  if (tally !== "good") return [{ text: word(`check.tally_${tally}`), look: "no" }];
  if (fate !== "valid") return [];
  const { home = "/" } = document.documentElement.dataset;
  return [
    { text: word("check.counted"), look: "yes" },
    { text: word("check.recount"), link: `${home}audit/` },
  ];
}

/**
 * @param {import("./ballot-fate.js").Fate} fate
 * @param {readonly Card[]} cards
 * @returns {Line[]}
 */
function fateLines({ state, said, fate, reason }, cards) {
  if (fate === "forged") return [{ text: word("check.forged"), look: "no" }];
  if (state === "open") return [{ text: word("check.not_yet"), look: "muted" }];
  if (state === "revealing") return [{ text: word("check.revealing"), look: "muted" }];
  /** @type {Line[]} */
  const lines = [];
  if (said)
    lines.push({ text: word("check.said"), list: said.map((number) => cards[number].title) });
  if (fate === "superseded") return [...lines, { text: word("check.superseded") }];
  if (fate === "invalid")
    return [...lines, { text: word("check.invalid", { reason }), look: "no" }];
  if (state === "uncounted") lines.push({ text: word("check.uncounted"), look: "muted" });
  return lines;
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

/**
 * Return the leaf hash that a text is, or null: all that is left of a ballot without a promise.
 *
 * @param {string} text
 */
function leafOf(text) {
  try {
    return fromBase64(text, 32);
  } catch {
    return null;
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
  const shown = lines.map(({ text, look = "", list, link }) =>
    make(
      "div",
      {},
      make(
        look === "block" ? "pre" : "p",
        { class: look },
        link ? make("a", { href: link }, text) : text,
      ),
      ...(list ? [make("ol", {}, ...list.map((item) => make("li", { lang: "fr" }, item)))] : []),
    ),
  );
  one("[data-result]").replaceChildren(...shown);
  one("#h-result").focus();
}
