/** The frozen card of a project: what the ballot showed of it on the day the vote opened. */

import { sha256 } from "@noble/hashes/sha2.js";
import { equal } from "../bytes.js";
import { decode, encode } from "../canonical.js";
import { BadField } from "../errors.js";
import { Fields } from "../fields.js";

/** @typedef {{ id: string, title: string, summary: string, cost_cents: number }} Card */
/** @typedef {import("./election.js").Election} Election */

const WHERE = "cards.json";

/** Return the canonical bytes of `cards.json`, in ballot order. @param {readonly Card[]} cards */
export function encodeCards(cards) {
  return encode(cards);
}

/**
 * Return the cards of canonical `cards.json` bytes. Throws NotCanonical or BadField.
 *
 * @param {Uint8Array} raw
 * @returns {Card[]}
 */
export function decodeCards(raw) {
  const value = decode(raw);
  if (!Array.isArray(value)) throw new BadField(WHERE, "(all)", "is not a list");
  return value.map((item) => {
    const f = new Fields(item, WHERE, ["id", "title", "summary", "cost_cents"]);
    return {
      id: f.text("id"),
      title: f.text("title"),
      summary: f.text("summary"),
      cost_cents: f.integer("cost_cents"),
    };
  });
}

/**
 * Throw BadField unless the cards are exactly those the manifest has frozen.
 *
 * @param {Election} election
 * @param {readonly Card[]} cards
 */
export function requireCards(election, cards) {
  if (cards.length !== election.projects.length) {
    throw new BadField(WHERE, "(all)", "has another number of cards than the ballot");
  }
  election.projects.forEach((project, at) => {
    const card = cards[at];
    if (card.id !== project.id || card.cost_cents !== project.cost_cents) {
      throw new BadField(WHERE, card.id, "is not the project at this place of the ballot");
    }
    if (!equal(sha256(encode(card)), project.card_sha256)) {
      throw new BadField(WHERE, card.id, "is not the card that was frozen");
    }
  });
}
