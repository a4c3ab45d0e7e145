/**
 * The vote itself, step by step, without anything of the page: seed, credential, sealed ranking,
 * ballot, promise. What must survive a closed tab is kept before the request that needs it leaves.
 */

import { fromBase64, toBase64 } from "../canonical.js";
import { BlindSignatureInvalid, NoteUnverified } from "../errors.js";
import { KEY_BYTES } from "../crypto/seal.js";
import { forFewUses } from "../crypto/ed25519.js";
import { SEED_BYTES, blindingSecrets, commitment } from "../crypto/derive.js";
import { leafHash } from "../log/merkle.js";
import { decodeBallot } from "../model/ballot.js";
import { Kind } from "../model/entry.js";
import { ballotLeafHash, requirePromise } from "../promise.js";
import { sealedHash } from "../sealed-ranking.js";
import { Voter } from "../voter.js";
import { breathe } from "./dom.js";
import { Stop } from "./stop.js";
import { cast, enrol } from "./web.js";

/** @typedef {import("../model/election.js").Election} Election */
/** @typedef {import("../sealed-ranking.js").SealedRanking} SealedRanking */
/** @typedef {import("./keep.js").Keep} Keep */
/** @typedef {import("./keep.js").Voter} Kept */

// A signature that does not verify is asked for again with the same message, and never published.
const TRIES = 3;

export class Voting {
  /**
   * The voter of a seed, made once: deriving the key takes the longest of all.
   *
   * @type {{ seed: string, voter: Voter } | null}
   */
  #made = null;

  /** @param {Election} election @param {Keep} keep */
  constructor(election, keep) {
    this.election = election;
    this.keep = keep;
    forFewUses();
  }

  /** The voter that this browser keeps, or null. */
  get kept() {
    return this.keep.voter;
  }

  /** Whether every issuer's credential is here. */
  get hasCredentials() {
    return this.next === undefined && this.kept !== null;
  }

  /** The issuer whose signature comes next, or undefined once every one's is here. */
  get next() {
    return this.election.issuers.find(({ id }) => !this.kept?.credentials[id]);
  }

  /** How many issuers have signed. */
  get signed() {
    return this.election.issuers.filter(({ id }) => this.kept?.credentials[id]).length;
  }

  /** Whether some issuers have signed and others have yet to. */
  get isBetween() {
    return this.signed > 0 && this.next !== undefined;
  }

  /** The revision of the next ballot: past that of one without an answer, which may have arrived. */
  get revision() {
    const { pending = null, next = 0 } = this.kept ?? {};
    return pending ? Math.max(next, pending.revision + 1) : next;
  }

  /** Whether another ballot may still be sent. */
  get mayVote() {
    return this.revision < this.election.max_revisions;
  }

  /** The hash of the seal in the ballot that waits for its answer, base64; empty if none does. */
  get pendingSeal() {
    const { pending = null } = this.kept ?? {};
    if (!pending) return "";
    return toBase64(sealedHash(decodeBallot(fromBase64(pending.ballot), this.election).sealed));
  }

  /** The leaf hash of the ballot that waits for its answer, base64; empty if none does. */
  get pendingLeaf() {
    const { pending = null } = this.kept ?? {};
    return pending ? toBase64(ballotLeafHash(fromBase64(pending.ballot))) : "";
  }

  /** Begin with a seed: a fresh one, or the one of a code. @param {Uint8Array | null} [restored] */
  begin(restored = null) {
    const seed = restored ?? crypto.getRandomValues(new Uint8Array(SEED_BYTES));
    this.keep.voter = {
      seed: toBase64(seed),
      credentials: {},
      next: 0,
      restored: restored !== null,
      pending: null,
      receipts: [],
    };
  }

  /** Return the seed behind the code. */
  seed() {
    return fromBase64(this.#require().seed, SEED_BYTES);
  }

  /**
   * Ask the next issuer for its blind signature.
   *
   * Throws Stop: `already-signed-off` (or `-next`, with an earlier signature), `not-eligible`, `session-expired`, `offline` and others.
   *
   * @param {string} deskCode
   */
  async ask(deskCode) {
    if (this.kept === null) this.begin();
    const issuer = this.next;
    if (!issuer) return null;
    try {
      // The voting key first and by itself: on a slow telephone both at once would be felt.
      measured("blind", () => this.#voter());
      await breathe();
      const request = measured("blind", () => this.#voter().request(issuer));
      return { issuer, ...(await enrol(this.election, issuer, request, deskCode)) };
    } catch (error) {
      if (!(error instanceof Stop && error.code === "already-signed-off")) throw error;
      // An earlier issuer has signed for this seed: it was another person who signed in now.
      if (this.signed) throw new Stop("already-signed-off-next", { cause: error });
      // The vote went to another seed: this one will never be signed for.
      this.keep.voter = null;
      throw error;
    }
  }

  /**
   * Unblind what was asked for and keep it; if it is not valid, ask again with the same message.
   *
   * Throws Stop `blind-signature-invalid`.
   *
   * @param {NonNullable<Awaited<ReturnType<Voting["ask"]>>>} answer
   * @param {string} deskCode
   */
  async unblind(answer, deskCode) {
    for (let left = TRIES; ; left--) {
      try {
        return measured("unblind", () => this.#keepCredential(answer));
      } catch (cause) {
        if (!(cause instanceof BlindSignatureInvalid)) throw cause;
        if (left === 1) throw new Stop("blind-signature-invalid", { cause });
      }
      const { issuer } = answer;
      const request = this.#voter().request(issuer);
      answer = { issuer, ...(await enrol(this.election, issuer, request, deskCode)) };
    }
  }

  /**
   * Return choices sealed with fresh randomness.
   *
   * @param {readonly number[]} choices
   * @returns {Promise<SealedRanking>}
   */
  async seal(choices) {
    let start = performance.now();
    const pause = async () => {
      performance.measure("seal", { start });
      await breathe();
      start = performance.now();
    };
    const ephemerals = this.election.trustees.map(() =>
      crypto.getRandomValues(new Uint8Array(KEY_BYTES)),
    );
    return this.#voter().sealInBreaths(choices, ephemerals, pause);
  }

  /**
   * Make the ballot of a sealed ranking and keep it until it is answered.
   *
   * One that waited is given up. It may be in the box all the same: this one's number is higher.
   *
   * Throws Stop `revision-out-of-range`.
   *
   * @param {SealedRanking} ranking
   */
  sign(ranking) {
    const kept = this.#require();
    const { revision } = this;
    if (!this.mayVote) throw new Stop("revision-out-of-range");
    const credentials = this.election.issuers.map(({ id }) =>
      fromBase64(kept.credentials[id].signature),
    );
    const ballot = measured("sign", () => this.#voter().ballot(ranking, credentials, revision));
    this.keep.voter = { ...kept, pending: { ballot: toBase64(ballot), revision } };
  }

  /**
   * Send the ballot that waits, the same bytes each time, and keep the receipt of its promise.
   *
   * Throws Stop: `seal-not-shown`, `promise-invalid`, `revision-taken`, `closed`, `offline` and
   * others.
   *
   * @param {string} shown the seal's hash that the person was shown: no other ballot leaves
   */
  async send(shown) {
    const kept = this.#require();
    if (!kept.pending) throw new Stop("page-error");
    if (this.pendingSeal !== shown) throw new Stop("seal-not-shown");
    const { ballot, revision } = kept.pending;
    const promise = await cast(ballot);
    const raw = fromBase64(ballot);
    try {
      requirePromise(promise, raw, this.election);
    } catch (cause) {
      if (cause instanceof NoteUnverified) throw new Stop("promise-invalid", { cause });
      throw cause;
    }
    const receipt = {
      leaf_hash: toBase64(ballotLeafHash(raw)),
      vk: toBase64(this.#voter().vk),
      promise: toBase64(promise.signature),
      // Of the bytes that were cast, so that whoever noted another one sees it here.
      seal: toBase64(sealedHash(decodeBallot(raw, this.election).sealed)),
      revision,
      proof: null,
    };
    const receipts = [...kept.receipts, receipt];
    this.keep.voter = { ...kept, pending: null, next: revision + 1, restored: false, receipts };
  }

  /** Give up the ballot that waits: another device has used its number. */
  skipRevision() {
    const [kept, next] = [this.#require(), this.revision];
    this.keep.voter = { ...kept, pending: null, next };
  }

  /**
   * Return, as a code, what became of the ballot that waits now that the vote is closed.
   *
   * `closed-casting` while the log has no close. Then nothing waits any longer: `closed-arrived` if
   * the ballot is in the log, `closed-missed` if it is not.
   *
   * @param {readonly Uint8Array[]} entries
   */
  settle(entries) {
    if (!entries.some((raw) => raw[0] === Kind.CLOSE)) return "closed-casting";
    const leaf = this.pendingLeaf;
    this.skipRevision();
    const isThere = entries.some((raw) => toBase64(leafHash(raw)) === leaf);
    return isThere ? "closed-arrived" : "closed-missed";
  }

  /**
   * After a restoring: go on after the newest ballot of this voting key in the log.
   *
   * @param {readonly Uint8Array[]} entries
   */
  goOnAfter(entries) {
    const kept = this.#require();
    const { vk } = this.#voter();
    const ballots = entries.filter((raw) => raw[0] === Kind.BALLOT);
    const found = ballots.map((raw) => decodeBallot(raw.subarray(1), this.election));
    const own = found.filter((ballot) => toBase64(ballot.vk) === toBase64(vk));
    const next = Math.max(kept.next, ...own.map(({ revision }) => revision + 1));
    this.keep.voter = { ...kept, next };
  }

  /** Keep the proof of the newest receipt. @param {string} proof */
  keepProof(proof) {
    const kept = this.#require();
    const receipts = kept.receipts.map((one, at) =>
      at === kept.receipts.length - 1 ? { ...one, proof } : one,
    );
    this.keep.voter = { ...kept, receipts };
  }

  /** Return the voter's lines in the published lists of sign-offs, base64. */
  signOffLines() {
    const kept = this.#require();
    return this.election.issuers.flatMap(({ id, modulus }) => {
      const credential = kept.credentials[id];
      if (!credential) return [];
      const { nonce } = blindingSecrets(this.seed(), this.election.election_id, modulus);
      return [toBase64(commitment(fromBase64(credential.personKey, 32), nonce))];
    });
  }

  /** @param {NonNullable<Awaited<ReturnType<Voting["ask"]>>>} answer */
  #keepCredential({ issuer, signature, personKey }) {
    const credential = {
      signature: toBase64(this.#voter().credential(issuer, signature)),
      personKey,
    };
    const kept = this.#require();
    this.keep.voter = { ...kept, credentials: { ...kept.credentials, [issuer.id]: credential } };
  }

  #voter() {
    const { seed } = this.#require();
    if (this.#made?.seed !== seed)
      this.#made = { seed, voter: new Voter(this.election, this.seed()) };
    return this.#made.voter;
  }

  /** @returns {Kept} */
  #require() {
    const { kept } = this;
    if (kept === null) throw new Stop("page-error");
    return kept;
  }
}

/**
 * Return what some work returns, its time kept where the browser's own tools show it.
 *
 * @template T
 * @param {string} name
 * @param {() => T} work
 */
function measured(name, work) {
  const start = performance.now();
  const result = work();
  performance.measure(name, { start });
  return result;
}
