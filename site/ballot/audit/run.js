/**
 * The audit from beginning to end, over a log of any size, in as many workers as it is given.
 *
 * It reads the public tree only, bundle by bundle, goes on after a failure and reports them all. A
 * check that rests on another that failed is reported as not made, never as passed. What rests on
 * what, from the ground up:
 *
 *     manifest      everything else is measured by it; its own proof is the log's first entry
 *     checkpoint    without it there is no log, only cards, keys and the tally's signature
 *     tiles         since, promise, and the roots that the close states
 *     bundles       whatever is said of entries as a whole: if one is missing, nothing is
 *     trustees      the recount
 */

import { toBase64 } from "../canonical.js";
import { WIDTH } from "../log/tiles.js";
import { bundleResults, revealedKeys } from "./bundles.js";
import { EntriesCheck } from "./entries.js";
import { Findings } from "./findings.js";
import * as opening from "./opening.js";
import * as outcome from "./outcome.js";
import { Tree, checkSince, checkTiles, publishedTree } from "./tree.js";

/** @typedef {import("../crypto/seal.js").KeyPair} KeyPair */
/** @typedef {import("../log/checkpoint.js").Checkpoint} Checkpoint */
/** @typedef {import("../log/note.js").VerifierKey} VerifierKey */
/** @typedef {import("../model/card.js").Card} Card */
/** @typedef {import("../model/election.js").Election} Election */
/** @typedef {import("./findings.js").Report} Report */
/** @typedef {import("./question.js").Question} Question */
/** @typedef {(done: number, total: number) => void} Progress is told (entries done, of all) */
/** @typedef {import("./pool.js").Pool} Pool */
/**
 * @typedef {{
 *   election: Election,
 *   key: VerifierKey | null,
 *   cards: readonly Card[],
 *   tally: Uint8Array | null,
 *   checkpoint: Checkpoint,
 *   committed: Tree | null,
 * }} Ground what the audit of a log stands on, once its manifest is known to be the log's
 */

/**
 * Return the report on one election.
 *
 * Throws BadEvidence if what the auditor brought along cannot be used, and Unavailable if the tree
 * cannot be read: neither says anything of the election.
 *
 * @param {Question} question
 * @param {{ pool: Pool, progress?: Progress }} how
 * @returns {Promise<Report>}
 */
export async function audit(question, { pool, progress = () => {} }) {
  const findings = new Findings();
  findings.facts.edition = question.edition;
  const ground = await findGround(question, findings);
  if (ground !== null) await auditLog(question, ground, findings, pool, progress);
  return findings.report();
}

/** @param {Question} question @param {Findings} findings @returns {Promise<Ground | null>} */
async function findGround(question, findings) {
  const election = await opening.readManifest(question, findings);
  if (election === null) {
    findings.skipRest("election.json cannot be relied on");
    return null;
  }
  findings.facts.election_id = toBase64(election.election_id);
  const found = await opening.readCheckpoint(question, findings);
  const committed = found && (await publishedTree(found.checkpoint, logReader(question)));
  if (found) {
    await opening.checkFirstEntry(question, election, found.checkpoint, committed, findings);
  }
  if (findings.hasFailed("manifest")) {
    findings.skipRest("the log is not of this election.json");
    return null;
  }
  const key = await opening.readLogKey(election, findings);
  const cards = await opening.readCards(question, election, findings);
  await opening.checkKeys(question, election, findings);
  const tally = await outcome.readTally(question);
  await outcome.checkSignature(question, election, tally, findings);
  if (found === null) {
    findings.skipRest("the checkpoint cannot be read");
    return null;
  }
  await opening.checkCheckpoint(election, key, found, findings);
  return { election, key, cards, tally, checkpoint: found.checkpoint, committed };
}

/**
 * @param {Question} question
 * @param {Ground} ground
 * @param {Findings} findings
 * @param {Pool} pool
 * @param {Progress} progress
 */
async function auditLog(question, ground, findings, pool, progress) {
  const { election, checkpoint, committed } = ground;
  const { size, root } = checkpoint;
  Object.assign(findings.facts, { size, root: toBase64(root) });
  const since = olderCheckpoint(question, ground.key, findings);
  const promised = question.promisedLeaf(election);
  const seen = new EntriesCheck(election, findings);
  const read = logReader(question);
  const pairs = await revealedKeys(election, size, read);
  await pool.begin(await question.jsonFile("election.json"), pairs);
  let whole = true;
  const ofEntries = new Tree();
  for await (const result of bundleResults(size, read, committed, pool.check)) {
    seen.add(result);
    whole &&= result.whole;
    if (result.leaves) ofEntries.add(result.leaves);
    progress(Math.min(size, (result.tile.index + 1) * WIDTH), size);
  }
  const { ballots, votingKeys } = seen.recount;
  Object.assign(findings.facts, { ballots, voting_keys: votingKeys });
  const tree = committed ?? (whole && ofEntries.makes(checkpoint) ? ofEntries : null);
  if (tree !== null) {
    findings.made("bundles");
    await checkTiles(tree, read, findings, { leavesRead: tree === committed });
    checkSince(since, tree, findings);
    checkPromise(promised, tree, findings);
  } else {
    findings.fail("tiles", "the tiles do not make the root of the checkpoint");
    findings.skip(["bundles", "since", "promise"], "the tiles do not make the signed root");
  }
  if (!whole) {
    findings.skipRest("some of the log's entries are not there as signed");
    return;
  }
  seen.finish((at) => (tree ?? ofEntries).rootAt(at));
  const { cards, tally } = ground;
  const isOpened = pairs !== null;
  await outcome.checkOutcome({ question, election, cards, seen, isOpened, findings }, tally);
}

/** @param {Question} question @returns {import("./question.js").Read} */
function logReader(question) {
  return (path) => question.logFile(path);
}

/** @param {Question} question @param {VerifierKey | null} key @param {Findings} findings */
function olderCheckpoint(question, key, findings) {
  if (key === null && question.logKey === null) {
    findings.skip(["since"], "the log's key cannot be read");
    return null;
  }
  return question.olderCheckpoint(key);
}

/** @param {Uint8Array | null} leaf @param {Tree} tree @param {Findings} findings */
function checkPromise(leaf, tree, findings) {
  if (leaf === null) {
    findings.skip(["promise"], "no promise was given");
    return;
  }
  findings.made("promise");
  const index = tree.indexOf(leaf);
  if (index === null) findings.fail("promise", `no entry has the leaf hash ${toBase64(leaf)}`);
  else findings.facts.promised_entry = index;
}
