/**
 * The audit of a log's entries as a whole: order, revisions, lists, paper, close, reveals.
 *
 * What an entry says is counted wherever it stands, as the count does; that it stands in the wrong
 * place is said under `order`.
 */

import { equal, toHex } from "../bytes.js";
import { PaperBatchRefused, RevealRefused, UrneError } from "../errors.js";
import { INTERNET } from "../model/election.js";
import {
  Kind,
  decodeClose,
  decodePaper,
  decodeReveal,
  decodeSignOffs,
  decodeTallyEntry,
  entryKind,
} from "../model/entry.js";
import { Recount } from "../recount.js";
import { OrderCheck } from "./order.js";
import { requireBatch } from "./paper.js";
import { requireScalar } from "./reveal.js";
import { SignOffLists } from "./sign-off-lists.js";

/** @typedef {import("../model/election.js").Election} Election */
/** @typedef {import("../model/entry.js").ChannelCount} ChannelCount */
/** @typedef {import("../model/entry.js").Close} Close */
/** @typedef {import("../model/entry.js").Reveal} Reveal */
/** @typedef {import("./bundle.js").BundleResult} BundleResult */
/** @typedef {import("./bundle.js").SeenBallot} SeenBallot */
/** @typedef {import("./findings.js").Findings} Findings */
/** @typedef {Map<string, ChannelCount>} Counts */
/** @typedef {{ index: number, close: Close, counts: Counts }} SeenClose `counts` as found */

/** What has been seen of the log so far. Feed it every bundle in order, then `finish`. */
export class EntriesCheck {
  /** @type {SeenClose[]} */
  closes = [];
  /** @type {Reveal[]} */
  reveals = [];
  /** @type {Uint8Array | null} */
  tallySha256 = null;
  /** @type {Map<string, Set<number>>} Only of voting keys with several ballots. */
  #revisions = new Map();
  /** @type {Set<number>} */
  #batches = new Set();
  /** @type {Map<string, number>} */
  #sheets = new Map();
  /** @type {number[]} */
  #places = [];

  /** @param {Election} election @param {Findings} findings */
  constructor(election, findings) {
    this.election = election;
    this.findings = findings;
    this.recount = new Recount(election);
    this.lists = new SignOffLists(election, findings);
    this.order = new OrderCheck(election.trustees.length, findings);
  }

  /** Take one bundle's result. @param {BundleResult} result */
  add({ ballots, others, failures }) {
    failures.forEach(([check, detail]) => this.findings.fail(check, detail));
    const entries = [...ballots, ...others].sort((a, b) => a.index - b.index);
    for (const entry of entries) {
      if ("vk" in entry) this.#addBallot(entry);
      // The election comes first: that it does is checked with the manifest.
      else if (entry.index > 0) this.#addControl(entry.index, entry.raw);
    }
  }

  /**
   * Report on what only the whole log shows.
   *
   * @param {(size: number) => Uint8Array} rootAt gives the log's root at a size
   */
  finish(rootAt) {
    this.findings.made("entries", "credentials", "ballot-signatures", "revisions");
    this.order.finish();
    this.#finishClose(rootAt);
    this.#finishReveals();
  }

  // One entry after the other

  /** @param {SeenBallot} ballot */
  #addBallot({ index, vk, revision, outcome }) {
    this.order.add(index, Kind.BALLOT);
    if (revision >= this.election.max_revisions) {
      this.findings.fail("revisions", `entry ${index}: revision ${revision} is too high`);
    }
    const highest = this.recount.revisionOf(vk);
    if (highest !== null) this.#checkRevision(index, toHex(vk), revision, highest);
    this.recount.addBallot(vk, revision, outcome);
  }

  /** @param {number} index @param {string} vk @param {number} revision @param {number} first */
  #checkRevision(index, vk, revision, first) {
    const used = this.#revisions.get(vk) ?? new Set([first]);
    this.#revisions.set(vk, used);
    if (used.has(revision)) {
      this.findings.fail("revisions", `entry ${index}: revision ${revision} stands twice`);
    }
    used.add(revision);
  }

  /** @param {number} index @param {Uint8Array} raw */
  #addControl(index, raw) {
    try {
      const kind = entryKind(raw);
      if (kind === Kind.RELEASE) {
        this.findings.fail("entries", `entry ${index}: a release has no place here`);
        return;
      }
      this.order.add(index, kind);
      this.#readControl(index, kind, raw.subarray(1));
    } catch (e) {
      if (!(e instanceof UrneError)) throw e;
      this.findings.fail("entries", `entry ${index}: ${e.message}`);
    }
  }

  /** @param {number} index @param {number} kind @param {Uint8Array} body */
  #readControl(index, kind, body) {
    const electionId = this.election.election_id;
    if (kind === Kind.SIGN_OFFS) {
      this.lists.add(index, decodeSignOffs(body, electionId));
    } else if (kind === Kind.PAPER) {
      this.#addPaper(index, decodePaper(body, electionId));
    } else if (kind === Kind.CLOSE) {
      this.closes.push({ index, close: decodeClose(body, electionId), counts: this.#counts() });
    } else if (kind === Kind.REVEAL) {
      this.#addReveal(index, decodeReveal(body, electionId));
    } else if (kind === Kind.TALLY) {
      this.tallySha256 = decodeTallyEntry(body, electionId);
    }
  }

  /** @param {number} index @param {ReturnType<typeof decodePaper>} batch */
  #addPaper(index, batch) {
    if (this.#batches.has(batch.batch)) {
      this.findings.fail("paper", `entry ${index}: batch number ${batch.batch} stands twice`);
    }
    this.#batches.add(batch.batch);
    try {
      requireBatch(this.election, batch);
    } catch (e) {
      if (!(e instanceof PaperBatchRefused)) throw e;
      this.findings.fail("paper", `entry ${index}: ${e.message}`);
    }
    const { place, sheets } = batch;
    this.#sheets.set(place, this.#sheetsOf(place) + sheets.length);
    sheets.forEach((sheet) => this.recount.addSheet(place, sheet));
  }

  /** @param {number} index @param {Reveal} shown */
  #addReveal(index, shown) {
    this.reveals.push(shown);
    try {
      const place = requireScalar(this.election, shown);
      if (place <= (this.#places.at(-1) ?? -1)) {
        this.findings.fail("trustees", `entry ${index}: not in the manifest's order`);
      }
      this.#places.push(place);
    } catch (e) {
      if (!(e instanceof RevealRefused)) throw e;
      this.findings.fail("trustees", `entry ${index}: ${e.message}`);
    }
  }

  /** @param {string} place */
  #sheetsOf(place) {
    return this.#sheets.get(place) ?? 0;
  }

  /**
   * Return what has been counted so far, per channel, as a close entry states it.
   *
   * @returns {Counts}
   */
  #counts() {
    const fewest = this.lists.fewest();
    const ballots = this.order.count(Kind.BALLOT);
    return new Map(
      this.election.channels.map(({ id, kind }) => {
        const counted = kind === INTERNET ? ballots : this.#sheetsOf(id);
        return [id, { sign_offs: fewest.get(id) ?? 0, ballots: counted }];
      }),
    );
  }

  // The log as a whole

  /** @param {(size: number) => Uint8Array} rootAt */
  #finishClose(rootAt) {
    this.lists.finish();
    const afterClose = /** @type {const} */ ([
      "sign-offs",
      "sign-offs-signed",
      "sign-offs-enough",
      "paper",
      "close",
    ]);
    if (this.closes.length === 0) {
      const unread = this.order.count(Kind.CLOSE) > 0;
      const why = unread ? "the close cannot be read" : "the vote is not closed in the log";
      this.findings.skip(afterClose, why);
      return;
    }
    this.findings.made(...afterClose);
    this.#checkSignOffsEnough();
    this.closes.forEach((seen) => this.#checkClose(seen, rootAt));
  }

  #checkSignOffsEnough() {
    for (const { id: channel, kind } of this.election.channels) {
      const voted = kind === INTERNET ? this.recount.votingKeys : this.#sheetsOf(channel);
      for (const { id: issuer } of this.election.issuers) {
        const listed = this.lists.number(issuer, channel);
        if (listed < voted) {
          const what = `${channel}: '${issuer}' signed off ${listed} people, ${voted} voted`;
          this.findings.fail("sign-offs-enough", what);
        }
      }
    }
  }

  /** @param {SeenClose} seen @param {(size: number) => Uint8Array} rootAt */
  #checkClose({ index, close, counts }, rootAt) {
    const where = `entry ${index}`;
    if (close.size !== index) {
      this.findings.fail("close", `${where}: it states size ${close.size}, not ${index}`);
    }
    if (!equal(close.root, rootAt(index))) {
      this.findings.fail("close", `${where}: it states another root than the log had before it`);
    }
    for (const channel of new Set([...close.counts.keys(), ...counts.keys()])) {
      const [stated, found] = [plain(close.counts.get(channel)), plain(counts.get(channel))];
      if (stated !== found) {
        this.findings.fail("close", `${where}, '${channel}': it states ${stated}, not ${found}`);
      }
    }
  }

  #finishReveals() {
    const [expected, shown] = [this.election.trustees.length, this.reveals.length];
    const unread = this.order.count(Kind.REVEAL) - shown;
    if (unread > 0) {
      this.findings.skip(["trustees"], `${unread} of the reveals cannot be read`);
    } else if (shown < expected) {
      this.findings.skip(["trustees"], `${shown} of ${expected} trustees' keys are revealed`);
    }
    this.findings.made("trustees");
    const passedOver = this.#places.some((place, at) => place !== at);
    if (passedOver && unread === 0 && !this.findings.hasFailed("trustees")) {
      this.findings.fail("trustees", "one of them was passed over");
    }
  }
}

/** @param {ChannelCount | undefined} count */
function plain(count) {
  if (count === undefined) return "nothing";
  return `${count.sign_offs} signed off and ${count.ballots} ballots`;
}
