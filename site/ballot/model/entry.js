/**
 * Log entries: one type byte, then a body, at most 65,535 bytes together.
 *
 *     0x01 election    election_id, the 32-byte SHA-256 of election.json
 *     0x02 ballot      fixed binary, model/ballot.js
 *     0x03 sign-offs   canonical JSON: who was handed a vote, as commitments
 *     0x04 paper batch canonical JSON: one box's sheets, signed by two clerks
 *     0x05 close       canonical JSON: counts per channel, size and root before it
 *     0x06 reveal      canonical JSON: one trustee's X25519 scalar
 *     0x07 tally       canonical JSON: SHA-256 of tally.json
 *     0x08 release     canonical JSON: number, SHA-256 of the release manifest (site log only)
 *
 * A browser reads the entries written in JSON and never makes one; that a decoder takes only what
 * the Python encoder writes follows from canonical JSON and exact fields.
 */

import { compare, concat, equal } from "../bytes.js";
import { decode, encode, toBase64 } from "../canonical.js";
import { BadEncoding, OtherElection } from "../errors.js";
import { Fields } from "../fields.js";
import { MAX_CHOICES } from "./election.js";
import { compareText, utf8 } from "../text.js";

/** @typedef {import("../canonical.js").Json} Json */
/** @typedef {{ issuer: string, channel: string, commitments: Uint8Array[] }} SignOffs */
/** @typedef {{ batch: number, place: string, sheets: number[][] }} PaperBatch */
/** @typedef {{ clerk: string, signature: Uint8Array }} ClerkSignature */
/** @typedef {{ sign_offs: number, ballots: number }} ChannelCount */
/** @typedef {{ counts: Map<string, ChannelCount>, size: number, root: Uint8Array }} Close */
/** @typedef {{ trustee: string, scalar: Uint8Array }} Reveal */

/** The type byte of an entry. */
export const Kind = Object.freeze({
  ELECTION: 1,
  BALLOT: 2,
  SIGN_OFFS: 3,
  PAPER: 4,
  CLOSE: 5,
  REVEAL: 6,
  TALLY: 7,
  RELEASE: 8,
});

// A sheet of paper may hold any mistake; more crosses than this are written down as this many.
export const MAX_CROSSES = 2 * MAX_CHOICES;
export const MAX_SHEETS = 1000;

const MAX_ENTRY_BYTES = 65_535;
const MAX_COMMITMENTS = 1000;
const SIGN_OFFS_LABEL = utf8("urne/v1/sign-offs\0");
const PAPER_LABEL = utf8("urne/v1/paper\0");

/** Return a log entry. Throws BadEncoding. @param {number} kind @param {Uint8Array} body */
export function entry(kind, body) {
  if (body.length + 1 > MAX_ENTRY_BYTES) {
    throw new BadEncoding("log entry", `it has ${body.length + 1} bytes, over ${MAX_ENTRY_BYTES}`);
  }
  return concat(Uint8Array.of(kind), body);
}

/** Return the kind of an entry. Throws BadEncoding. @param {Uint8Array} raw */
export function entryKind(raw) {
  const kind = raw[0] ?? 0;
  if (kind < Kind.ELECTION || kind > Kind.RELEASE) {
    throw new BadEncoding("log entry", "its type is not known");
  }
  return kind;
}

// --- Sign-offs -----------------------------------------------------------------------------------

/**
 * Return what the issuer signs: the label and the canonical body without the signature.
 *
 * @param {Uint8Array} electionId
 * @param {SignOffs} signOffs
 */
export function signOffsMessage(electionId, signOffs) {
  const { issuer, channel } = signOffs;
  const commitments = signOffs.commitments.map(toBase64);
  const body = { election_id: toBase64(electionId), issuer, channel, commitments };
  return concat(SIGN_OFFS_LABEL, encode(body));
}

/**
 * Return the sign-offs of a body and the issuer's signature.
 *
 * A part may be empty: a channel in which nobody was signed off has a list that says so.
 *
 * @param {Uint8Array} body
 * @param {Uint8Array} electionId
 * @returns {SignOffs & { signature: Uint8Array }}
 */
export function decodeSignOffs(body, electionId) {
  const names = ["election_id", "issuer", "channel", "commitments", "signature"];
  const f = fieldsOf(body, "sign-offs entry", names, electionId);
  return {
    issuer: f.text("issuer"),
    channel: f.text("channel"),
    commitments: f.base64s("commitments", 32, MAX_COMMITMENTS),
    signature: f.base64("signature", 64),
  };
}

// --- Paper ---------------------------------------------------------------------------------------

/**
 * Return what each clerk signs: the label and the canonical body without signatures.
 *
 * @param {Uint8Array} electionId
 * @param {PaperBatch} paper
 */
export function paperMessage(electionId, { batch, place, sheets }) {
  return concat(PAPER_LABEL, encode({ election_id: toBase64(electionId), batch, place, sheets }));
}

/**
 * Return the paper batch of a body and its clerks' signatures.
 *
 * @param {Uint8Array} body
 * @param {Uint8Array} electionId
 * @returns {PaperBatch & { signatures: ClerkSignature[] }}
 */
export function decodePaper(body, electionId) {
  const names = ["election_id", "batch", "place", "sheets", "signatures"];
  const f = fieldsOf(body, "paper batch", names, electionId);
  const sheets = f.items("sheets", { least: 1, most: MAX_SHEETS }).map((item) => {
    if (Array.isArray(item) && item.length <= MAX_CROSSES) {
      return f.integersOf(item, "sheets", 0xffff);
    }
    return f.refuse("sheets", `holds something that is no list of at most ${MAX_CROSSES} numbers`);
  });
  if (!isSorted(sheets, compareSheets)) f.refuse("sheets", "are not sorted");
  const signatures = f.items("signatures").map((item) => {
    const s = new Fields(item, "paper batch, signatures", ["clerk", "signature"]);
    return { clerk: s.text("clerk"), signature: s.base64("signature", 64) };
  });
  if (!isSorted(signatures, compareSignatures)) f.refuse("signatures", "are not sorted");
  return { batch: f.integer("batch"), place: f.text("place"), sheets, signatures };
}

/** @param {readonly number[]} a @param {readonly number[]} b */
function compareSheets(a, b) {
  const place = a.findIndex((number, at) => number !== b[at]);
  return place < 0 || place >= b.length ? a.length - b.length : a[place] - b[place];
}

/** @param {ClerkSignature} a @param {ClerkSignature} b */
function compareSignatures(a, b) {
  return compareText(a.clerk, b.clerk) || compare(a.signature, b.signature);
}

/** @template T @param {readonly T[]} list @param {(a: T, b: T) => number} order */
function isSorted(list, order) {
  return list.every((item, at) => at === 0 || order(list[at - 1], item) <= 0);
}

// --- Close, reveal, tally, release ---------------------------------------------------------------

/**
 * Return the close of a body. Throws NotCanonical, BadField or OtherElection.
 *
 * @param {Uint8Array} body
 * @param {Uint8Array} electionId
 * @returns {Close}
 */
export function decodeClose(body, electionId) {
  const f = fieldsOf(body, "close entry", ["election_id", "counts", "size", "root"], electionId);
  const counts = new Map();
  for (const [channel, value] of f.members("counts")) {
    const c = new Fields(value, "close entry, counts", ["sign_offs", "ballots"]);
    counts.set(channel, { sign_offs: c.integer("sign_offs"), ballots: c.integer("ballots") });
  }
  return { counts, size: f.integer("size"), root: f.base64("root", 32) };
}

/**
 * Return the reveal of a body. Throws NotCanonical, BadField or OtherElection.
 *
 * @param {Uint8Array} body
 * @param {Uint8Array} electionId
 * @returns {Reveal}
 */
export function decodeReveal(body, electionId) {
  const f = fieldsOf(body, "reveal entry", ["election_id", "trustee", "scalar"], electionId);
  return { trustee: f.text("trustee"), scalar: f.base64("scalar", 32) };
}

/**
 * Return the 32-byte SHA-256 of tally.json that a tally entry commits to.
 *
 * @param {Uint8Array} body
 * @param {Uint8Array} electionId
 */
export function decodeTallyEntry(body, electionId) {
  return fieldsOf(body, "tally entry", ["election_id", "sha256"], electionId).base64("sha256", 32);
}

/** Return the release number and the SHA-256 of its manifest. @param {Uint8Array} body */
export function decodeRelease(body) {
  const f = new Fields(decode(body), "release entry", ["number", "sha256"]);
  return { number: f.integer("number"), sha256: f.base64("sha256", 32) };
}

/**
 * @param {Uint8Array} body
 * @param {string} where
 * @param {readonly string[]} names
 * @param {Uint8Array} electionId
 */
function fieldsOf(body, where, names, electionId) {
  const f = new Fields(decode(body), where, names);
  if (!equal(f.base64("election_id", 32), electionId)) throw new OtherElection();
  return f;
}
