/** A voter comes from seed to cast ballot byte for byte as Python does, and can check the page. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode, fromBase64 } from "../canonical.js";
import { isCredential } from "../crypto/blind.js";
import { blindingSecrets, commitment } from "../crypto/derive.js";
import { isSigned } from "../crypto/ed25519.js";
import { publicOf } from "../crypto/seal.js";
import { decodeSeed, encodeSeed } from "../crypto/seed-code.js";
import { binding, credentialMessage, decodeBallot, encodeRanking } from "../model/ballot.js";
import { signedMessage } from "../model/ballot.js";
import { decodeElection } from "../model/election.js";
import { UrneError } from "../errors.js";
import { ballotLeafHash, decodePromise, requirePromise } from "../promise.js";
import { openBallot } from "../recount.js";
import { decodeOpened, sealAgain, sealedHash } from "../sealed-ranking.js";
import { utf8 } from "../text.js";
import { Voter } from "../voter.js";
import { codeOf, drawn, fromHex, toHex, vectors } from "./vectors.js";

const file = vectors("ballots.json");
const worked = vectors("worked-example.json");
const codes = vectors("seed-codes.json");
/** @type {import("../model/election.js").Election[]} */
const elections = file.elections.map((/** @type {any} */ told) =>
  decodeElection(utf8(told.election)),
);

/** @param {any} voter */
function voterOf({ election, seed }) {
  return new Voter(elections[election], fromHex(seed));
}

test("elections are named, and trustees' keys made, as in the file", () => {
  file.elections.forEach((/** @type {any} */ told, /** @type {number} */ number) => {
    const { election_id, trustees } = told;
    assert.equal(toHex(elections[number].election_id), election_id);
    const keys = trustees.map((/** @type {string} */ scalar) => publicOf(fromHex(scalar)));
    assert.deepEqual(
      keys,
      elections[number].trustees.map(({ key }) => key),
    );
  });
});

test("every secret of a voter, every request and every credential is the one in the file", () => {
  for (const expected of file.voters) {
    const voter = voterOf(expected);
    assert.equal(toHex(voter.vk), expected.vk);
    voter.election.issuers.forEach((issuer, at) => {
      const told = expected.credentials[at];
      const secrets = blindingSecrets(
        fromHex(expected.seed),
        voter.election.election_id,
        issuer.modulus,
      );
      for (const name of /** @type {const} */ (["factor", "salt", "nonce"])) {
        assert.equal(toHex(secrets[name]), told[name]);
      }
      const { blinded, nonce } = voter.request(issuer);
      assert.equal(toHex(blinded), told.blinded);
      assert.equal(toHex(nonce), told.nonce);
      const credential = voter.credential(issuer, fromHex(told.blind_signature));
      assert.equal(toHex(credential), told.credential);
    });
  }
});

test("every ballot is the one in the file, and says what the file says", () => {
  for (const told of file.ballots) {
    const voter = voterOf(file.voters[told.voter]);
    const { election } = voter;
    const credentials = file.voters[told.voter].credentials.map((/** @type {any} */ c) =>
      fromHex(c.credential),
    );
    const body = fromHex(told.body);
    assert.deepEqual(
      voter.ballotAround(fromHex(told.sealed), credentials, told.revision),
      body,
      told.name,
    );
    assert.equal(toHex(ballotLeafHash(body)), told.leaf_hash);
    const ballot = decodeBallot(body, election);
    assert.deepEqual([ballot.vk, ballot.revision], [voter.vk, told.revision]);
    const scalars = file.elections[file.voters[told.voter].election].trustees.map(fromHex);
    const pairs = election.trustees.map(({ key }, at) => ({ key, scalar: scalars[at] }));
    assert.deepEqual(openBallot(ballot, election, pairs), told.outcome, told.name);
    if (told.choices === null) continue;
    const ranking = voter.seal(told.choices, told.ephemerals.map(fromHex));
    assert.deepEqual(voter.ballot(ranking, credentials, told.revision), body);
    assert.equal(toHex(ranking.hash), toHex(sealedHash(fromHex(told.sealed))));
    const bound = binding(election.election_id, voter.vk);
    assert.equal(toHex(encodeRanking(told.choices, election.max_choices, bound)), told.plaintext);
  }
});

test("a body that is not to be taken is refused by the check that Python names", () => {
  for (const { name, election: number, body, code } of file.refused) {
    const election = elections[number];
    assert.equal(
      codeOf(() => requireValid(fromHex(body), election)),
      code,
      name,
    );
  }
});

/** @param {Uint8Array} raw @param {import("../model/election.js").Election} election */
function requireValid(raw, election) {
  const { vk, revision, credentials, message, signature } = decodeBallot(raw, election);
  const refuse = (/** @type {string} */ code) => {
    throw Object.defineProperty(new UrneError("refused"), "code", { value: code });
  };
  if (revision >= election.max_revisions) refuse("revision-out-of-range");
  const credentialed = credentialMessage(election.election_id, vk);
  const isGood = election.issuers.every(({ modulus }, at) =>
    isCredential(modulus, credentialed, credentials[at]),
  );
  if (!isGood) refuse("credential-invalid");
  if (!isSigned(vk, signedMessage(message), signature)) refuse("ballot-signature-invalid");
}

const told = file.ballots.find((/** @type {any} */ b) => b.choices !== null);
const voter = voterOf(file.voters[told.voter]);
const credentials = file.voters[told.voter].credentials.map((/** @type {any} */ c) =>
  fromHex(c.credential),
);
const fresh = () => voter.seal(told.choices, told.ephemerals.map(fromHex));

test("sealing in breaths gives the same bytes, one breath a trustee, and refuses the same", async () => {
  let breaths = 0;
  const breathe = async () => void breaths++;
  const ephemerals = told.ephemerals.map(fromHex);
  const ranking = await voter.sealInBreaths(told.choices, ephemerals, breathe);
  assert.deepEqual(ranking.cast(), fromHex(told.sealed));
  assert.equal(breaths, voter.election.trustees.length);
  await assert.rejects(voter.sealInBreaths([0, 0], ephemerals, breathe), { code: "ballot-malformed" });
  await assert.rejects(voter.sealInBreaths(told.choices, [], breathe), { code: "bad-key" });
});

test("no ballot is made of a ranking that would not count, or without good credentials", () => {
  const ephemerals = told.ephemerals.map(fromHex);
  for (const choices of [[], [0], [0, 0], [0, 99], [0, 1, 2, 3]]) {
    assert.equal(
      codeOf(() => voter.seal(choices, ephemerals)),
      "ballot-malformed",
      `${choices}`,
    );
  }
  const bad = [
    [],
    credentials.slice(1),
    [...credentials].reverse(),
    [drawn("no", 256), credentials[1]],
  ];
  for (const wrong of bad) {
    assert.equal(
      codeOf(() => voter.ballot(fresh(), wrong)),
      "credential-invalid",
    );
  }
  for (const revision of [-1, voter.election.max_revisions, NaN]) {
    const code = codeOf(() => voter.ballot(fresh(), credentials, revision));
    assert.equal(code, "revision-out-of-range");
  }
  const other = new Uint8Array(10);
  assert.equal(
    codeOf(() => voter.ballotAround(other, credentials)),
    "ballot-malformed",
  );
});

test("what was sealed can be sealed again elsewhere from what the page reveals", () => {
  const ranking = fresh();
  const opened = decodeOpened(ranking.open(), voter.election);
  assert.deepEqual(opened.choices, told.choices);
  assert.equal(toHex(sealAgain(voter.election, opened)), told.sealed);
  assert.deepEqual(sealedHash(sealAgain(voter.election, opened)), ranking.hash);
  // A page that sealed another ranking than it showed is caught.
  const [first, second, ...rest] = opened.choices;
  const claimed = { ...opened, choices: [second, first, ...rest] };
  assert.notDeepEqual(sealedHash(sealAgain(voter.election, claimed)), ranking.hash);
});

test("a sealed ranking is cast or opened, never both", () => {
  const opened = fresh();
  assert.deepEqual(opened.open(), opened.open());
  assert.equal(
    codeOf(() => voter.ballot(opened, credentials)),
    "sealed-ranking-spent",
  );
  const cast = fresh();
  assert.deepEqual(voter.ballot(cast, credentials), voter.ballot(cast, credentials));
  assert.equal(
    codeOf(() => cast.open()),
    "sealed-ranking-spent",
  );
});

test("what a page reveals holds no secret, and no other form of it is read", () => {
  const raw = fresh().open();
  const value = /** @type {any} */ (decode(raw));
  assert.deepEqual(Object.keys(value), ["choices", "election_id", "ephemerals", "vk"]);
  const text = new TextDecoder().decode(raw);
  for (const secret of [...credentials, fromHex(told.body).subarray(-64)]) {
    assert.ok(!text.includes(Buffer.from(secret).toString("base64").slice(0, 20)));
  }
  const other = elections[1];
  assert.equal(
    codeOf(() => decodeOpened(raw, other)),
    "other-election",
  );
  const spoilt = encode({ ...value, ephemerals: ["AA=="] });
  assert.equal(
    codeOf(() => decodeOpened(spoilt, voter.election)),
    "bad-field",
  );
});

test("the promise of the worked example is the town's, for its ballot and no other", () => {
  const election = decodeElection(utf8(worked.manifest.election_json));
  const body = fromHex(worked.ballot.body);
  assert.equal(toHex(ballotLeafHash(body)), worked.ballot.leaf_hash);
  const answer = JSON.parse(worked.api.cast_response);
  const promise = { leafHash: fromBase64(answer.leaf_hash), signature: fromBase64(answer.promise) };
  requirePromise(promise, body, election);
  decodePromise(utf8(worked.promise.file), election);
  const other = Uint8Array.from(body);
  other[body.length - 1] ^= 1;
  assert.equal(
    codeOf(() => requirePromise(promise, other, election)),
    "note-unverified",
  );
  const forged = { ...promise, signature: drawn("forged", 64) };
  assert.equal(
    codeOf(() => requirePromise(forged, body, election)),
    "note-unverified",
  );
});

test("a voter finds their line in the list of sign-offs", () => {
  const line = commitment(fromHex(worked.person.person_key), fromHex(worked.voter.nonce));
  assert.equal(toHex(line), worked.person.commitment);
});

test("a seed has one code", () => {
  for (const { seed, code } of codes.codes) {
    assert.equal(encodeSeed(fromHex(seed)), code);
    assert.equal(toHex(decodeSeed(code)), seed);
  }
  assert.equal(
    codeOf(() => encodeSeed(new Uint8Array(15))),
    "bad-encoding",
  );
});

test("a code is read as people type it", () => {
  for (const text of codes.typed.as) assert.equal(toHex(decodeSeed(text)), codes.typed.seed, text);
});

test("a code with any slip is refused", () => {
  assert.ok(codes.refused.length > 30);
  for (const text of codes.refused) {
    assert.equal(
      codeOf(() => decodeSeed(text)),
      "bad-encoding",
      text,
    );
  }
});
