/**
 * Which witnesses must have cosigned a checkpoint: C2SP tlog-policy.
 *
 *     log <vkey> [<url>]
 *     witness <name> <vkey> [<url>]
 *     group <name> all|any|<k> <name>...
 *     quorum <name>|none
 *
 * Words are parted by spaces and tabs, and by nothing else that Unicode calls a space.
 */

import { equal } from "../bytes.js";
import { parseDecimal } from "../canonical.js";
import { BadEncoding } from "../errors.js";
import { cosignedAt } from "./checkpoint.js";
import { COSIGNATURE, ED25519, parseVkey } from "./note.js";

/** @typedef {import("./note.js").Note} Note */
/** @typedef {import("./note.js").VerifierKey} VerifierKey */
/** @typedef {{ name: string, key: VerifierKey, url: string }} Witness */
/** @typedef {{ name: string, threshold: number, members: string[] }} Group */
/**
 * @typedef {{
 *   logs: VerifierKey[],
 *   witnesses: Witness[],
 *   groups: Group[],
 *   quorum: string,
 * }} Policy
 */

export const NONE = "none";

const CONTROL = /[\x00-\x08\x0b-\x1f\x7f]/;

/**
 * Return the policy of a text. Throws BadEncoding, naming the line.
 *
 * @param {string} text
 * @returns {Policy}
 */
export function parsePolicy(text) {
  const reader = new Reader();
  text.split("\n").forEach((line, at) => reader.read(line, at + 1));
  return reader.policy();
}

/**
 * Return whether a checkpoint's cosignatures satisfy the quorum.
 *
 * @param {Policy} policy
 * @param {Note} note
 */
export function isMet(policy, note) {
  if (policy.quorum === NONE) return true;
  const met = new Set(cosigners(policy, note).map(({ name }) => name));
  // A group's members stand above it, so one pass in order is enough, however deep they nest.
  for (const { name, threshold, members } of policy.groups) {
    if (members.filter((member) => met.has(member)).length >= threshold) met.add(name);
  }
  return met.has(policy.quorum);
}

/**
 * Return the policy's witnesses that cosigned a checkpoint, and when, in seconds since 1970.
 *
 * @param {Policy} policy
 * @param {Note} note
 */
export function cosigners(policy, note) {
  return policy.witnesses.flatMap(({ name, key }) => {
    const at = cosignedAt(note, key);
    return at === null ? [] : [{ name, at }];
  });
}

/** Reads a policy line by line; what a line names must stand above it. */
class Reader {
  /** @type {VerifierKey[]} */ #logs = [];
  /** @type {Witness[]} */ #witnesses = [];
  /** @type {Group[]} */ #groups = [];
  /** @type {string | null} */ #quorum = null;
  /** @type {Set<string>} */ #known = new Set();
  /** @type {Set<string>} */ #used = new Set();
  #line = 0;

  /** @param {string} line @param {number} number */
  read(line, number) {
    this.#line = number;
    this.#require(!CONTROL.test(line), "it has a control character");
    const [keyword, ...words] = line.match(/[^ \t]+/g) ?? ["#"];
    if (keyword.startsWith("#")) return;
    const count = words.length;
    if (keyword === "log" && (count === 1 || count === 2)) this.#readLog(words);
    else if (keyword === "witness" && (count === 2 || count === 3)) this.#readWitness(words);
    else if (keyword === "group" && count >= 3) this.#readGroup(words);
    else if (keyword === "quorum" && count === 1) this.#readQuorum(words[0]);
    else this.#require(false, "it is no log, witness, group or quorum");
  }

  /** @returns {Policy} */
  policy() {
    if (this.#quorum === null) throw new BadEncoding("witness policy", "it has no quorum line");
    const [logs, witnesses, groups] = [this.#logs, this.#witnesses, this.#groups];
    return { logs, witnesses, groups, quorum: this.#quorum };
  }

  /** @param {string[]} words */
  #readLog([vkey]) {
    this.#logs.push(this.#key(vkey, ED25519, this.#logs));
  }

  /** @param {string[]} words */
  #readWitness([name, vkey, url]) {
    this.#requireNew(name);
    const others = this.#witnesses.map((witness) => witness.key);
    this.#witnesses.push({ name, key: this.#key(vkey, COSIGNATURE, others), url: url ?? "" });
    this.#known.add(name);
  }

  /** @param {string[]} words */
  #readGroup([name, k, ...members]) {
    this.#requireNew(name);
    this.#require(
      members.every((m) => this.#known.has(m)),
      "a member is not defined above",
    );
    this.#require(!members.some((m) => this.#used.has(m)), "a member is in another group");
    this.#require(new Set(members).size === members.length, "a member stands twice");
    this.#groups.push({ name, threshold: this.#threshold(k, members.length), members });
    members.forEach((member) => this.#used.add(member));
    this.#known.add(name);
  }

  /** @param {string} name */
  #readQuorum(name) {
    this.#require(this.#quorum === null, "there is a second quorum");
    const isKnown = name === NONE || this.#known.has(name);
    this.#require(isKnown, "the quorum is not defined above");
    this.#quorum = name;
  }

  /** @param {string} vkey @param {number} type @param {readonly VerifierKey[]} others */
  #key(vkey, type, others) {
    const key = parseVkey(vkey);
    this.#require(key.type === type, "the key is not of the type it must be");
    this.#require(!others.some((other) => equal(other.key, key.key)), "the key stands twice");
    return key;
  }

  /** @param {string} word @param {number} members */
  #threshold(word, members) {
    if (word === "all") return members;
    const threshold = word === "any" ? 1 : parseDecimal(word);
    const good = threshold >= 1 && threshold <= members;
    this.#require(good, "the threshold is not 1 to the number of members");
    return threshold;
  }

  /** @param {string} name */
  #requireNew(name) {
    this.#require(!this.#known.has(name) && name !== NONE, "the name is taken");
  }

  /** @param {boolean} condition @param {string} why */
  #require(condition, why) {
    if (!condition) throw new BadEncoding("witness policy", `line ${this.#line}: ${why}`);
  }
}
