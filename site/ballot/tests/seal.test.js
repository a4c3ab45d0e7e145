/** Seals are libsodium's sealed boxes, and open for their keys alone. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { isClamped, openSeal, publicOf, seal } from "../crypto/seal.js";
import { codeOf, drawn, fromHex, toHex, vectors } from "./vectors.js";

const worked = vectors("worked-example.json");
const trustees = [1, 2].map((number) => ({
  scalar: fromHex(worked.keys[`trustee_${number}_scalar`]),
  key: fromHex(worked.keys[`trustee_${number}_public`]),
}));
const keys = trustees.map(({ key }) => key);
const ephemerals = [fromHex(worked.ballot.ephemeral_1), fromHex(worked.ballot.ephemeral_2)];
const plain = fromHex(worked.ballot.plaintext);

test("the worked example is sealed to its bytes and opened", () => {
  for (const { scalar, key } of trustees) assert.deepEqual(publicOf(scalar), key);
  const once = seal(plain, keys.slice(1), ephemerals.slice(1));
  assert.equal(toHex(once), worked.ballot.sealed_once);
  const sealed = seal(plain, keys, ephemerals);
  assert.equal(toHex(sealed), worked.ballot.sealed);
  assert.deepEqual(openSeal(sealed, trustees), plain);
});

test("a seal with a bit changed, cut short or opened in another order is broken", () => {
  const sealed = seal(plain, keys, ephemerals);
  for (let at = 0; at < sealed.length; at++) {
    const spoilt = Uint8Array.from(sealed);
    spoilt[at] ^= 1;
    assert.equal(
      codeOf(() => openSeal(spoilt, trustees)),
      "seal-broken",
      `byte ${at}`,
    );
  }
  for (const length of [0, 31, 47, 48, 95, sealed.length - 1]) {
    assert.equal(
      codeOf(() => openSeal(sealed.subarray(0, length), trustees)),
      "seal-broken",
    );
  }
  assert.equal(
    codeOf(() => openSeal(sealed, [...trustees].reverse())),
    "seal-broken",
  );
});

test("keys of small order are refused, whether they are a trustee's or a seal's", () => {
  const small = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  ];
  for (const key of small.map(fromHex)) {
    assert.equal(
      codeOf(() => seal(plain, [key], ephemerals.slice(1))),
      "bad-key",
    );
    const sealed = Uint8Array.from(seal(plain, keys.slice(0, 1), ephemerals.slice(0, 1)));
    sealed.set(key);
    assert.equal(
      codeOf(() => openSeal(sealed, trustees.slice(0, 1))),
      "seal-broken",
    );
  }
});

test("there is one ephemeral scalar of 32 bytes for each key", () => {
  for (const wrong of [[], ephemerals.slice(1), [...ephemerals, ephemerals[0]]]) {
    assert.equal(
      codeOf(() => seal(plain, keys, wrong)),
      "bad-key",
    );
  }
  assert.equal(
    codeOf(() => seal(plain, keys, [ephemerals[0], drawn("x", 31)])),
    "bad-key",
  );
});

test("a scalar is clamped in one way", () => {
  const scalar = trustees[0].scalar;
  assert.ok(isClamped(scalar));
  const changes = [
    [0, 1],
    [0, 2],
    [0, 4],
    [31, 0x80],
    [31, 0x40],
  ];
  for (const [at, bit] of changes) {
    const other = Uint8Array.from(scalar);
    other[at] ^= bit;
    assert.ok(!isClamped(other));
    // libsodium clamps what it is given: an unclamped scalar has the same key, and is refused.
    if (at === 0) assert.deepEqual(publicOf(other), trustees[0].key);
  }
  assert.ok(!isClamped(scalar.subarray(1)));
});
