/** The rule ranks and funds as in Python, ties and lots included, and writes the same two files. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeCards } from "../model/card.js";
import { decodeElection } from "../model/election.js";
import { decodeTally, encodeTally } from "../model/tally.js";
import { resultFile } from "../pabulib/result.js";
import { Recount } from "../recount.js";
import { lotOf } from "../tally.js";
import { utf8 } from "../text.js";
import { codeOf, fromHex, toHex, vectors } from "./vectors.js";

const { counts } = vectors("browser.json");
const worked = vectors("worked-example.json");

/** @param {any} count @param {any[]} ballots */
function recounted(count, ballots) {
  const election = decodeElection(utf8(count.election));
  const recount = new Recount(election);
  for (const [vk, revision, outcome] of ballots) recount.addBallot(fromHex(vk), revision, outcome);
  for (const [place, sheet] of count.sheets) recount.addSheet(place, sheet);
  const signOffs = new Map(Object.entries(count.sign_offs));
  const tally = recount.tally(
    /** @type {any} */ (signOffs),
    fromHex(count.root),
    count.scalars.map(fromHex),
  );
  return { election, recount, tally };
}

for (const count of counts) {
  test(`${count.name}: the same tally and the same result file, in any order of ballots`, () => {
    for (const ballots of [count.ballots, count.ballots.slice().reverse()]) {
      const { election, recount, tally } = recounted(count, ballots);
      assert.equal(new TextDecoder().decode(encodeTally(tally)), count.tally);
      assert.deepEqual(decodeTally(utf8(count.tally)), tally);
      const cards = decodeCards(utf8(count.cards));
      const write = () => resultFile(election, cards, tally, recount.rankings());
      if (count.result === null) assert.equal(codeOf(write), "bad-input");
      else assert.equal(new TextDecoder().decode(write()), count.result);
    }
  });
}

test("the cases hold ties by choices and by lot, skips, stops and reasons", () => {
  const all = counts.map((/** @type {any} */ { tally }) => tally).join();
  for (const word of ['"broken_by":"lot"', '"broken_by":"choices"', '"left_cents"', '"stopped"']) {
    assert.ok(all.includes(word), word);
  }
  for (const reason of ["too-few", "too-many", "repeated", "out-of-range", "gap", "unreadable"]) {
    assert.ok(all.includes(`"${reason}":`), reason);
  }
});

test("a lot is drawn as the worked example draws it", () => {
  const seed = fromHex(worked.tally.lot_message).slice("urne/v1/lot\0".length, -3);
  for (const line of worked.tally.lots.trim().split("\n")) {
    const [id, lot] = line.trim().split(" ");
    assert.equal(toHex(lotOf(seed, id)), lot);
  }
});
