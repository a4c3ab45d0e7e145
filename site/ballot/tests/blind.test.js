/** Blind signatures are those of RFC 9474, to the RFC's figures and to another's implementation. */

import assert from "node:assert/strict";
import { constants, createPrivateKey, sign } from "node:crypto";
import { test } from "node:test";
import { RSABSSA } from "@cloudflare/blindrsa-ts";
import { concat, fromBigInt, toBigInt } from "../bytes.js";
import { blind, finalize, isCredential } from "../crypto/blind.js";
import { codeOf, drawn, fromHex, vectors } from "./vectors.js";

/** @param {string} text */
const hex = (text) => fromHex(text.replace("0x", ""));
const figures = vectors("rfc9474.json").vectors;
const [{ issuers }] = vectors("ballots.json").elections;

/** Return an issuer's key from its primes. @param {{ p: string, q: string }} primes */
function keyOf({ p, q }) {
  const [a, b] = [BigInt(`0x${p}`), BigInt(`0x${q}`)];
  const d = inverse(65537n, (a - 1n) * (b - 1n));
  const base64url = (/** @type {bigint} */ value, /** @type {number} */ length) =>
    Buffer.from(fromBigInt(value, length)).toString("base64url");
  const jwk = {
    kty: "RSA",
    n: base64url(a * b, 256),
    e: "AQAB",
    d: base64url(d, 256),
    p: base64url(a, 128),
    q: base64url(b, 128),
    dp: base64url(d % (a - 1n), 128),
    dq: base64url(d % (b - 1n), 128),
    qi: base64url(inverse(b, a), 128),
  };
  return { n: a * b, d, jwk, modulus: fromBigInt(a * b, 256) };
}

/** @param {bigint} value @param {bigint} n */
function inverse(value, n) {
  let [r, s, a, b] = [n, value % n, 0n, 1n];
  while (s) [r, s, a, b] = [s, r % s, b, a - (r / s) * b];
  return ((a % n) + n) % n;
}

/** @param {bigint} base @param {bigint} exponent @param {bigint} n */
function power(base, exponent, n) {
  let result = 1n;
  for (; exponent; exponent >>= 1n, base = (base * base) % n) {
    if (exponent & 1n) result = (result * base) % n;
  }
  return result;
}

const issuer = keyOf(issuers[0]);
const message = drawn("message", 83);

test("RFC 9474: our variant blinds and unblinds to the RFC's figures", () => {
  const named = "RSABSSA-SHA384-PSS-Deterministic";
  const figure = figures.find((/** @type {any} */ { name }) => name === named);
  const [n, msg, salt] = [hex(figure.n), hex(figure.msg), hex(figure.salt)];
  // The RFC gives the inverse of r. Our factor is what reduces to r: r - 1, since it adds one.
  const modulus = toBigInt(n);
  const factor = fromBigInt(inverse(toBigInt(hex(figure.inv)), modulus) - 1n, n.length + 16);
  assert.deepEqual(blind(n, msg, salt, factor), hex(figure.blinded_msg));
  assert.deepEqual(finalize(n, msg, hex(figure.blind_sig), factor), hex(figure.sig));
  assert.ok(isCredential(n, msg, hex(figure.sig)));
});

test("RFC 9474: of its four variants only those with a salt of 48 bytes verify", () => {
  assert.equal(figures.length, 4);
  for (const { name, n, msg, msg_prefix, sig } of figures) {
    const prepared = concat(hex(msg_prefix ?? ""), hex(msg));
    const expected = !name.includes("PSSZERO");
    assert.equal(isCredential(hex(n), prepared, hex(sig)), expected, name);
  }
});

test("Cloudflare's implementation and ours take each other's blinded messages", async () => {
  const suite = RSABSSA.SHA384.PSS.Deterministic();
  const algorithm = { name: "RSA-PSS", hash: "SHA-384" };
  const { kty, n, e } = issuer.jwk;
  const publicKey = await crypto.subtle.importKey("jwk", { kty, n, e }, algorithm, true, [
    "verify",
  ]);
  const privateKey = await crypto.subtle.importKey("jwk", issuer.jwk, algorithm, true, ["sign"]);
  const theirs = await suite.blind(publicKey, suite.prepare(message));
  const signedByUs = fromBigInt(power(toBigInt(theirs.blindedMsg), issuer.d, issuer.n), 256);
  const credential = await suite.finalize(publicKey, message, signedByUs, theirs.inv);
  assert.ok(isCredential(issuer.modulus, message, credential));

  const factor = drawn("factor", 272);
  const blinded = blind(issuer.modulus, message, drawn("salt", 48), factor);
  const signedByThem = await suite.blindSign(privateKey, blinded);
  const ours = finalize(issuer.modulus, message, signedByThem, factor);
  assert.ok(await suite.verify(publicKey, ours, message));
});

test("OpenSSL's signatures with a salt of 48 bytes are credentials, with any other length not", () => {
  const key = createPrivateKey({ key: issuer.jwk, format: "jwk" });
  for (const saltLength of [0, 20, 32, 47, 48, 49, 64, 158]) {
    const padding = constants.RSA_PKCS1_PSS_PADDING;
    const signature = new Uint8Array(sign("sha384", message, { key, padding, saltLength }));
    assert.equal(isCredential(issuer.modulus, message, signature), saltLength === 48);
  }
  const pkcs1 = new Uint8Array(sign("sha384", message, key));
  assert.ok(!isCredential(issuer.modulus, message, pkcs1));
});

/** Return a good credential for the message. */
function credential() {
  const factor = drawn("factor", 272);
  const blinded = blind(issuer.modulus, message, drawn("salt", 48), factor);
  const signed = fromBigInt(power(toBigInt(blinded), issuer.d, issuer.n), 256);
  return { factor, signed, signature: finalize(issuer.modulus, message, signed, factor) };
}

test("a credential with a bit changed, of another message, or above the modulus is none", () => {
  const { signature } = credential();
  assert.ok(isCredential(issuer.modulus, message, signature));
  for (let bit = 0; bit < 8 * 256; bit += 31) {
    const spoilt = Uint8Array.from(signature);
    spoilt[bit >> 3] ^= 1 << (bit % 8);
    assert.ok(!isCredential(issuer.modulus, message, spoilt), `bit ${bit}`);
  }
  assert.ok(!isCredential(issuer.modulus, drawn("another", 83), signature));
  const other = keyOf(issuers[1]).modulus;
  assert.ok(!isCredential(other, message, signature));
  const above = toBigInt(signature) + issuer.n;
  for (const length of [256, 257]) {
    if (above < 1n << BigInt(8 * length)) {
      assert.ok(!isCredential(issuer.modulus, message, fromBigInt(above, length)));
    }
  }
  assert.ok(!isCredential(issuer.modulus, message, concat(Uint8Array.of(0), signature)));
  for (const value of [0n, 1n, issuer.n - 1n, issuer.n]) {
    assert.ok(!isCredential(issuer.modulus, message, fromBigInt(value, 256)));
  }
});

test("each part of the encoding is looked at: trailer, first bit, padding, the 1, hash", () => {
  const { signature } = credential();
  const encoded = fromBigInt(power(toBigInt(signature), 65537n, issuer.n), 256);
  for (const at of [0, 1, 100, 157, 158, 159, 206, 207, 254, 255]) {
    for (const change of [1, 0x40, 0x80]) {
      const spoilt = Uint8Array.from(encoded);
      spoilt[at] ^= change;
      if (toBigInt(spoilt) >= issuer.n) continue;
      const signed = fromBigInt(power(toBigInt(spoilt), issuer.d, issuer.n), 256);
      assert.ok(!isCredential(issuer.modulus, message, signed), `byte ${at}`);
    }
  }
});

test("an answer that does not unblind to a credential is refused", () => {
  const { factor, signed } = credential();
  const bad = [
    signed.subarray(1),
    new Uint8Array(256),
    fromBigInt(issuer.n, 256),
    fromBigInt(toBigInt(signed) ^ 1n, 256),
    drawn("noise", 256).fill(0, 0, 1),
  ];
  for (const answer of bad) {
    const code = codeOf(() => finalize(issuer.modulus, message, answer, factor));
    assert.equal(code, "blind-signature-invalid");
  }
  const code = codeOf(() => finalize(issuer.modulus, message, signed, drawn("other", 272)));
  assert.equal(code, "blind-signature-invalid");
});

test("salt and factor have their lengths, and the factor none in common with the modulus", () => {
  const [salt, factor] = [drawn("salt", 48), drawn("factor", 272)];
  const p = BigInt(`0x${issuers[0].p}`);
  const bad = [
    [salt.subarray(1), factor],
    [salt, factor.subarray(1)],
    [salt, fromBigInt(p - 1n, 272)],
  ];
  for (const [s, f] of bad) {
    const code = codeOf(() => blind(issuer.modulus, message, s, f));
    assert.equal(code, "blinded-message-invalid");
  }
});
