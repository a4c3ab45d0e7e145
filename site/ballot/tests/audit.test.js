/** The audit's own machinery: workers, evidence, and what it says of a tree it is given. */

import assert from "node:assert/strict";
import { availableParallelism, loadavg } from "node:os";
import { test } from "node:test";
import { nodeHelper, nodePool } from "../audit/node.mjs";
import { InlinePool, WorkerPool } from "../audit/pool.js";
import { Question } from "../audit/question.js";
import { audit } from "../audit/run.js";
import { CHECKS } from "../audit/checks.js";
import { Findings } from "../audit/findings.js";
import { concat } from "../bytes.js";
import { verifyFile, readPublicKeyFile } from "../crypto/minisign.js";
import { BadEncoding, NotFound, Unavailable } from "../errors.js";
import { decodeElection } from "../model/election.js";
import { utf8 } from "../text.js";
import { codeOf, fromHex, vectors } from "./vectors.js";

const file = vectors("ballots.json");
const worked = vectors("worked-example.json");

// A rate is measured on this many ballots, after a first round that warms up.
const BALLOTS = 1024;
const RATE = 200;

/** Return a bundle's work of 256 good ballots, the file's own, and the keys to open them. */
function bundleOfBallots() {
  const number = 0;
  const { election: text, trustees } = file.elections[number];
  const election = decodeElection(utf8(text));
  const bodies = file.ballots
    .filter(
      (/** @type {any} */ b) => file.voters[b.voter].election === number && b.choices !== null,
    )
    .map((/** @type {any} */ b) => fromHex(b.body));
  const entries = Array.from({ length: 256 }, (_, at) => {
    const entry = concat(Uint8Array.of(2), bodies[at % bodies.length]);
    return concat(Uint8Array.of(entry.length >> 8, entry.length & 255), entry);
  });
  const pairs = election.trustees.map(({ key }, at) => ({ key, scalar: fromHex(trustees[at]) }));
  const tile = { level: null, index: 0, width: 256 };
  return {
    text,
    pairs,
    issuers: election.issuers.length,
    work: { tile, raw: concat(...entries), committed: null },
  };
}

test("two workers check at least 200 ballots a second", async () => {
  const { text, pairs, issuers, work } = bundleOfBallots();
  const given = [0, 0];
  const pool = new WorkerPool(
    given.map((_, at) => {
      const helper = nodeHelper();
      const post = (/** @type {import("../audit/pool.js").ToWorker} */ message) => {
        if ("work" in message) given[at]++;
        helper.post(message);
      };
      return { ...helper, post };
    }),
  );
  try {
    pool.begin(utf8(text), pairs);
    await Promise.all([pool.check(work), pool.check(work)]);
    assert.deepEqual(given, [1, 1]);
    const [began, cpu] = [performance.now(), process.cpuUsage()];
    const results = await Promise.all(
      Array.from({ length: BALLOTS / 256 }, () => pool.check(work)),
    );
    const seconds = (performance.now() - began) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    assert.ok(results.every(({ failures, ballots }) => !failures.length && ballots.length === 256));
    assert.ok(results.every(({ ballots }) => ballots.every((b) => Array.isArray(b.outcome))));
    // What two processors of its own would give, each as busy as its worker was: other work on this
    // machine is no fault of ours, but bundles that all go to one worker would be.
    const share = Math.max(...given) / (given[0] + given[1]);
    assert.equal(share, 1 / 2, `bundles per worker: ${given}`);
    const rate = BALLOTS / (((user + system) / 1e6) * share);
    const shape = `${issuers} credentials, 1 signature and ${pairs.length} seals each`;
    console.log(`# audit under Node, two workers: ${rate.toFixed(0)} ballots a second (${shape});`);
    console.log(
      `# ${(BALLOTS / seconds).toFixed(0)} a second by the clock, load ${loadavg()[0].toFixed(1)}`,
    );
    assert.ok(rate >= RATE, `${rate} ballots a second on ${availableParallelism()} processors`);
  } finally {
    pool.stop();
  }
});

test("workers and no worker come to the same, and work is shared out", async () => {
  const { text, pairs, work } = bundleOfBallots();
  const short = { ...work, tile: { ...work.tile, width: 3 } };
  const inline = new InlinePool();
  inline.begin(utf8(text), pairs);
  const pool = nodePool(2);
  try {
    pool.begin(utf8(text), pairs);
    assert.deepEqual(await pool.check(short), await inline.check(short));
  } finally {
    pool.stop();
  }
});

test("a worker that breaks fails what it was asked and no more", async () => {
  /** @type {((error: unknown) => void)[]} */
  const breaks = [];
  const helper = () => ({
    post: () => {},
    listen: (/** @type {any} */ _, /** @type {any} */ broke) => breaks.push(broke),
    stop: () => {},
  });
  const pool = new WorkerPool([helper(), helper()]);
  const work = bundleOfBallots().work;
  const [first, second] = [pool.check(work), pool.check(work)];
  breaks[0](new Error("out of memory"));
  await assert.rejects(first, /out of memory/);
  const undecided = Symbol("undecided");
  assert.equal(await Promise.race([second, Promise.resolve(undecided)]), undecided);
  const inline = new InlinePool();
  await assert.rejects(inline.check(work), /told no election/);
});

/** Return a reader of files in memory. @param {Record<string, Uint8Array>} files */
function reader(files) {
  return async (/** @type {string} */ path) => {
    if (!(path in files)) throw new NotFound(path);
    return files[path];
  };
}

const EDITION = "petiteville-2019";
const election = decodeElection(utf8(worked.manifest.election_json));

/** Return the files of the worked example but for its tiles and entries. */
function opened() {
  const folder = `elections/${EDITION}/`;
  return {
    folder,
    files: {
      [`${folder}election.json`]: utf8(worked.manifest.election_json),
      [`${folder}cards.json`]: utf8(worked.manifest.cards_json),
      "keys/log.vkey": utf8(`${election.log_key}\n`),
      "keys/tally.pub": utf8(worked.keys.tally_pub),
      [`${folder}log/checkpoint`]: utf8(worked.log.checkpoint),
      [`${folder}tally.json`]: utf8(worked.tally.tally_json),
      [`${folder}tally.json.minisig`]: utf8(worked.tally.minisig),
      [`${folder}result.pb`]: utf8(worked.tally.result_pb),
    },
  };
}

/** @param {Record<string, Uint8Array>} files @param {object} [brought] */
async function report(files, brought = {}) {
  const question = new Question({ read: reader(files), edition: EDITION, ...brought });
  const found = await audit(question, { pool: new InlinePool() });
  return Object.fromEntries(found.checks.map(({ id, status }) => [id, status]));
}

test("without its entries a log is not good, and nothing passes by being forgotten", async () => {
  const { files, folder } = opened();
  const found = await report(files);
  for (const id of [
    "cards",
    "keys",
    "checkpoint",
    "origin",
    "log-signature",
    "cosignatures",
    "tally-signature",
  ]) {
    assert.equal(found[id], "passed", id);
  }
  assert.deepEqual([found.bundles, found.tiles], ["failed", "failed"]);
  for (const id of ["order", "credentials", "tally", "result-file", "since", "promise"]) {
    assert.equal(found[id], "not-checked", id);
  }
  const nothing = await report({});
  assert.equal(nothing.manifest, "failed");
  assert.ok(
    Object.entries(nothing).every(([id, status]) => id === "manifest" || status === "not-checked"),
  );
  const without = Object.entries(files).filter(([name]) => name !== `${folder}log/checkpoint`);
  assert.equal((await report(Object.fromEntries(without))).checkpoint, "failed");
});

test("the log and tally keys brought along are held to the manifest's", async () => {
  const { files } = opened();
  const other = vectors("c2sp.json").notes[0].vkey;
  assert.equal((await report(files, { logKey: election.log_key })).keys, "passed");
  assert.equal((await report(files, { logKey: other })).keys, "failed");
});

test("evidence that cannot be used is no finding", async () => {
  const { files } = opened();
  const read = reader(files);
  const make = (/** @type {object} */ brought) => () =>
    new Question({ read, edition: EDITION, ...brought });
  assert.equal(codeOf(make({ logKey: "no key" })), "bad-evidence");
  assert.equal(codeOf(make({ tallyKey: "no key" })), "bad-evidence");
  for (const brought of [{ since: utf8("no note") }, { promise: utf8("{}") }]) {
    await assert.rejects(report(files, brought), { code: "bad-evidence" });
  }
});

test("a server that does not answer is no finding either", async () => {
  const { files } = opened();
  for (const silent of [
    "cards.json",
    "log/checkpoint",
    "tally.json",
    "keys/log.vkey",
    "log/tile",
  ]) {
    const read = async (/** @type {string} */ path) => {
      if (path.includes(silent)) throw new Unavailable();
      return reader(files)(path);
    };
    const question = new Question({ read, edition: EDITION });
    await assert.rejects(
      audit(question, { pool: new InlinePool() }),
      { code: "unavailable" },
      silent,
    );
  }
});

test("a checkpoint may claim any size: the audit ends all the same", async () => {
  const { files, folder } = opened();
  const note = worked.log.checkpoint.replace("\n11\n", "\n9223372036854775807\n");
  const found = await report({ ...files, [`${folder}log/checkpoint`]: utf8(note) });
  assert.deepEqual(
    [found.checkpoint, found["log-signature"], found.tiles],
    ["passed", "failed", "failed"],
  );
});

test("findings: a failure outweighs all else, and of many the first ten are kept, cut short", () => {
  const findings = new Findings();
  findings.made("order", "close");
  findings.skip(["order"], "first reason");
  findings.skip(["order"], "second reason");
  for (let number = 0; number < 12; number++)
    findings.fail("paper", `${number}${"x".repeat(400)}\nmore`);
  findings.fail("order", "wrong");
  findings.skipRest("the end");
  const results = Object.fromEntries(findings.report().checks.map((check) => [check.id, check]));
  assert.deepEqual(Object.keys(results), Object.keys(CHECKS));
  assert.deepEqual(results.order.details, ["wrong"]);
  assert.equal(results.close.status, "passed");
  assert.deepEqual(results.tally.details, ["the end"]);
  assert.equal(results.paper.details.length, 11);
  assert.equal(results.paper.details[10], "and 2 more");
  assert.equal(results.paper.details[0], `0${"x".repeat(299)} …`);
});

test("errors that nobody foresaw are not turned into findings", async () => {
  const findings = new Findings();
  const crash = () => {
    throw new TypeError("a mistake of ours");
  };
  await assert.rejects(findings.attempt("order", crash), TypeError);
  const refuse = () => {
    throw new BadEncoding("thing", "why");
  };
  assert.equal(await findings.attempt("order", refuse, "what"), null);
  assert.ok(findings.hasFailed("order"));
});

test("the worked example's tally is signed in minisign's form, and any other form is refused", () => {
  const [raw, signature] = [utf8(worked.tally.tally_json), worked.tally.minisig];
  const comment = verifyFile(election.tally_key, raw, utf8(signature));
  assert.match(comment, /^tally of petiteville-2019/);
  assert.equal(readPublicKeyFile(utf8(worked.keys.tally_pub)), election.tally_key);
  const lines = signature.split("\n");
  const spoilt = (/** @type {number} */ at, /** @type {string} */ line) =>
    utf8(lines.with(at, line).join("\n"));
  const changed = (/** @type {string} */ line, /** @type {number} */ at) =>
    line.slice(0, at) + (line[at] === "A" ? "B" : "A") + line.slice(at + 1);
  const unverified = [
    spoilt(1, changed(lines[1], 1)), // algorithm
    spoilt(1, changed(lines[1], 6)), // key id
    spoilt(1, changed(lines[1], 40)), // signature
    spoilt(2, `${lines[2]}.`),
    spoilt(3, changed(lines[3], 40)),
  ];
  for (const other of unverified) {
    assert.equal(
      codeOf(() => verifyFile(election.tally_key, raw, other)),
      "note-unverified",
    );
  }
  assert.equal(
    codeOf(() => verifyFile(election.tally_key, raw.subarray(1), utf8(signature))),
    "note-unverified",
  );
  const malformed = [
    utf8(`${signature}\n`),
    utf8(signature.trimEnd()),
    spoilt(0, "comment"),
    spoilt(2, "comment"),
    spoilt(1, lines[3]),
    spoilt(3, lines[1]),
    Uint8Array.of(0xff),
  ];
  for (const other of malformed) {
    assert.equal(
      codeOf(() => verifyFile(election.tally_key, raw, other)),
      "bad-encoding",
    );
  }
});
