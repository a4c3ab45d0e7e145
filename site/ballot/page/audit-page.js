/** "Check everything": runs the whole audit in workers and shows each check as it stands. */

import { make, one, parsed } from "./dom.js";
import { hasWord, word } from "./words.js";

/** @typedef {import("../audit/findings.js").Report} Report */
/** @typedef {import("../audit/findings.js").Result} Result */

const told = document.documentElement.dataset;
const { edition = "" } = told;
const EDITION = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const MARKS = { passed: "yes", failed: "no", "not-checked": "muted" };

await parsed();
const start = /** @type {HTMLButtonElement} */ (one("[data-start]"));
const bar = /** @type {HTMLProgressElement} */ (one("[data-progress]"));
const asked = new URLSearchParams(location.search).get("edition") ?? edition;
one("[data-asked]").textContent = EDITION.test(asked) ? asked : edition;

start.addEventListener("click", () => {
  start.disabled = true;
  bar.hidden = false;
  one("[data-result]").replaceChildren();
  one("[data-status]").textContent = word("audit.running");
  void run();
});

/** Start the workers, each made from a script that is what the page says it is. */
async function run() {
  const began = performance.now();
  const scripts = await Promise.all([
    pinned(told.worker, told.workerIs),
    pinned(told.bundleWorker, told.bundleWorkerIs),
  ]).catch(() => null);
  if (!scripts) return finish([failure("unavailable")]);
  const [worker, bundleWorker] = scripts;
  const audit = new Worker(worker, { type: "module" });
  audit.onmessage = ({ data }) => {
    if ("done" in data) {
      bar.max = data.total;
      bar.value = data.done;
      return;
    }
    audit.terminate();
    finish(data.report ? linesOf(data.report, performance.now() - began) : [failure(data.code)]);
  };
  audit.onerror = () => finish([failure("page-error")]);
  audit.postMessage({
    edition: one("[data-asked]").textContent,
    origin: location.origin,
    bundleWorker,
  });
}

/**
 * Return an address within this page for a script, once its bytes are those of the integrity: a
 * worker's own address could not be pinned.
 *
 * @param {string} url
 * @param {string} integrity
 */
async function pinned(url = "", integrity = "") {
  if (!integrity) throw new Error("The page does not say what its workers are.");
  const answer = await fetch(url, { integrity, credentials: "omit" });
  const script = new Blob([await answer.arrayBuffer()], { type: "text/javascript" });
  return URL.createObjectURL(script);
}

/** @param {HTMLElement[]} lines */
function finish(lines) {
  start.disabled = false;
  bar.hidden = true;
  one("[data-status]").textContent = "";
  one("[data-result]").replaceChildren(...lines);
  one("#h-result").hidden = false;
  one("#h-result").focus();
}

/** @param {Report} report @param {number} milliseconds */
function linesOf(report, milliseconds) {
  const isWhole = report.checks.every(
    ({ status }) => status === "passed" || status === "not-checked",
  );
  const left = report.checks.filter(
    ({ id, status }) => status === "not-checked" && !OPTIONAL.includes(id),
  );
  const verdict = !isWhole ? "failed" : left.length ? "incomplete" : "passed";
  const ballots = Number(report.facts.ballots ?? 0);
  const seconds = new Intl.NumberFormat(document.documentElement.lang, {
    maximumFractionDigits: 1,
  }).format(milliseconds / 1000);
  return [
    make(
      "p",
      {
        class: `verdict ${verdict === "passed" ? "yes" : verdict === "failed" ? "no" : ""}`,
        "data-verdict": verdict,
      },
      word(`audit.verdict_${verdict}`),
    ),
    make("p", { class: "muted" }, word("audit.took", { ballots, seconds })),
    make("ul", { class: "checks" }, ...report.checks.map((check) => lineOf(check, isWhole))),
    make("h3", {}, word("audit.unseen")),
    make(
      "ul",
      {},
      ...report.unseen.map((text, at) =>
        make("li", {}, hasWord(`audit.not_seen.${at}`) ? word(`audit.not_seen.${at}`) : text),
      ),
    ),
  ];
}

/** What an auditor may bring along, and nothing is missing without. */
const OPTIONAL = ["since", "promise"];

/**
 * Return what is shown of a check. Why one could not be made needs saying only where another has
 * failed: else the vote is still under way, and the verdict says so.
 *
 * @param {Result} check
 * @param {boolean} isWhole whether none has failed
 */
function lineOf({ id, status, sentence, details }, isWhole) {
  const said = hasWord(`audit.checks.${id}`) ? word(`audit.checks.${id}`) : sentence;
  const isLeftOut = status === "not-checked" && OPTIONAL.includes(id);
  const shown = status === "not-checked" && isWhole ? [] : details;
  return make(
    "li",
    { "data-check": id, "data-status": status },
    make("span", { class: `check-mark ${MARKS[status]}` }, word(`audit.${isLeftOut ? "not-asked" : status}`)),
    make(
      "span",
      { class: "check-said" },
      said,
      ...shown.map((text) => make("span", { class: "check-detail", lang: "en" }, text)),
    ),
  );
}

/** @param {string} code */
function failure(code) {
  return make("p", { class: "no", "data-verdict": "error" }, `${word("audit.error")} (${code})`);
}
