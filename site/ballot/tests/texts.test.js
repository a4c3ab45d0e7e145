/** JSON, base64, numbers and instants have one text each, and Python reads the same ones. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode, formatInstant, fromBase64 } from "../canonical.js";
import { parseDecimal, parseInstant, toBase64 } from "../canonical.js";
import { compareText, hasSpace, isSpaced, lengthOf, utf8 } from "../text.js";
import { codeOf, fromHex, vectors } from "./vectors.js";

const { texts } = vectors("browser.json");

test("canonical JSON that is read is written again as it was", () => {
  assert.ok(texts.json.read.length > 10);
  for (const text of texts.json.read) {
    assert.deepEqual(encode(decode(utf8(text))), utf8(text), text);
  }
});

test("any other JSON is refused", () => {
  for (const raw of texts.json.refused) {
    assert.equal(
      codeOf(() => decode(fromHex(raw))),
      "not-canonical",
      raw.slice(0, 80),
    );
  }
});

test("what is no value of ours is not written", () => {
  for (const value of [undefined, 1.5, 2 ** 53, NaN, 1n, "\ud800", { a: undefined }, () => 1]) {
    assert.equal(
      codeOf(() => encode(/** @type {any} */ (value))),
      "not-canonical",
    );
  }
});

test("base64 has one text", () => {
  for (const text of texts.base64.read) assert.equal(toBase64(fromBase64(text)), text);
  for (const text of texts.base64.refused) {
    assert.equal(
      codeOf(() => fromBase64(text)),
      "bad-encoding",
      text,
    );
  }
  assert.equal(
    codeOf(() => fromBase64("AAAA", 2)),
    "bad-encoding",
  );
  const long = new Uint8Array(100_000).map((_, at) => at % 251);
  assert.deepEqual(fromBase64(toBase64(long)), long);
});

test("numbers have one text", () => {
  for (const text of texts.decimal.read) assert.equal(parseDecimal(text), Number(text));
  for (const text of texts.decimal.refused) {
    assert.equal(
      codeOf(() => parseDecimal(text)),
      "bad-encoding",
      text,
    );
  }
});

test("instants have one text", () => {
  for (const [text, seconds] of texts.instant.read) {
    assert.equal(parseInstant(text), seconds, text);
    assert.equal(formatInstant(seconds), text);
  }
  for (const text of texts.instant.refused) {
    assert.equal(
      codeOf(() => parseInstant(text)),
      "bad-encoding",
      text,
    );
  }
});

test("texts are in the order of code points, not of UTF-16", () => {
  assert.ok(compareText("\u{1f600}", "\ufb33") > 0);
  assert.ok("\u{1f600}" < "\ufb33");
  assert.ok(compareText("a", "ab") < 0 && compareText("ab", "a") > 0 && compareText("b", "ab") > 0);
  assert.equal(compareText("é", "é"), 0);
  assert.equal(lengthOf("\u{1f600}é"), 2);
});

test("spaces are those of Unicode", () => {
  for (const space of [" ", "\t", "\x1c", "\x85", "\xa0", "\u2003", "\u3000"]) {
    assert.ok(isSpaced(`${space}a`) && isSpaced(`a${space}`) && hasSpace(`a${space}b`));
  }
  for (const other of ["", "a b", "\ufeffa", "\u200ba"]) assert.ok(!isSpaced(other), other);
  assert.ok(!hasSpace("a\ufeffb"));
});
