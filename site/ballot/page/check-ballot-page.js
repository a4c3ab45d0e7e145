/** The second page of "cast as intended": seals again what a voter's page has opened, and tells. */

import { equal } from "../bytes.js";
import { fromBase64, toBase64 } from "../canonical.js";
import { OtherElection, UrneError } from "../errors.js";
import { SealedRanking, decodeOpened } from "../sealed-ranking.js";
import { utf8 } from "../text.js";
import { breathe, make, one, parsed } from "./dom.js";
import { Keep } from "./keep.js";
import { builtFor, readCards, readElection } from "./manifest.js";
import { codeOf, wordsOf } from "./stop.js";
import { word } from "./words.js";

await parsed();
one("[data-form]").addEventListener("submit", (event) => {
  event.preventDefault();
  void check(valueOf("#opened"), valueOf("#noted"));
});

/** @param {string} text @param {string} noted */
async function check(text, noted) {
  one("#h-result").hidden = false;
  one("[data-result]").replaceChildren(
    make("p", { class: "muted" }, word("check_ballot.verifying")),
  );
  try {
    const built = builtFor();
    const election = await readElection(built, new Keep(built.edition, built.election).seen);
    const cards = await readCards(election);
    await breathe();
    const opened = decodeOpened(utf8(text), election);
    const { hash } = await SealedRanking.inBreaths(election, opened, breathe);
    const titles = opened.choices.map((number) =>
      make(
        "li",
        { class: "choice", lang: "fr" },
        make("span", { class: "choice-title" }, cards[number].title),
      ),
    );
    show(
      make("p", {}, word("check_ballot.says")),
      make("ol", { class: "ranking-list ranking-final" }, ...titles),
      make("p", { class: "seal-label" }, word("check_ballot.hash")),
      make("p", { class: "hash" }, toBase64(hash)),
      compared(hash, noted),
    );
  } catch (error) {
    show(make("p", { class: "no" }, why(error)));
  }
}

/** @param {Uint8Array} hash @param {string} noted */
function compared(hash, noted) {
  if (!noted) return make("p", {}, word("check_ballot.compare"));
  const isSame = equal(hash, read(noted));
  return make(
    "p",
    { class: isSame ? "yes" : "no" },
    word(isSame ? "check_ballot.same" : "check_ballot.differs"),
  );
}

/** @param {string} noted */
function read(noted) {
  try {
    return fromBase64(noted);
  } catch {
    return new Uint8Array(0);
  }
}

/** @param {unknown} error */
function why(error) {
  if (error instanceof OtherElection) return word("check_ballot.other_election");
  if (error instanceof UrneError) return word("check_ballot.unreadable");
  const code = codeOf(error);
  if (code === "page-error") console.error(error);
  return `${word(`errors.${wordsOf(code)}.0`)}. ${word(`errors.${wordsOf(code)}.1`)} (${code})`;
}

/** @param {...Node} lines */
function show(...lines) {
  one("[data-result]").replaceChildren(...lines);
  one("#h-result").focus();
}

/** @param {string} selector */
function valueOf(selector) {
  return /** @type {HTMLInputElement} */ (one(selector)).value.trim();
}
