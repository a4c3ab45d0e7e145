/**
 * Every reason for which the page goes no further: a code for the town hall, a sentence for the
 * resident, and what can be done. Codes of the server and of the core pass through unchanged.
 */

import { all, make, one } from "./dom.js";
import { hasWord, word } from "./words.js";

/** @typedef {import("../model/election.js").Election} Election */
/**
 * @typedef {"retry" | "sign-in" | "review" | "reload" | "intro" | "desk-code" | "restore" | "check"
 * | "forget"} Way
 */

/** The page stops: `code` says why. */
export class Stop extends Error {
  /** @param {string} code @param {{ cause?: unknown }} [options] */
  constructor(code, options) {
    super(code, options);
    this.name = "Stop";
    this.code = code;
  }
}

/** Which words to use for codes that have none of their own. @type {[RegExp, string][]} */
const SAME_WORDS = [
  [/^token-/, "token"],
  [/^(unavailable|outcome-unknown|signing-failed|internal|conflict|function-.*)$/, "unavailable"],
  [/^provider-unknown$/, "provider-misconfigured"],
  [/^not-eligible\.no-address$/, "not-eligible"],
  [/^other-election$/, "manifest-altered"],
];

/**
 * What can be done about each; what is not here can be tried again.
 *
 * @type {{ [words: string]: Way[] }}
 */
const WAYS = {
  "sign-in-cancelled": ["sign-in", "review"],
  "not-eligible.too-young": ["intro"],
  "not-eligible.birthdate-unclear": ["review"],
  "not-eligible.not-resident": ["desk-code", "review"],
  "not-eligible": ["desk-code", "review"],
  "not-eligible.no-code": ["review"],
  "not-eligible.assurance-too-low": ["sign-in"],
  "not-eligible.identity-incomplete": ["review"],
  "already-signed-off": ["restore", "check"],
  "already-signed-off-next": ["sign-in", "check"],
  closed: ["check", "intro"],
  "closed-casting": ["check", "retry"],
  "closed-arrived": ["check", "intro"],
  "closed-missed": ["check", "intro"],
  "not-open-yet": ["intro"],
  offline: ["retry", "review"],
  unavailable: ["retry", "review"],
  "session-expired": ["sign-in"],
  "not-signed-in": ["sign-in"],
  "session-of-other-purpose": ["sign-in"],
  "cross-site-request": ["reload", "intro"],
  "credential-invalid": ["retry", "intro"],
  "sign-in-not-started": ["review"],
  "sign-in-state-mismatch": ["review"],
  "sign-in-expired": ["sign-in"],
  "sign-in-replayed": ["review"],
  "sign-in-issuer-mismatch": ["review"],
  "provider-unreachable": ["sign-in"],
  "provider-refused": ["sign-in"],
  "provider-misconfigured": ["review"],
  token: ["sign-in"],
  "desk-code-mistyped": ["desk-code"],
  "desk-code-refused": ["desk-code"],
  "manifest-altered": [],
  "cards-altered": [],
  "log-rolled-back": ["reload"],
  "log-untrusted": ["reload"],
  "log-forked": [],
  "revision-out-of-range": ["check", "intro"],
  "revision-taken": ["review", "intro"],
  "seal-not-shown": ["review", "intro"],
  other: ["retry", "intro"],
  "cookies-off": ["reload"],
};

/** What can be done before there is an election. @type {Way[]} */
const ALWAYS = ["retry", "reload", "forget", "check"];

/** Return the name of a code's words. @param {string} code */
export function wordsOf(code) {
  if (hasWord(`errors.${code}.0`)) return code;
  const found = SAME_WORDS.find(([pattern]) => pattern.test(code));
  return found ? found[1] : "other";
}

/**
 * Fill the page's stop: title, sentence, what can be done, code.
 *
 * @param {string} code
 * @param {(way: Way) => void} go
 * @param {readonly Way[]} more further ways out
 * @param {Election | undefined} election the one to go back to, if there is one yet
 */
export function fillStop(code, go, more, election) {
  const takesCodes = election?.eligibility.residence.includes("code");
  const found = wordsOf(code);
  const words = found === "not-eligible" && !takesCodes ? "not-eligible.no-code" : found;
  one("[data-stop-title]").textContent = word(`errors.${words}.0`);
  one("[data-stop-text]").textContent = word(`errors.${words}.1`);
  one("[data-stop-code]").textContent = code;
  const paper = one("[data-stop-paper]");
  paper.hidden = code.startsWith("closed") || Date.now() >= Date.parse(paper.dataset.until ?? "");
  const offered = [...(WAYS[words] ?? ["retry"]), ...more];
  const ways = offered.filter((way) =>
    way === "desk-code" ? takesCodes : election || ALWAYS.includes(way),
  );
  const buttons = ways.map((way, at) => {
    const look = at ? "button button-quiet" : "button";
    return make(
      "button",
      { type: "button", class: look, "data-way": way, click: () => go(way) },
      word(`stop.${way}`),
    );
  });
  one("[data-stop-actions]").replaceChildren(...buttons);
}

/** Return the code under which anything thrown is told. @param {unknown} error */
export function codeOf(error) {
  if (error instanceof Error && "code" in error && typeof error.code === "string")
    return error.code;
  return "page-error";
}

/**
 * Show one step and move the focus to its heading.
 *
 * @param {string} step
 * @param {{ focus?: boolean }} [how]
 */
export function showStep(step, { focus = true } = {}) {
  for (const section of all("[data-step]")) section.hidden = section.dataset.step !== step;
  document.body.dataset.at = step;
  const heading = document.querySelector(`[data-step="${step}"] h1`);
  window.scrollTo(0, 0);
  if (focus && heading instanceof HTMLElement) heading.focus({ preventScroll: true });
}
