/**
 * A ballot, byte for byte: what a voter casts, and the ranking inside its seal.
 *
 * The body, for k issuers and t trustees (integers are big-endian):
 *
 *     1        version = 1
 *     32       election_id
 *     32       vk, Ed25519 public key
 *     4        revision, from 0
 *     256*k    credential signatures, in issuer order
 *     32+48*t  sealed ranking
 *     64       Ed25519 signature over "urne/v1/ballot" 0x00 and all the bytes before it
 *
 * The ranking inside, 32 bytes: c uint16 project numbers in order of preference (position on the
 * ballot, from 0), 0xFFFF for each choice not used, last; the first 16 bytes of
 * SHA-256(election_id || vk), which bind it to this voter; zeros.
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { concat, equal, readUint16, readUint32, uint16, uint32 } from "../bytes.js";
import { BallotMalformed, OtherElection } from "../errors.js";
import { MODULUS_BYTES, ballotSize } from "./election.js";
import { utf8 } from "../text.js";

/** @typedef {import("./election.js").Election} Election */
/** @typedef {number[] | string} Outcome the choices of a valid ranking, or why it is invalid */

export const PLAINTEXT_BYTES = 32;
export const UNUSED = 0xffff;

// Why a ranking does not count, each a stable word.
export const TOO_FEW = "too-few";
export const TOO_MANY = "too-many";
export const REPEATED = "repeated";
export const OUT_OF_RANGE = "out-of-range";
export const GAP = "gap";
export const OTHER_BINDING = "other-binding";
export const PADDING = "padding";
export const UNREADABLE = "unreadable";

const VERSION = 1;
const BINDING_BYTES = 16;
const HEAD_BYTES = 1 + 32 + 32 + 4;
const SIGNATURE_BYTES = 64;
const SIGNATURE_LABEL = utf8("urne/v1/ballot\0");
const CREDENTIAL_LABEL = utf8("urne/v1/credential\0");
const PROMISE_LABEL = utf8("urne/v1/promise\0");

/**
 * Return a ballot body without its signature: what, after its label, is to be signed.
 *
 * @param {Election} election
 * @param {Uint8Array} vk
 * @param {number} revision
 * @param {readonly Uint8Array[]} credentials
 * @param {Uint8Array} sealed
 */
export function ballotMessage(election, vk, revision, credentials, sealed) {
  const head = [Uint8Array.of(VERSION), election.election_id, vk, uint32(revision)];
  return concat(...head, ...credentials, sealed);
}

/** Return what a voting key signs of a ballot message. @param {Uint8Array} message */
export function signedMessage(message) {
  return concat(SIGNATURE_LABEL, message);
}

/**
 * Return the fields of a ballot body. Throws BallotMalformed or OtherElection.
 *
 * Checks the shape only. `message` is all that is signed, its label excluded.
 *
 * @param {Uint8Array} raw
 * @param {Election} election
 */
export function decodeBallot(raw, election) {
  const size = ballotSize(election);
  if (raw.length !== size) {
    throw new BallotMalformed(`it is ${raw.length} bytes long, not ${size}`);
  }
  if (raw[0] !== VERSION) throw new BallotMalformed(`version ${raw[0]} is not known`);
  if (!equal(raw.subarray(1, 33), election.election_id)) throw new OtherElection();
  const sealedAt = HEAD_BYTES + MODULUS_BYTES * election.issuers.length;
  return {
    vk: raw.subarray(33, 65),
    revision: readUint32(raw, 65),
    credentials: election.issuers.map((_, place) => {
      const at = HEAD_BYTES + MODULUS_BYTES * place;
      return raw.subarray(at, at + MODULUS_BYTES);
    }),
    sealed: raw.subarray(sealedAt, -SIGNATURE_BYTES),
    message: raw.subarray(0, -SIGNATURE_BYTES),
    signature: raw.subarray(-SIGNATURE_BYTES),
  };
}

/**
 * Return what an issuer blind-signs: that this voting key may vote in this election.
 *
 * @param {Uint8Array} electionId
 * @param {Uint8Array} vk
 */
export function credentialMessage(electionId, vk) {
  return concat(CREDENTIAL_LABEL, electionId, vk);
}

/**
 * Return what the promise key signs: that this leaf will be in the log by the close.
 *
 * @param {Uint8Array} electionId
 * @param {Uint8Array} leafHash
 */
export function promiseMessage(electionId, leafHash) {
  return concat(PROMISE_LABEL, electionId, leafHash);
}

/**
 * Return the 16 bytes that tie a ranking to one voting key in one election.
 *
 * @param {Uint8Array} electionId
 * @param {Uint8Array} vk
 */
export function binding(electionId, vk) {
  return sha256(concat(electionId, vk)).subarray(0, BINDING_BYTES);
}

/**
 * Return the 32-byte plaintext of a ranking: project numbers in order of preference.
 *
 * @param {readonly number[]} choices
 * @param {number} maxChoices
 * @param {Uint8Array} bound
 */
export function encodeRanking(choices, maxChoices, bound) {
  if (choices.length > maxChoices || bound.length !== BINDING_BYTES) {
    throw new BallotMalformed("the ranking has too many choices or a binding of other length");
  }
  const plain = new Uint8Array(PLAINTEXT_BYTES);
  for (let place = 0; place < maxChoices; place++) {
    plain.set(uint16(choices[place] ?? UNUSED), 2 * place);
  }
  plain.set(bound, 2 * maxChoices);
  return plain;
}

/**
 * Return the choices of an opened ranking, or the word that says why it is invalid.
 *
 * @param {Uint8Array} plain
 * @param {Election} election
 * @param {Uint8Array} vk
 * @returns {Outcome}
 */
export function decodeRanking(plain, election, vk) {
  const boundAt = 2 * election.max_choices;
  const endAt = boundAt + BINDING_BYTES;
  if (plain.length !== PLAINTEXT_BYTES) return UNREADABLE;
  if (!equal(plain.subarray(boundAt, endAt), binding(election.election_id, vk))) {
    return OTHER_BINDING;
  }
  if (plain.subarray(endAt).some((byte) => byte !== 0)) return PADDING;
  const numbers = Array.from({ length: election.max_choices }, (_, place) =>
    readUint16(plain, 2 * place),
  );
  const used = numbers.filter((number) => number !== UNUSED);
  if (numbers.slice(0, used.length).includes(UNUSED)) return GAP;
  return checkChoices(used, election);
}

/**
 * Return the choices if they are a valid ranking, or the word that says why not.
 *
 * @param {readonly number[]} choices
 * @param {Election} election
 * @returns {Outcome}
 */
export function checkChoices(choices, election) {
  if (choices.length > election.max_choices) return TOO_MANY;
  if (choices.some((choice) => choice < 0 || choice >= election.projects.length)) {
    return OUT_OF_RANGE;
  }
  if (new Set(choices).size !== choices.length) return REPEATED;
  if (choices.length < election.min_choices) return TOO_FEW;
  return [...choices];
}
