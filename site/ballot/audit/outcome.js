/** The audit of the result: the published tally and result file against a recount of the log. */

import { sha256 } from "@noble/hashes/sha2.js";
import { equal } from "../bytes.js";
import { verifyFile } from "../crypto/minisign.js";
import { NotFound } from "../errors.js";
import { Kind } from "../model/entry.js";
import { decodeTally } from "../model/tally.js";
import { resultFile } from "../pabulib/result.js";
import { differences } from "./differences.js";
import { requireJsonSize } from "./question.js";

/** @typedef {import("../model/card.js").Card} Card */
/** @typedef {import("../model/election.js").Election} Election */
/** @typedef {import("../model/tally.js").Tally} Tally */
/** @typedef {import("./entries.js").EntriesCheck} EntriesCheck */
/** @typedef {import("./findings.js").Findings} Findings */
/** @typedef {import("./question.js").Question} Question */
/**
 * @typedef {{
 *   question: Question,
 *   election: Election,
 *   cards: readonly Card[],
 *   seen: EntriesCheck,
 *   isOpened: boolean,
 *   findings: Findings,
 * }} Counted
 *   the log as seen, and the frozen cards, none if lost; whether ballots were opened with the
 *   trustees' keys as they were read
 */

const NO_TALLY = "there is no tally yet";

/** Return the bytes of `tally.json`, null if there are none. @param {Question} question */
export async function readTally(question) {
  try {
    return await question.file("tally.json");
  } catch (e) {
    if (e instanceof NotFound) return null;
    throw e;
  }
}

/**
 * Check the minisign signature under `tally.json`.
 *
 * @param {Question} question
 * @param {Election} election
 * @param {Uint8Array | null} tally
 * @param {Findings} findings
 */
export async function checkSignature(question, election, tally, findings) {
  if (tally === null) {
    findings.skip(["tally-signature"], "there is no tally.json");
    return;
  }
  findings.made("tally-signature");
  await findings.attempt("tally-signature", async () =>
    verifyFile(election.tally_key, tally, await question.file("tally.json.minisig")),
  );
}

/**
 * Check the published result, whose `tally.json` has these bytes.
 *
 * @param {Counted} counted
 * @param {Uint8Array | null} tally
 */
export async function checkOutcome(counted, tally) {
  const { seen, findings } = counted;
  checkEntry(seen, tally, findings);
  const why = whyNotRecounted(counted, tally);
  if (why) {
    findings.skip(["ballots-opened", "counts", "tally", "result-file"], why);
    return;
  }
  const scalars = seen.reveals.map(({ scalar }) => scalar);
  const { root } = seen.closes[seen.closes.length - 1].close;
  const found = seen.recount.tally(seen.lists.fewest(), root, scalars);
  await checkTally(findings, tally, found);
  await checkResultFile(counted, found);
}

/** @param {EntriesCheck} seen @param {Uint8Array | null} tally @param {Findings} findings */
function checkEntry(seen, tally, findings) {
  const named = seen.tallySha256;
  if (seen.order.count(Kind.TALLY) && named === null) {
    findings.skip(["tally-entry"], "the log's tally entry cannot be read");
  } else if (tally === null && named === null) {
    findings.skip(["tally-entry"], NO_TALLY);
  } else if (tally === null) {
    findings.fail("tally-entry", "the log commits to a tally that is not published");
  } else if (named === null) {
    findings.fail("tally-entry", "tally.json is published, and the log does not name it");
  } else if (!equal(named, sha256(tally))) {
    findings.fail("tally-entry", "the log's last entry names another tally.json");
  }
  findings.made("tally-entry");
}

/**
 * Return why the result cannot be recounted, nothing if it can.
 *
 * @param {Counted} counted
 * @param {Uint8Array | null} tally
 */
function whyNotRecounted({ seen, election, isOpened, findings }, tally) {
  if (seen.closes.length === 0) return "the vote is not closed";
  if (findings.hasFailed("trustees")) return "the keys revealed are not those of the trustees";
  if (seen.reveals.length < election.trustees.length) return "the ballots are still sealed";
  if (!isOpened) return "the trustees' keys do not stand at the log's end";
  if (tally === null && seen.tallySha256 === null) return NO_TALLY;
  return "";
}

/** @param {Findings} findings @param {Uint8Array | null} tally @param {Tally} found */
async function checkTally(findings, tally, found) {
  if (tally === null) {
    findings.skip(["ballots-opened", "counts", "tally"], "there is no tally.json");
    return;
  }
  findings.made("tally");
  const stated = await findings.attempt("tally", () =>
    decodeTally(requireJsonSize("tally.json", tally)),
  );
  if (stated === null) {
    findings.skip(["ballots-opened", "counts"], "tally.json cannot be read");
    return;
  }
  findings.made("ballots-opened", "counts");
  for (const [check, detail] of differences(stated, found)) findings.fail(check, detail);
}

/** @param {Counted} counted @param {Tally} found */
async function checkResultFile({ question, election, cards, seen, findings }, found) {
  if (cards.length === 0) {
    const why = "the cards, which name the projects, are not as frozen";
    findings.skip(["result-file"], why);
    return;
  }
  findings.made("result-file");
  const published = await findings.attempt("result-file", () => question.file("result.pb"));
  const recounted = await findings.attempt("result-file", () =>
    resultFile(election, cards, found, seen.recount.rankings()),
  );
  if (published && recounted && !equal(published, recounted)) {
    findings.fail("result-file", "it is not what a recount writes");
  }
}
