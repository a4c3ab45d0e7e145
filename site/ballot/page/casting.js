/**
 * A sealed ballot, from its seal to its promise: only the seal that is shown ever leaves, and what
 * the close leaves without an answer can be looked for.
 */

import { toBase64 } from "../canonical.js";
import { all, one, saves } from "./dom.js";
import { Stop } from "./stop.js";

/** @typedef {import("../sealed-ranking.js").SealedRanking} SealedRanking */

export class Casting {
  /** @type {SealedRanking | null} */
  #sealed = null;
  /** The hash of the seal that the page shows, base64: a ballot with another one never leaves. */
  #shown = "";
  /** The leaf hash of a ballot that the close left without an answer, base64. */
  #unanswered = "";

  /**
   * @param {import("./voting.js").Voting} voting
   * @param {import("./log-reader.js").LogReader} log
   */
  constructor(voting, log) {
    this.voting = voting;
    this.log = log;
  }

  /** Show the seal of a ballot that may now be opened or cast. @param {SealedRanking} sealed */
  show(sealed) {
    this.#sealed = sealed;
    this.#showHash(toBase64(sealed.hash));
  }

  /** Show the ballot that waits for its answer, if there is one, and return whether there is. */
  showPending() {
    const seal = this.voting.pendingSeal;
    for (const place of all("[data-pending]")) place.hidden = !seal;
    if (seal) this.#showHash(seal);
    return Boolean(seal);
  }

  /** Open the sealed ballot to be checked; it can never be cast. Return whether there was one. */
  open() {
    const sealed = this.#sealed;
    if (!sealed) return false;
    const text = new TextDecoder().decode(sealed.open());
    /** @type {HTMLTextAreaElement} */ (one("[data-opened]")).value = text;
    saves(one("[data-save-opened]"), "urne-opened.json", text, "application/json");
    this.#showHash(toBase64(sealed.hash));
    this.#sealed = null;
    return true;
  }

  /** The sealed ranking whose hash is shown, or null. */
  get #ranking() {
    return this.#sealed && toBase64(this.#sealed.hash) === this.#shown ? this.#sealed : null;
  }

  /** Whether there is a ballot to be sent. */
  get hasBallot() {
    return Boolean(this.#ranking || this.voting.kept?.pending);
  }

  /** Sign the ballot whose seal is shown if it is not yet, and send it: the same bytes each time. */
  async cast() {
    const ranking = this.#ranking;
    if (ranking && this.voting.pendingSeal !== this.#shown) this.voting.sign(ranking);
    await this.#send(ranking);
    this.#sealed = null;
  }

  /**
   * Send the ballot that waits. Where another device has used its number, what was sealed here just
   * now takes the next one; what waited since an earlier visit might undo the newer vote.
   *
   * @param {SealedRanking | null} ranking
   */
  async #send(ranking) {
    try {
      await this.voting.send(this.#shown);
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
      if (error.code === "closed") throw new Stop(await this.settled(), { cause: error });
      if (error.code !== "revision-taken") throw error;
      this.voting.skipRevision();
      if (!ranking) throw error;
      this.voting.sign(ranking);
      await this.#send(ranking);
    }
  }

  /** Return the code of what became of the ballot without an answer, the vote being closed. */
  async settled() {
    const { voting, log } = this;
    this.#unanswered = voting.pendingLeaf;
    try {
      return voting.settle(await log.entries(await log.head()));
    } catch (error) {
      if (error instanceof Stop && ["offline", "unavailable"].includes(error.code))
        return "closed-casting";
      throw error;
    }
  }

  /** The ballot without an answer as the checking page takes it, past the server; or nothing. */
  get fragment() {
    return this.#unanswered && `#${this.#unanswered}`;
  }

  /**
   * Where the close left a ballot without an answer: show what it can be looked for by.
   *
   * @param {string} code
   */
  showUnanswered(code) {
    const leaf = code.startsWith("closed-") ? this.#unanswered : "";
    one("[data-unanswered]").hidden = !leaf;
    if (!leaf) return;
    one("[data-unanswered-leaf]").textContent = leaf;
    saves(one("[data-save-unanswered]"), `urne-${this.voting.election.edition}.txt`, `${leaf}\n`);
  }

  /** @param {string} hash */
  #showHash(hash) {
    this.#shown = hash;
    for (const place of all("[data-hash]")) place.textContent = hash;
  }
}
