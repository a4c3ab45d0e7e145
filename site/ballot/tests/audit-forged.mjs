/**
 * Audits every tree that `python -m tests.audit.write_forged DIR` wrote, and prints the reports.
 *
 *     node site/ballot/tests/audit-forged.mjs DIR
 *
 * One JSON object: name of the tree → report. tests/browser/core compares them with Python's. The
 * trees have most of their signatures and seals in common: each is looked at once.
 */

import { readFile, readdir } from "node:fs/promises";
import { register } from "node:module";
import path from "node:path";

register("./remembered/hooks.mjs", import.meta.url);
const { folderReader } = await import("../audit/node.mjs");
const { InlinePool } = await import("../audit/pool.js");
const { Question } = await import("../audit/question.js");
const { audit } = await import("../audit/run.js");
const { fromBase64 } = await import("../canonical.js");

/** @param {string} folder */
async function auditOne(folder) {
  const asked = JSON.parse(await readFile(path.join(folder, "question.json"), "utf8"));
  const question = new Question({
    read: folderReader(path.join(folder, "tree")),
    edition: asked.edition,
    logKey: asked.log_key,
    tallyKey: asked.tally_key,
    ...(asked.since === null ? {} : { since: fromBase64(asked.since) }),
    ...(asked.promise === null ? {} : { promise: fromBase64(asked.promise) }),
  });
  return audit(question, { pool: new InlinePool() });
}

const [folder] = process.argv.slice(2);
/** @type {Record<string, unknown>} */
const reports = {};
for (const name of (await readdir(folder)).sort()) {
  reports[name] = await auditOne(path.join(folder, name));
}
console.log(JSON.stringify(reports));
