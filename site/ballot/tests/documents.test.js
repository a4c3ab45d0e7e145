/** Every JSON format is read and refused as Python does, each part of it changed in every way. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { encode } from "../canonical.js";
import { decodeCards, encodeCards, requireCards } from "../model/card.js";
import { ballotSize, decodeElection, requireOpen, sealedSize } from "../model/election.js";
import * as entries from "../model/entry.js";
import { decodeTally, encodeTally } from "../model/tally.js";
import { decodePromise, encodePromise } from "../promise.js";
import { utf8 } from "../text.js";
import { codeOf, toHex, vectors } from "./vectors.js";

const { documents, try: values, changes } = vectors("browser.json");
const worked = vectors("worked-example.json");
const election = decodeElection(utf8(documents.election));
const id = election.election_id;

/** @type {{ [name: string]: (raw: Uint8Array) => unknown }} */
const READERS = {
  election: decodeElection,
  cards: decodeCards,
  "sign-offs": (raw) => entries.decodeSignOffs(raw, id),
  paper: (raw) => entries.decodePaper(raw, id),
  close: (raw) => entries.decodeClose(raw, id),
  reveal: (raw) => entries.decodeReveal(raw, id),
  "tally-entry": (raw) => entries.decodeTallyEntry(raw, id),
  release: entries.decodeRelease,
  tally: decodeTally,
  promise: (raw) => decodePromise(raw, election),
};

test("every document can be read as it stands", () => {
  assert.deepEqual(Object.keys(READERS), Object.keys(documents));
  for (const [name, read] of Object.entries(READERS)) read(utf8(documents[name]));
});

for (const [name, read] of Object.entries(READERS)) {
  test(`${name}: each part taken away or replaced is read or refused as in Python`, () => {
    const ours = changes.filter((/** @type {any} */ change) => change.document === name);
    assert.ok(ours.length > 0);
    for (const { at, codes } of ours) {
      codes.forEach((/** @type {string | null} */ expected, /** @type {number} */ number) => {
        const raw = changed(JSON.parse(documents[name]), at, values[number]);
        const found = codeOf(() => read(raw));
        assert.equal(found, expected, `${at.join(".")} = ${JSON.stringify(values[number])}`);
      });
    }
  });
}

/** @param {any} value @param {(string | number)[]} at @param {{ value?: unknown }} tried */
function changed(value, at, tried) {
  const last = at[at.length - 1];
  const holder = at.slice(0, -1).reduce((part, name) => part[name], value);
  if ("value" in tried) holder[last] = tried.value;
  else if (Array.isArray(holder)) holder.splice(Number(last), 1);
  else delete holder[last];
  return encode(value);
}

test("what has an encoder is written again as it was", () => {
  const raw = utf8(documents.tally);
  assert.deepEqual(encodeTally(decodeTally(raw)), raw);
  assert.deepEqual(encodeCards(decodeCards(utf8(documents.cards))), utf8(documents.cards));
  const promise = decodePromise(utf8(documents.promise), election);
  assert.deepEqual(encodePromise(election, promise), utf8(documents.promise));
});

test("an election is named by the hash of its manifest", () => {
  const { manifest } = worked;
  const found = decodeElection(utf8(manifest.election_json));
  assert.equal(toHex(found.election_id), manifest.election_id);
  requireCards(found, decodeCards(utf8(manifest.cards_json)));
  assert.equal(ballotSize(found), worked.ballot.body.length / 2);
  assert.equal(sealedSize(found), worked.ballot.sealed.length / 2);
});

test("cards that are not the frozen ones are refused", () => {
  const cards = decodeCards(utf8(documents.cards));
  requireCards(election, cards);
  const spoilt = [
    cards.slice(1),
    [...cards, cards[0]],
    [cards[1], cards[0], ...cards.slice(2)],
    [{ ...cards[0], title: "Another" }, ...cards.slice(1)],
    [{ ...cards[0], cost_cents: 1 }, ...cards.slice(1)],
  ];
  for (const other of spoilt)
    assert.equal(
      codeOf(() => requireCards(election, other)),
      "bad-field",
    );
});

test("votes are taken from the opening instant to the closing one, excluded", () => {
  const { opens_at, closes_at } = election;
  requireOpen(election, opens_at);
  requireOpen(election, closes_at - 1);
  assert.equal(
    codeOf(() => requireOpen(election, opens_at - 1)),
    "not-open-yet",
  );
  assert.equal(
    codeOf(() => requireOpen(election, closes_at)),
    "closed",
  );
});

test("entries of the worked example, and those of no kind or no size", () => {
  const election = decodeElection(utf8(worked.manifest.election_json));
  const first = entries.entry(entries.Kind.ELECTION, election.election_id);
  assert.equal(toHex(first), worked.entry.election);
  assert.equal(entries.entryKind(first), entries.Kind.ELECTION);
  for (const raw of [[], [0], [9], [255]]) {
    assert.equal(
      codeOf(() => entries.entryKind(Uint8Array.from(raw))),
      "bad-encoding",
    );
  }
  entries.entry(2, new Uint8Array(65_534));
  assert.equal(
    codeOf(() => entries.entry(2, new Uint8Array(65_535))),
    "bad-encoding",
  );
});
