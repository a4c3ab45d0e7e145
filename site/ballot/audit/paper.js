/** What a batch of paper ballots must be: of a paper channel, numbered, signed by two clerks. */

import { isSigned } from "../crypto/ed25519.js";
import { PaperBatchRefused } from "../errors.js";
import { PAPER, channelOf } from "../model/election.js";
import { paperMessage } from "../model/entry.js";

/** @typedef {import("../model/election.js").Election} Election */
/** @typedef {import("../model/entry.js").ClerkSignature} ClerkSignature */
/** @typedef {import("../model/entry.js").PaperBatch} PaperBatch */

const CLERKS_PER_BATCH = 2;
const MAX_BATCHES = 1_000_000;

/**
 * Throw PaperBatchRefused unless a batch is signed by two clerks, for a paper channel.
 *
 * @param {Election} election
 * @param {PaperBatch & { signatures: ClerkSignature[] }} batch
 */
export function requireBatch(election, batch) {
  if (channelOf(election, batch.place)?.kind !== PAPER) {
    throw new PaperBatchRefused(`'${batch.place}' is no place with paper`);
  }
  if (batch.batch >= MAX_BATCHES) {
    throw new PaperBatchRefused(`its number is not 0 to ${MAX_BATCHES - 1}`);
  }
  const signers = new Set(batch.signatures.map(({ clerk }) => clerk));
  if (batch.signatures.length !== CLERKS_PER_BATCH || signers.size !== CLERKS_PER_BATCH) {
    throw new PaperBatchRefused("it is not signed by two clerks");
  }
  const message = paperMessage(election.election_id, batch);
  for (const { clerk, signature } of batch.signatures) {
    const key = election.clerks.find(({ id }) => id === clerk)?.key;
    if (!key || !isSigned(key, message, signature)) {
      throw new PaperBatchRefused(`the signature of clerk '${clerk}' is not valid`);
    }
  }
}
