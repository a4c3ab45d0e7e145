/**
 * Cast as intended: a ranking is sealed, its hash is shown, then it is cast or opened, never both.
 *
 * Whoever holds what `open` returns, on another page or device, seals the same choices with the
 * same randomness again and comes to the same bytes, or has caught the page at sealing another
 * ranking. It holds neither credential nor signature: nobody can cast from it what was opened.
 *
 *     {"choices": [project numbers], "election_id": base64, "ephemerals": [base64, one a trustee],
 *      "vk": base64}   canonical JSON
 *
 * The hash is SHA-256 of the sealed ranking, the field of that name in the ballot.
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { equal } from "./bytes.js";
import { decode, encode, toBase64 } from "./canonical.js";
import { KEY_BYTES, seal, sealInBreaths } from "./crypto/seal.js";
import { BallotMalformed, OtherElection, SealedRankingSpent } from "./errors.js";
import { Fields } from "./fields.js";
import { binding, checkChoices, encodeRanking } from "./model/ballot.js";

/** @typedef {import("./model/election.js").Election} Election */
/**
 * @typedef {{
 *   vk: Uint8Array,
 *   choices: readonly number[],
 *   ephemerals: readonly Uint8Array[],
 * }} Opened
 */

const FIELDS = ["choices", "election_id", "ephemerals", "vk"];

/** A ranking of one voter, sealed: to be cast, or to be opened and never cast. */
export class SealedRanking {
  #election;
  #opened;
  #sealed;
  #state = "sealed";

  /**
   * @param {Election} election
   * @param {Opened} opened
   * @param {Uint8Array} sealed what `sealAgain` makes of it
   */
  constructor(election, opened, sealed = sealAgain(election, opened)) {
    this.#election = election;
    this.#opened = opened;
    this.#sealed = sealed;
    this.hash = sealedHash(this.#sealed);
  }

  /**
   * Return a sealed ranking, made with a breath after each layer. Throws as `sealAgain` does.
   *
   * @param {Election} election
   * @param {Opened} opened
   * @param {() => Promise<unknown>} breathe
   */
  static async inBreaths(election, opened, breathe) {
    const { plain, keys } = plainOf(election, opened);
    const sealed = await sealInBreaths(plain, keys, opened.ephemerals, breathe);
    return new SealedRanking(election, opened, sealed);
  }

  /** Return the sealed bytes for casting. Throws SealedRankingSpent once it was opened. */
  cast() {
    if (this.#state === "opened") throw new SealedRankingSpent(this.#state);
    this.#state = "cast";
    return this.#sealed;
  }

  /** Return the file that shows what was sealed. Throws SealedRankingSpent once it was cast. */
  open() {
    if (this.#state === "cast") throw new SealedRankingSpent(this.#state);
    this.#state = "opened";
    return encodeOpened(this.#election, this.#opened);
  }
}

/** Return the hash that is shown before casting. @param {Uint8Array} sealed */
export function sealedHash(sealed) {
  return sha256(sealed);
}

/**
 * Return the sealed bytes of choices and randomness. Throws BallotMalformed or BadKey.
 *
 * @param {Election} election
 * @param {Opened} opened
 */
export function sealAgain(election, opened) {
  const { plain, keys } = plainOf(election, opened);
  return seal(plain, keys, opened.ephemerals);
}

/** @param {Election} election @param {Opened} opened */
function plainOf(election, { vk, choices }) {
  const outcome = checkChoices(choices, election);
  if (typeof outcome === "string") throw new BallotMalformed(`its ranking is ${outcome}`);
  const bound = binding(election.election_id, vk);
  const keys = election.trustees.map(({ key }) => key);
  return { plain: encodeRanking(outcome, election.max_choices, bound), keys };
}

/** @param {Election} election @param {Opened} opened */
function encodeOpened(election, { vk, choices, ephemerals }) {
  return encode({
    choices,
    election_id: toBase64(election.election_id),
    ephemerals: ephemerals.map(toBase64),
    vk: toBase64(vk),
  });
}

/**
 * Return what a voter's page says it has sealed. Throws NotCanonical, BadField or OtherElection.
 *
 * @param {Uint8Array} raw
 * @param {Election} election
 * @returns {Opened}
 */
export function decodeOpened(raw, election) {
  const f = new Fields(decode(raw), "opened ranking", FIELDS);
  if (!equal(f.base64("election_id", 32), election.election_id)) throw new OtherElection();
  return {
    vk: f.base64("vk", 32),
    choices: f.integers("choices"),
    ephemerals: f.base64s("ephemerals", KEY_BYTES),
  };
}
