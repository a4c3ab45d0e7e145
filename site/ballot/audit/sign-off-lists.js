/** The audit of the published lists of sign-offs: whose, signed, sorted, each line once. */

import { compare } from "../bytes.js";
import { toBase64 } from "../canonical.js";
import { isSigned } from "../crypto/ed25519.js";
import { channelOf } from "../model/election.js";
import { signOffsMessage } from "../model/entry.js";

/** @typedef {import("../model/election.js").Election} Election */
/** @typedef {import("../model/election.js").Issuer} Issuer */
/** @typedef {import("../model/entry.js").SignOffs} SignOffs */
/** @typedef {import("./findings.js").Findings} Findings */

/** The lists seen so far, by issuer and channel; a line is a commitment of 32 bytes. */
export class SignOffLists {
  /** @type {Map<string, Map<string, Uint8Array[]>>} */
  #lines = new Map();

  /** @param {Election} election @param {Findings} findings */
  constructor(election, findings) {
    this.election = election;
    this.findings = findings;
  }

  /**
   * Take one entry of a list.
   *
   * @param {number} index
   * @param {SignOffs & { signature: Uint8Array }} part
   */
  add(index, part) {
    const { issuer: issuerId, channel, commitments, signature } = part;
    const issuer = this.election.issuers.find(({ id }) => id === issuerId);
    if (!issuer || !channelOf(this.election, channel)) {
      const whose = `'${issuerId}', '${channel}'`;
      this.findings.fail("sign-offs", `entry ${index}: unknown issuer or channel (${whose})`);
      return;
    }
    const message = signOffsMessage(this.election.election_id, part);
    if (!isSigned(issuer.sign_off_key, message, signature)) {
      this.findings.fail("sign-offs-signed", `entry ${index}: not signed by '${issuerId}'`);
    }
    const lines = this.#listOf(issuerId, channel);
    for (const line of commitments) {
      this.#checkAfter(lines.at(-1), line, index);
      lines.push(line);
    }
  }

  /** Report lines that stand in the lists of two channels: one person, signed off twice. */
  finish() {
    for (const [issuer, lists] of this.#lines) {
      const all = [...lists.values()].flatMap((lines) => lines.filter(isFirst)).sort(compare);
      all.forEach((line, at) => {
        if (at && compare(all[at - 1], line) === 0) {
          this.findings.fail("sign-offs", `${issuer}: ${toBase64(line)} stands twice`);
        }
      });
    }
  }

  /** Return, per channel, the sign-offs of the issuer that lists the fewest. */
  fewest() {
    const { channels, issuers } = this.election;
    /** @type {(channel: string) => number} */
    const fewestOf = (channel) => Math.min(...issuers.map(({ id }) => this.number(id, channel)));
    return new Map(channels.map(({ id }) => [id, fewestOf(id)]));
  }

  /**
   * Return how many lines an issuer's list has for a channel.
   *
   * @param {string} issuer
   * @param {string} channel
   */
  number(issuer, channel) {
    return this.#lines.get(issuer)?.get(channel)?.length ?? 0;
  }

  /** @param {string} issuer @param {string} channel */
  #listOf(issuer, channel) {
    const lists = this.#lines.get(issuer) ?? new Map();
    const lines = lists.get(channel) ?? [];
    this.#lines.set(issuer, lists.set(channel, lines));
    return lines;
  }

  /** @param {Uint8Array | undefined} before @param {Uint8Array} line @param {number} index */
  #checkAfter(before, line, index) {
    const order = before ? compare(before, line) : -1;
    if (order < 0) return;
    const what = order === 0 ? "stands twice" : "is out of order";
    this.findings.fail("sign-offs", `entry ${index}: ${toBase64(line)} ${what}`);
  }
}

/**
 * Return whether a line is the first of its kind in its list: repeats were reported as they came.
 *
 * @param {Uint8Array} line
 * @param {number} at
 * @param {Uint8Array[]} lines
 */
function isFirst(line, at, lines) {
  return at === 0 || compare(lines[at - 1], line) !== 0;
}
