/**
 * A voter's secrets, all drawn from one 16-byte seed per election.
 *
 * Each secret = HKDF-SHA-256(seed, salt = election_id, info = label || SHA-256(issuer's modulus) ||
 * length as uint16). The voting key belongs to no issuer: its info is label || length. Sealing
 * randomness is never drawn from the seed: it is fresh for each ballot.
 */

import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concat, uint16 } from "../bytes.js";
import { BadKey } from "../errors.js";
import { FACTOR_BYTES, SALT_BYTES } from "./blind.js";
import { SigningKey } from "./ed25519.js";
import { utf8 } from "../text.js";

export const SEED_BYTES = 16;
export const NONCE_BYTES = 32;

const NO_ISSUER = new Uint8Array(0);

/** Return the voter's Ed25519 key pair. @param {Uint8Array} seed @param {Uint8Array} electionId */
export function votingKey(seed, electionId) {
  return new SigningKey(secret(seed, electionId, "urne/v1/voting-key\0", NO_ISSUER, 32));
}

/**
 * Return the voter's secrets towards one issuer: factor (272 bytes), PSS salt (48), nonce (32).
 *
 * @param {Uint8Array} seed
 * @param {Uint8Array} electionId
 * @param {Uint8Array} modulus
 */
export function blindingSecrets(seed, electionId, modulus) {
  const issuer = sha256(modulus);
  return {
    factor: secret(seed, electionId, "urne/v1/blinding\0", issuer, FACTOR_BYTES),
    salt: secret(seed, electionId, "urne/v1/pss-salt\0", issuer, SALT_BYTES),
    nonce: secret(seed, electionId, "urne/v1/nonce\0", issuer, NONCE_BYTES),
  };
}

/**
 * Return the published line of one sign-off: SHA-256(person key || nonce).
 *
 * @param {Uint8Array} personKey
 * @param {Uint8Array} nonce
 */
export function commitment(personKey, nonce) {
  return sha256(concat(personKey, nonce));
}

/**
 * @param {Uint8Array} seed
 * @param {Uint8Array} electionId
 * @param {string} label
 * @param {Uint8Array} issuer
 * @param {number} length
 */
function secret(seed, electionId, label, issuer, length) {
  if (seed.length !== SEED_BYTES) {
    throw new BadKey("seed", `it has ${seed.length} bytes, not ${SEED_BYTES}`);
  }
  return hkdf(sha256, seed, electionId, concat(utf8(label), issuer, uint16(length)), length);
}
