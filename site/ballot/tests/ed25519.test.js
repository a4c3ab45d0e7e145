/** Ed25519 signatures are valid by libsodium's rules and by no others. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { ed25519 } from "@noble/curves/ed25519.js";
import { SigningKey, isSigned } from "../crypto/ed25519.js";
import { codeOf, drawn, fromHex, shared, vectors } from "./vectors.js";

const { cases } = vectors("ed25519-edge.json");

for (const { name, public_key, signature, message, valid } of cases) {
  test(`edge case: ${name} is ${valid ? "valid" : "refused"}`, () => {
    assert.equal(isSigned(fromHex(public_key), fromHex(message), fromHex(signature)), valid);
  });
}

test("the edge cases split our rule from noble's two", () => {
  for (const zip215 of [true, false]) {
    const differs = cases.some((/** @type {any} */ c) => {
      const [sig, message, key] = [c.signature, c.message, c.public_key].map(fromHex);
      return ed25519.verify(sig, message, key, { zip215 }) !== c.valid;
    });
    assert.ok(differs, `zip215: ${zip215}`);
  }
});

const wycheproof = shared("vectors/wycheproof-ed25519.json");
const absent = wycheproof ? false : "shared/vectors is not beside this checkout";

test("Wycheproof's signatures are valid or not as it says", { skip: absent }, () => {
  let tried = 0;
  for (const group of wycheproof.testGroups) {
    for (const { tcId, msg, sig, result } of group.tests) {
      const found = isSigned(fromHex(group.publicKey.pk), fromHex(msg), fromHex(sig));
      assert.equal(found, result === "valid", `test ${tcId}`);
      tried++;
    }
  }
  assert.equal(tried, wycheproof.numberOfTests);
});

test("what is signed verifies, and with a bit changed anywhere does not", () => {
  const key = new SigningKey(drawn("seed", 32));
  const message = drawn("message", 40);
  const signature = key.sign(message);
  assert.ok(isSigned(key.public, message, signature));
  for (let bit = 0; bit < 8 * 64; bit += 5) {
    const spoilt = Uint8Array.from(signature);
    spoilt[bit >> 3] ^= 1 << (bit % 8);
    assert.ok(!isSigned(key.public, message, spoilt), `signature, bit ${bit}`);
  }
  for (let bit = 0; bit < 8 * 32; bit += 5) {
    const spoilt = Uint8Array.from(key.public);
    spoilt[bit >> 3] ^= 1 << (bit % 8);
    assert.ok(!isSigned(spoilt, message, signature), `key, bit ${bit}`);
  }
  assert.ok(!isSigned(key.public, drawn("other", 40), signature));
});

test("our multiplication is noble's, for scalars of every shape", () => {
  // S = 0 and k of all sizes: the rule with signatures made by noble from many seeds.
  for (let number = 0; number < 40; number++) {
    const seed = drawn(`seed ${number}`, 32);
    const message = drawn("m", number);
    const signature = ed25519.sign(message, seed);
    assert.ok(isSigned(ed25519.getPublicKey(seed), message, signature), `seed ${number}`);
  }
});

test("S is below the order, A and R are of 32 bytes and canonical", () => {
  const key = new SigningKey(drawn("seed", 32));
  const signature = key.sign(new Uint8Array(0));
  const L = ed25519.Point.Fn.ORDER;
  const above = Uint8Array.from(signature);
  let s = L;
  signature.subarray(32).forEach((byte, at) => (s += BigInt(byte) << BigInt(8 * at)));
  for (let at = 32; at < 64; at++, s >>= 8n) above[at] = Number(s & 0xffn);
  assert.ok(!isSigned(key.public, new Uint8Array(0), above));
  assert.ok(ed25519.verify(signature, new Uint8Array(0), key.public));
  assert.ok(!isSigned(key.public.subarray(1), new Uint8Array(0), signature));
  assert.ok(!isSigned(key.public, new Uint8Array(0), signature.subarray(1)));
  // y = p + 1, another way to write 1, and every y from p to 2^255 - 1
  for (let low = 0xed; low <= 0xff; low++) {
    const key = new Uint8Array(32).fill(0xff);
    [key[0], key[31]] = [low, 0x7f];
    assert.ok(!isSigned(key, new Uint8Array(0), signature));
  }
});

test("a seed has 32 bytes", () => {
  assert.equal(
    codeOf(() => new SigningKey(new Uint8Array(31))),
    "bad-key",
  );
});
