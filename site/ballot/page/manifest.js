/**
 * The election as this page will hold it: served bytes are checked against the `election_id` that
 * was built into the page, against what this browser saw before, and card by card.
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { toBase64 } from "../canonical.js";
import { decodeCards, requireCards } from "../model/card.js";
import { decodeElection } from "../model/election.js";
import { Stop } from "./stop.js";
import { readFile } from "./web.js";

/** @typedef {import("../model/election.js").Election} Election */
/** @typedef {import("../model/card.js").Card} Card */

/** Return the edition and election that this page was built for. */
export function builtFor() {
  const { edition = "", election = "" } = document.documentElement.dataset;
  return { edition, election };
}

/**
 * Return the manifest. Throws Stop `manifest-altered` for any other, `offline` or `unavailable`.
 *
 * @param {{ edition: string, election: string }} built
 * @param {{ election: string } | null} seen
 * @returns {Promise<Election>}
 */
export async function readElection({ edition, election }, seen) {
  const raw = await present(`elections/${edition}/election.json`, "manifest-altered");
  if (toBase64(sha256(raw)) !== election || (seen && seen.election !== election)) {
    throw new Stop("manifest-altered");
  }
  return decodeElection(raw);
}

/**
 * Return the frozen cards. Throws Stop `cards-altered`, `offline` or `unavailable`.
 *
 * @param {Election} election
 * @returns {Promise<Card[]>}
 */
export async function readCards(election) {
  const raw = await present(`elections/${election.edition}/cards.json`, "cards-altered");
  try {
    const cards = decodeCards(raw);
    requireCards(election, cards);
    return cards;
  } catch (cause) {
    throw new Stop("cards-altered", { cause });
  }
}

/** Return a file that must be there. @param {string} path @param {string} code */
async function present(path, code) {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Stop && error.code === "not-found") throw new Stop(code, { cause: error });
    throw error;
  }
}
