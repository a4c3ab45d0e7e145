/**
 * The voter's side: from a 16-byte seed the voting key and what the issuers are asked, from their
 * answers the credentials, from a ranking and fresh randomness a ballot.
 */

import { concat } from "./bytes.js";
import { blind, finalize, isCredential } from "./crypto/blind.js";
import { blindingSecrets, votingKey } from "./crypto/derive.js";
import { BallotMalformed, CredentialInvalid, RevisionOutOfRange } from "./errors.js";
import { ballotMessage, credentialMessage, signedMessage } from "./model/ballot.js";
import { sealedSize } from "./model/election.js";
import { SealedRanking } from "./sealed-ranking.js";

/** @typedef {import("./model/election.js").Election} Election */
/** @typedef {import("./model/election.js").Issuer} Issuer */

/** A voter in one election; everything follows from the seed. */
export class Voter {
  #seed;
  #key;

  /** @param {Election} election @param {Uint8Array} seed 16 bytes */
  constructor(election, seed) {
    this.election = election;
    this.#seed = Uint8Array.from(seed);
    this.#key = votingKey(this.#seed, election.election_id);
    this.vk = this.#key.public;
  }

  /** Return what to send this issuer; the same each time it is asked for. @param {Issuer} issuer */
  request(issuer) {
    const { salt, factor, nonce } = this.#secrets(issuer);
    return { blinded: blind(issuer.modulus, this.#message(), salt, factor), nonce };
  }

  /**
   * Return the credential in an issuer's answer. Throws BlindSignatureInvalid.
   *
   * @param {Issuer} issuer
   * @param {Uint8Array} blindSignature
   */
  credential(issuer, blindSignature) {
    const { factor } = this.#secrets(issuer);
    return finalize(issuer.modulus, this.#message(), blindSignature, factor);
  }

  /**
   * Return choices sealed for the trustees, to be cast or opened. Throws BallotMalformed.
   *
   * @param {readonly number[]} choices project numbers in order of preference
   * @param {readonly Uint8Array[]} ephemerals 32 fresh random bytes for each trustee
   */
  seal(choices, ephemerals) {
    return new SealedRanking(this.election, { vk: this.vk, choices, ephemerals });
  }

  /**
   * Return what `seal` returns, with a breath after each layer of the seal.
   *
   * @param {readonly number[]} choices
   * @param {readonly Uint8Array[]} ephemerals
   * @param {() => Promise<unknown>} breathe
   */
  sealInBreaths(choices, ephemerals, breathe) {
    return SealedRanking.inBreaths(this.election, { vk: this.vk, choices, ephemerals }, breathe);
  }

  /**
   * Return a ballot body. Throws SealedRankingSpent, RevisionOutOfRange or CredentialInvalid.
   *
   * Keep it until it is answered: to try again is to send the same bytes.
   *
   * @param {SealedRanking} ranking
   * @param {readonly Uint8Array[]} credentials in issuer order
   * @param {number} [revision]
   */
  ballot(ranking, credentials, revision = 0) {
    const { max_revisions, issuers } = this.election;
    if (!(revision >= 0 && revision < max_revisions)) throw new RevisionOutOfRange(max_revisions);
    issuers.forEach(({ id, modulus }, at) => {
      const credential = credentials[at] ?? new Uint8Array(0);
      if (!isCredential(modulus, this.#message(), credential)) throw new CredentialInvalid(id);
    });
    return this.ballotAround(ranking.cast(), credentials, revision);
  }

  /**
   * Return a ballot body around any sealed bytes, nothing of it looked at but their length.
   *
   * @param {Uint8Array} sealed
   * @param {readonly Uint8Array[]} credentials
   * @param {number} [revision]
   */
  ballotAround(sealed, credentials, revision = 0) {
    if (sealed.length !== sealedSize(this.election)) {
      throw new BallotMalformed("its sealed ranking has another length");
    }
    const message = ballotMessage(this.election, this.vk, revision, credentials, sealed);
    return concat(message, this.#key.sign(signedMessage(message)));
  }

  #message() {
    return credentialMessage(this.election.election_id, this.vk);
  }

  /** @param {Issuer} issuer */
  #secrets(issuer) {
    return blindingSecrets(this.#seed, this.election.election_id, issuer.modulus);
  }
}
