/** What a page says of its election fits that election. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { INTERNET, PAPER, decodeElection } from "../model/election.js";
import { factsOf, hasPaper, wordsFor } from "../page/facts.mjs";
import { utf8 } from "../text.js";
import { vectors } from "./vectors.js";

const election = decodeElection(utf8(vectors("ballots.json").elections[0].election));
/** @type {import("../model/election.js").Channel[]} */
const [online, paper] = [
  { id: "online", kind: INTERNET },
  { id: "desk", kind: PAPER },
];
const withPaper = { ...election, channels: [online, paper] };
const withoutPaper = { ...election, channels: [online] };
const words = {
  stop: { desk: "The desk can help.", ways: ["Try again.", "Vote on paper."] },
  online_only: { stop: { ways: { 1: "Come back." } } },
};

test("where there is paper, words stay as they are", () => {
  assert.ok(hasPaper(withPaper));
  assert.deepEqual(wordsFor(withPaper, words), { stop: words.stop });
});

test("where there is none, those that offer it are replaced, and no others", () => {
  assert.ok(!hasPaper(withoutPaper));
  assert.deepEqual(wordsFor(withoutPaper, words), {
    stop: { desk: "The desk can help.", ways: ["Try again.", "Come back."] },
  });
  assert.equal(words.stop.ways[1], "Vote on paper.");
});

test("words that there are not cannot be replaced", () => {
  const odd = { ...words, online_only: { stop: { desks: "…" } } };
  assert.throws(() => wordsFor(withoutPaper, odd), /no words called desks/);
});

test("the instant of the close is told to the second, in UTC", () => {
  const told = { language: { locale: "en-GB" }, numbers: ["no", "one", "two", "three"] };
  const { "fact.closes_at": closesAt } = factsOf({ ...election, closes_at: 1_560_000_000 }, told);
  assert.equal(closesAt, "2019-06-08T13:20:00Z");
});
