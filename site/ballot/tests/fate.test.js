/** "Check my vote" says of a ballot only what the log's entries show of it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { encode, toBase64 } from "../canonical.js";
import { leafHash } from "../log/merkle.js";
import { decodeBallot } from "../model/ballot.js";
import { decodeElection } from "../model/election.js";
import { Kind, entry } from "../model/entry.js";
import { fateOf } from "../page/ballot-fate.js";
import { sealedHash } from "../sealed-ranking.js";
import { utf8 } from "../text.js";
import { fromHex, toHex, vectors } from "./vectors.js";

const worked = vectors("worked-example.json");
const election = decodeElection(utf8(worked.manifest.election_json));
const body = fromHex(worked.ballot.body);
const ballot = entry(Kind.BALLOT, body);
const close = entry(Kind.CLOSE, utf8(worked.entry.close));
const reveals = election.trustees.map(({ id }, at) =>
  entry(
    Kind.REVEAL,
    encode({
      election_id: toBase64(election.election_id),
      trustee: id,
      scalar: toBase64(fromHex(worked.keys[`trustee_${at + 1}_scalar`])),
    }),
  ),
);
const tally = entry(Kind.TALLY, utf8(worked.entry.tally));
const whole = [ballot, close, ...reveals, tally];

test("the hash of its seal is known from the log alone, before and after the close", () => {
  for (const entries of [[ballot], [ballot, close], whole]) {
    const { seal } = fateOf(entries, leafHash(ballot), election);
    assert.equal(
      toHex(seal ?? new Uint8Array(0)),
      toHex(sealedHash(decodeBallot(body, election).sealed)),
    );
  }
});

test("it says how far the election is, and after the tally which one the log names", () => {
  const states = [[ballot], [ballot, close], [ballot, close, ...reveals], whole].map(
    (entries) => fateOf(entries, leafHash(ballot), election).state,
  );
  assert.deepEqual(states, ["open", "revealing", "uncounted", "final"]);
  const { said, fate, tally: named } = fateOf(whole, leafHash(ballot), election);
  assert.deepEqual(said, JSON.parse(worked.ballot.choices));
  assert.equal(fate, "valid");
  assert.equal(toHex(named ?? new Uint8Array(0)), worked.tally.tally_sha256);
});

test("a ballot that is not in a closed log is missing", () => {
  assert.equal(fateOf([close], leafHash(ballot), election).state, "missing");
  assert.equal(fateOf([], leafHash(ballot), election).state, "open");
});

for (const [name, at] of /** @type {const} */ ([
  ["credential", 1 + 32 + 32 + 4],
  ["signature", body.length - 1],
])) {
  test(`a ballot whose ${name} is not valid is called so, and never valid`, () => {
    const altered = Uint8Array.from(body);
    altered[at] ^= 1;
    const forged = entry(Kind.BALLOT, altered);
    for (const entries of [[forged], [forged, ...whole.slice(1)]]) {
      const found = fateOf(entries, leafHash(forged), election);
      assert.equal(found.fate, "forged");
      assert.equal(found.said, null);
    }
  });
}

test("a ballot of a later revision replaces it only if its key has signed it", () => {
  const later = Uint8Array.from(body);
  later[1 + 32 + 32 + 3] = 1;
  const forged = entry(Kind.BALLOT, later);
  assert.equal(fateOf([forged, ...whole], leafHash(ballot), election).fate, "valid");
});
