#!/usr/bin/env node
/**
 * Checks an election from its public files alone, in code written apart from the town's own.
 *
 *     node site/ballot/audit.mjs DIR-or-URL [--edition NAME] [--log-key FILE] [--tally-key FILE]
 *                                [--since FILE] [--promise FILE] [--workers N] [--json]
 *
 * DIR or URL is where `elections/` and `keys/` stand. The checks, their names and the exit status
 * are those of `urne audit`: 0 nothing failed, 1 something did, 2 it cannot be carried out.
 */

import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { fetchReader } from "./audit/browser.js";
import { editionsOf, folderReader, nodePool } from "./audit/node.mjs";
import { Question } from "./audit/question.js";
import { audit } from "./audit/run.js";
import { UrneError } from "./errors.js";

/** @typedef {import("./audit/findings.js").Report} Report */

const SIGNS = { passed: "✓", failed: "✗", "not-checked": "–" };
const OPTIONS = /** @type {const} */ ({
  edition: { type: "string" },
  "log-key": { type: "string" },
  "tally-key": { type: "string" },
  since: { type: "string" },
  promise: { type: "string" },
  workers: { type: "string", default: "2" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
});

/** A request that cannot be carried out, in a sentence. */
class BadRequest extends Error {}

/** Return the exit status. @param {string[]} args */
async function main(args) {
  const { values, positionals } = parsed(args);
  const [source] = positionals;
  if (values.help || positionals.length !== 1) {
    console.error("usage: node site/ballot/audit.mjs DIR-or-URL [--edition NAME] [--json]");
    console.error("       [--log-key FILE] [--tally-key FILE] [--since FILE] [--promise FILE]");
    return values.help ? 0 : 2;
  }
  const question = await questionOf(source, values);
  const pool = nodePool(Math.max(1, Number.parseInt(values.workers, 10) || 1));
  try {
    const report = await audit(question, { pool, progress: showProgress });
    if (values.json) console.log(JSON.stringify(report, null, 2));
    else printReport(report);
    return report.good ? 0 : 1;
  } finally {
    pool.stop();
  }
}

/** @param {string[]} args */
function parsed(args) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (e) {
    throw new BadRequest(e instanceof Error ? e.message : String(e));
  }
}

/** @param {string} source @param {ReturnType<typeof parsed>["values"]} values */
async function questionOf(source, values) {
  const { root, edition } = await placeOf(source, values.edition);
  const read = /^https?:\/\//.test(root) ? fetchReader(root) : folderReader(root);
  const { since, promise } = values;
  return new Question({
    read,
    edition,
    logKey: await logKeyOf(values["log-key"], edition),
    // A key file, or a file that holds the line alone.
    tallyKey: (await textOf(values["tally-key"])).trim().split("\n").pop() ?? "",
    ...(since ? { since: await bytesOf(since) } : {}),
    ...(promise ? { promise: await bytesOf(promise) } : {}),
  });
}

/**
 * Return the tree's address and the edition, also from `…/elections/<edition>`.
 *
 * @param {string} source
 * @param {string} [edition]
 */
async function placeOf(source, edition) {
  const root = source.replace(/\/+$/, "");
  if (edition) return { root, edition };
  const [, above, named] = root.match(/^(.*)\/elections\/([^/]+)$/) ?? [];
  if (named) return { root: above || "/", edition: named };
  const found = await editionsOf(root);
  if (found.length === 1) return { root, edition: found[0] };
  const which = found.join(", ") || "none";
  throw new BadRequest(`Name the edition with --edition: ${root} holds ${which} that is seen.`);
}

/**
 * Return the vkey of a file, of several the one of this edition's log.
 *
 * @param {string | undefined} file
 * @param {string} edition
 */
async function logKeyOf(file, edition) {
  if (!file) return "";
  const lines = (await textOf(file)).split(/\s+/).filter(Boolean);
  const ours = lines.find((line) => line.split("+")[0].endsWith(`/${edition}/log`));
  return ours ?? lines[0] ?? "(no key)";
}

/** @param {string} [file] */
async function textOf(file) {
  return file ? new TextDecoder().decode(await bytesOf(file)) : "";
}

/** @param {string} file */
async function bytesOf(file) {
  try {
    return new Uint8Array(await readFile(file));
  } catch (e) {
    throw new BadRequest(`${file} cannot be read.`, { cause: e });
  }
}

/** @param {number} done @param {number} total */
function showProgress(done, total) {
  if (!process.stderr.isTTY) return;
  process.stderr.write(`\r${done} of ${total} entries${done < total ? "" : "\n"}`);
}

/** @param {Report} report */
function printReport(report) {
  for (const { id, status, sentence, details } of report.checks) {
    console.log(`${SIGNS[status]} ${id.padEnd(18)} ${sentence}`);
    for (const detail of details) console.log(`  ${"".padEnd(18)} ${detail}`);
  }
  console.log(`\n${report.remarks.map((remark) => `${remark}\n`).join("")}No audit can see:`);
  for (const unseen of report.unseen) console.log(`- ${unseen}`);
  console.log(`\n${summary(report)}`);
}

/** @param {Report} report */
function summary({ checks, good }) {
  /** @param {string} status */
  const idsOf = (status) => checks.filter((check) => check.status === status).map(({ id }) => id);
  const skipped = idsOf("not-checked").length;
  const rest = skipped ? `, ${skipped} could not be made` : "";
  if (good) return `GOOD: ${idsOf("passed").length} checks passed${rest}.`;
  const failed = idsOf("failed");
  return `NOT GOOD: ${failed.length} failed (${failed.join(", ")})${rest}.`;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (e) {
  if (e instanceof UrneError) console.error(`${e.message} (${e.code})`);
  else console.error(e instanceof BadRequest ? e.message : e);
  process.exitCode = 2;
}
