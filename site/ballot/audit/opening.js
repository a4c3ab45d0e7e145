/** The audit of what stands before the log's entries: manifest, cards, keys, checkpoint. */

import { equal } from "../bytes.js";
import { readPublicKeyFile } from "../crypto/minisign.js";
import { BadEncoding, NotFound } from "../errors.js";
import { parseCheckpoint } from "../log/checkpoint.js";
import { HASH_BYTES, leafHash } from "../log/merkle.js";
import { decodeNote, parseVkey, verifyNote } from "../log/note.js";
import { NONE, isMet, parsePolicy } from "../log/policy.js";
import { WIDTH, bundlesOf, decodeBundle, tilePath } from "../log/tiles.js";
import { decodeCards, requireCards } from "../model/card.js";
import { decodeElection } from "../model/election.js";
import { Kind, entry } from "../model/entry.js";
import { LOG_KEY, TALLY_KEY } from "./question.js";

/** @typedef {import("../log/checkpoint.js").Checkpoint} Checkpoint */
/** @typedef {import("../log/note.js").Note} Note */
/** @typedef {import("../log/note.js").VerifierKey} VerifierKey */
/** @typedef {import("../model/card.js").Card} Card */
/** @typedef {import("../model/election.js").Election} Election */
/** @typedef {import("./findings.js").Findings} Findings */
/** @typedef {import("./question.js").Question} Question */
/** @typedef {import("./tree.js").Tree} Tree */

const NO_WITNESSES =
  "The manifest asks for no witnesses: who runs the log could show different people different " +
  "ones.";

/**
 * Return the election of `election.json`, or null after noting what is wrong with it.
 *
 * @param {Question} question
 * @param {Findings} findings
 */
export async function readManifest(question, findings) {
  const election = await findings.attempt("manifest", async () =>
    decodeElection(await question.jsonFile("election.json")),
  );
  if (election !== null && election.edition !== question.edition) {
    findings.fail("manifest", `it is of '${election.edition}', not of '${question.edition}'`);
    return null;
  }
  return election;
}

/**
 * Return the frozen cards, none after noting what is wrong with them.
 *
 * @param {Question} question
 * @param {Election} election
 * @param {Findings} findings
 */
export async function readCards(question, election, findings) {
  findings.made("cards");
  const cards = await findings.attempt("cards", async () => {
    const cards = decodeCards(await question.jsonFile("cards.json"));
    requireCards(election, cards);
    return cards;
  });
  return cards ?? [];
}

/**
 * Compare the keys published, named in the manifest and given.
 *
 * @param {Question} question
 * @param {Election} election
 * @param {Findings} findings
 */
export async function checkKeys(question, election, findings) {
  findings.made("keys");
  const log = { name: "log", named: election.log_key, given: question.givenLogKey };
  const tally = { name: "tally", named: election.tally_key, given: question.tallyKey };
  await checkKey(findings, log, async () => logKeysOf(await question.read(LOG_KEY)));
  await checkKey(findings, tally, async () => [readPublicKeyFile(await question.read(TALLY_KEY))]);
}

/** Return the vkeys of the town's logs, one a line. Throws BadEncoding. @param {Uint8Array} raw */
function logKeysOf(raw) {
  const lines = new TextDecoder("utf-8", { ignoreBOM: true }).decode(raw).split("\n");
  if (lines.pop()) throw new BadEncoding("list of log keys", "its last line does not end");
  lines.forEach(parseVkey);
  return lines;
}

/**
 * @param {Findings} findings
 * @param {{ name: string, named: string, given: string }} key
 * @param {() => Promise<string[]>} readPublished
 */
async function checkKey(findings, { name, named, given }, readPublished) {
  if (given && given !== named) {
    findings.fail("keys", `the manifest's ${name} key is not the one given`);
  }
  const published = await findings.attempt("keys", readPublished, `the published ${name} key`);
  if (published !== null && !published.includes(named)) {
    findings.fail("keys", `the published ${name} key is not the manifest's`);
  }
  if (!given) {
    findings.remarks.push(
      `The ${name} key was taken from the tree under audit: key and data came from the same ` +
        `hand. Give --${name}-key to rest on one from elsewhere.`,
    );
  }
}

/**
 * Return the checkpoint as a note and as its figures, null after noting what is wrong.
 *
 * @param {Question} question
 * @param {Findings} findings
 */
export function readCheckpoint(question, findings) {
  findings.made("checkpoint");
  return findings.attempt("checkpoint", async () => {
    const note = decodeNote(await question.logFile("checkpoint"));
    return { note, checkpoint: parseCheckpoint(note.text) };
  });
}

/**
 * Check that the log begins with this election; say nothing if that cannot be read.
 *
 * @param {Question} question
 * @param {Election} election
 * @param {Checkpoint} checkpoint
 * @param {Tree | null} committed
 * @param {Findings} findings
 */
export async function checkFirstEntry(question, election, checkpoint, committed, findings) {
  if (checkpoint.size === 0) {
    findings.fail("manifest", "the log is empty: nothing names this election.json");
    return;
  }
  const first =
    committed?.tiles[0].subarray(0, HASH_BYTES) ?? (await publishedFirst(question, checkpoint));
  if (first === null) return;
  findings.made("manifest");
  if (!equal(first, leafHash(entry(Kind.ELECTION, election.election_id)))) {
    findings.fail("manifest", "the log's first entry is not this election.json's");
  }
}

/**
 * Return the hash of entry 0 as published, null if missing.
 *
 * @param {Question} question
 * @param {Checkpoint} checkpoint
 */
async function publishedFirst(question, { size }) {
  const [tile] = bundlesOf(Math.min(size, WIDTH));
  try {
    return leafHash(decodeBundle(await question.logFile(tilePath(tile)), tile.width)[0]);
  } catch (e) {
    if (e instanceof NotFound || e instanceof BadEncoding) return null;
    throw e;
  }
}

/**
 * Return the log's key, null after noting that it cannot be read.
 *
 * @param {Election} election
 * @param {Findings} findings
 */
export function readLogKey(election, findings) {
  return findings.attempt("log-signature", () => parseVkey(election.log_key), "the log's key");
}

/**
 * Check the checkpoint's origin, signature and cosignatures.
 *
 * @param {Election} election
 * @param {VerifierKey | null} key
 * @param {{ note: Note, checkpoint: Checkpoint }} found
 * @param {Findings} findings
 */
export async function checkCheckpoint(election, key, { note, checkpoint }, findings) {
  findings.made("origin", "log-signature", "cosignatures");
  if (checkpoint.origin !== election.origin) {
    findings.fail("origin", `it says '${checkpoint.origin}', not '${election.origin}'`);
  }
  if (key !== null) {
    if (key.name !== election.origin) {
      findings.fail("origin", `the log's key is named '${key.name}', not '${election.origin}'`);
    }
    await findings.attempt("log-signature", () => verifyNote(note, key));
  }
  const policy = await findings.attempt("cosignatures", () => parsePolicy(election.witness_policy));
  if (policy === null) return;
  if (!isMet(policy, note)) {
    findings.fail("cosignatures", `the quorum '${policy.quorum}' is not met`);
  }
  if (policy.quorum === NONE) findings.remarks.push(NO_WITNESSES);
}
