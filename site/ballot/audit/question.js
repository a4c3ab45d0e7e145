/**
 * What an audit is asked: a public tree, one edition of it, and what the auditor brings along.
 *
 * Keys from elsewhere, an older checkpoint and a promise are the auditor's own. If one of them
 * cannot be used, that is said at once (BadEvidence): the election has not failed anything.
 */

import { parsePublicKeyLine } from "../crypto/minisign.js";
import { BadEncoding, BadEvidence, UrneError } from "../errors.js";
import { verifyCheckpoint } from "../log/checkpoint.js";
import { parseVkey } from "../log/note.js";
import { decodePromise } from "../promise.js";

/** @typedef {import("../log/checkpoint.js").Checkpoint} Checkpoint */
/** @typedef {import("../log/note.js").VerifierKey} VerifierKey */
/** @typedef {import("../model/election.js").Election} Election */
/** @typedef {(path: string) => Promise<Uint8Array>} Read throws NotFound or Unavailable */
/**
 * @typedef {{
 *   read: Read,
 *   edition: string,
 *   logKey?: string,
 *   tallyKey?: string,
 *   since?: Uint8Array,
 *   promise?: Uint8Array,
 * }} Asked `logKey` is a vkey, `tallyKey` the base64 line of a minisign key
 */

export const LOG_KEY = "keys/log.vkey";
export const TALLY_KEY = "keys/tally.pub";

// A manifest of 65,534 projects has 8 million bytes. What is larger is not even decoded.
const MOST_JSON_BYTES = 32_000_000;

/** A question that can be asked: what was brought along can be used as what it is said to be. */
export class Question {
  /** @param {Asked} asked Throws BadEvidence. */
  constructor({ read, edition, logKey = "", tallyKey = "", since, promise }) {
    this.read = read;
    this.edition = edition;
    this.tallyKey = tallyKey;
    this.logKey = logKey ? asEvidence("log key", () => parseVkey(logKey)) : null;
    this.givenLogKey = logKey;
    if (tallyKey) asEvidence("tally key", () => parsePublicKeyLine(tallyKey));
    this.since = since ?? null;
    this.promise = promise ?? null;
  }

  /** Return one of the election's files. Throws NotFound. @param {string} name */
  file(name) {
    return this.read(`elections/${this.edition}/${name}`);
  }

  /**
   * Return one of its JSON files. Throws NotFound, or BadEncoding if too large.
   *
   * @param {string} name
   */
  async jsonFile(name) {
    return requireJsonSize(name, await this.file(name));
  }

  /** Return one of the files of the election's log. Throws NotFound. @param {string} name */
  logFile(name) {
    return this.file(`log/${name}`);
  }

  /**
   * Return the older checkpoint, or null if none was given. Throws BadEvidence.
   *
   * Its signature is that of the log key given, or else of the key that the manifest names.
   *
   * @param {VerifierKey | null} named
   */
  olderCheckpoint(named) {
    const [since, key] = [this.since, this.logKey ?? named];
    if (since === null || key === null) return null;
    return asEvidence("older checkpoint", () => verifyCheckpoint(since, key));
  }

  /**
   * Return the leaf hash of the promise, or null. Throws BadEvidence.
   *
   * @param {Election} election
   */
  promisedLeaf(election) {
    const promise = this.promise;
    if (promise === null) return null;
    return asEvidence("promise", () => decodePromise(promise, election).leafHash);
  }
}

/**
 * Return a JSON file's bytes, unless no such file can be so large.
 *
 * @param {string} name
 * @param {Uint8Array} raw
 */
export function requireJsonSize(name, raw) {
  if (raw.length > MOST_JSON_BYTES) {
    throw new BadEncoding(name, `it has more than ${MOST_JSON_BYTES} bytes`);
  }
  return raw;
}

/** @template T @param {string} what @param {() => T} read @returns {T} */
function asEvidence(what, read) {
  try {
    return read();
  } catch (e) {
    if (e instanceof UrneError) throw new BadEvidence(what, e.message);
    throw e;
  }
}
