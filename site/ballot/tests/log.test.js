/** Trees, tiles, notes, checkpoints, policies and proofs are those of RFC 6962 and of C2SP. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { toBase64 } from "../canonical.js";
import { concat } from "../bytes.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { SigningKey } from "../crypto/ed25519.js";
import { cosignedAt, parseCheckpoint, verifyCheckpoint } from "../log/checkpoint.js";
import * as merkle from "../log/merkle.js";
import { nodeReader } from "../log/nodes.js";
import { decodeNote, parseVkey, verifyNote } from "../log/note.js";
import { cosigners, isMet, parsePolicy } from "../log/policy.js";
import { decodeProof, encodeProof, verifyProof } from "../log/proof.js";
import { bundlesOf, decodeBundle, decodeTile, tilePath, tilesOf } from "../log/tiles.js";
import { utf8 } from "../text.js";
import { codeOf, drawn, fromHex, toHex, vectors } from "./vectors.js";

const figures = vectors("rfc6962.json");
const c2sp = vectors("c2sp.json");
const worked = vectors("worked-example.json");

const leaves = Array.from({ length: 600 }, (_, at) => merkle.leafHash(drawn(`leaf ${at}`, 5)));
const treeReader = (/** @type {number} */ size) =>
  async function (/** @type {number} */ level, /** @type {number} */ index) {
    const [first, count] = [index * 2 ** level, 2 ** level];
    assert.ok(first + count <= size, "only complete subtrees are asked for");
    return merkle.rootOf(leaves.slice(first, first + count));
  };

test("roots are the reference figures of Certificate Transparency", () => {
  const hashes = figures.inputs.map((/** @type {string} */ raw) => merkle.leafHash(fromHex(raw)));
  figures.roots.forEach((/** @type {string} */ root, /** @type {number} */ size) => {
    assert.equal(toHex(merkle.rootOf(hashes.slice(0, size))), root);
  });
});

test("proofs are the reference figures too", async () => {
  const hashes = figures.inputs.map((/** @type {string} */ raw) => merkle.leafHash(fromHex(raw)));
  const roots = figures.roots.map(fromHex);
  for (const { index, size, proof } of figures.inclusion) {
    merkle.verifyInclusion(hashes[index], index, size, proof.map(fromHex), roots[size]);
  }
  for (const { old_size, size, proof } of figures.consistency) {
    const [older, newer] = [
      { size: old_size, root: roots[old_size] },
      { size, root: roots[size] },
    ];
    merkle.verifyConsistency(older, newer, proof.map(fromHex));
  }
});

test("every inclusion proof to size 40 holds, and with a hash changed, more or less does not", async () => {
  for (let size = 1; size <= 40; size++) {
    const root = merkle.rootOf(leaves.slice(0, size));
    for (let index = 0; index < size; index++) {
      const proof = await merkle.inclusionProof(index, size, treeReader(size));
      const verify = (/** @type {Uint8Array[]} */ hashes, at = index, leaf = leaves[index]) =>
        codeOf(() => merkle.verifyInclusion(leaf, at, size, hashes, root));
      assert.equal(verify(proof), null, `${index} of ${size}`);
      const bad = [...proof.map((_, at) => proof.with(at, leaves[599])), [...proof, leaves[599]]];
      if (proof.length) bad.push(proof.slice(1), proof.slice(0, -1));
      for (const hashes of bad) assert.equal(verify(hashes), "proof-invalid");
      assert.equal(verify(proof, index, leaves[599]), "proof-invalid");
      assert.equal(verify(proof, size), "proof-invalid");
      if (size > 1) assert.equal(verify(proof, (index + 1) % size), "proof-invalid");
    }
  }
});

/**
 * Return the proof that a tree begins with an older one, straight from RFC 6962 section 2.1.2.
 *
 * @param {number} m
 * @param {Uint8Array[]} d
 * @param {boolean} whole
 * @returns {Uint8Array[]}
 */
function consistency(m, d, whole = true) {
  if (m === d.length) return whole ? [] : [merkle.rootOf(d)];
  let k = 1;
  while (2 * k < d.length) k *= 2;
  if (m <= k) return [...consistency(m, d.slice(0, k), whole), merkle.rootOf(d.slice(k))];
  return [...consistency(m - k, d.slice(k), false), merkle.rootOf(d.slice(0, k))];
}

test("every consistency proof to size 20 holds, and for another root does not", () => {
  for (let size = 1; size <= 20; size++) {
    for (let old = 0; old <= size; old++) {
      const proof = old ? consistency(old, leaves.slice(0, size)) : [];
      const older = { size: old, root: merkle.rootOf(leaves.slice(0, old)) };
      const newer = { size, root: merkle.rootOf(leaves.slice(0, size)) };
      merkle.verifyConsistency(older, newer, proof);
      const spoilt = [
        [{ ...older, root: leaves[599] }, newer, proof],
        [older, newer, [...proof, leaves[599]]],
        ...(proof.length ? [[older, newer, proof.slice(1)]] : []),
        ...(old ? [[older, { ...newer, root: leaves[599] }, proof]] : []),
        [{ ...older, size: size + 1 }, newer, proof],
      ];
      for (const [a, b, hashes] of /** @type {any[]} */ (spoilt)) {
        const code = codeOf(() => merkle.verifyConsistency(a, b, hashes));
        assert.equal(code, "proof-invalid", `${old} of ${size}`);
      }
    }
  }
});

test("nothing is proven of a log too long for numbers to be exact", () => {
  const size = 2 ** 53 + 2;
  const code = codeOf(() => merkle.verifyInclusion(leaves[0], 0, size, [], leaves[0]));
  assert.equal(code, "proof-invalid");
});

test("paths of tiles are C2SP's", () => {
  for (const { path, level, index, width } of c2sp.tile_paths) {
    assert.equal(tilePath({ level, index, width }), path);
  }
});

test("a tree's tiles hold every hash once, and no tile is empty", () => {
  for (const size of [0, 1, 255, 256, 257, 511, 512, 65535, 65536, 65537, 70000]) {
    const tiles = [...tilesOf(size)];
    const counted = tiles.filter(({ level }) => level === 0);
    assert.equal(
      counted.reduce((sum, { width }) => sum + width, 0),
      size,
    );
    assert.ok(tiles.every(({ width }) => width >= 1 && width <= 256));
    const above = tiles.filter(({ level }) => level === 1);
    assert.equal(
      above.reduce((sum, { width }) => sum + width, 0),
      Math.floor(size / 256),
    );
    assert.equal(
      [...bundlesOf(size)].reduce((sum, { width }) => sum + width, 0),
      size,
    );
  }
});

test("a tile is of its width, and a bundle ends where its last entry does", () => {
  assert.equal(decodeTile(new Uint8Array(64), 2).length, 2);
  for (const length of [0, 63, 65, 96]) {
    assert.equal(
      codeOf(() => decodeTile(new Uint8Array(length), 2)),
      "bad-encoding",
    );
  }
  const bundle = Uint8Array.of(0, 2, 7, 8, 0, 0, 0, 1, 9);
  assert.deepEqual(decodeBundle(bundle, 3).map(toHex), ["0708", "", "09"]);
  for (const [raw, width] of /** @type {[Uint8Array, number][]} */ ([
    [bundle, 2],
    [bundle, 4],
    [bundle.subarray(0, 8), 3],
    [bundle.subarray(0, 5), 2],
    [concat(bundle, Uint8Array.of(0)), 3],
  ])) {
    assert.equal(
      codeOf(() => decodeBundle(raw, width)),
      "bad-encoding",
    );
  }
});

test("proofs are made from published tiles", async () => {
  const size = 600;
  const files = new Map();
  /** @type {Uint8Array[]} */
  let row = leaves;
  for (const tile of tilesOf(size)) {
    if (tile.level === 1 && tile.index === 0)
      row = [0, 256].map((at) => merkle.rootOf(leaves.slice(at, at + 256)));
    files.set(
      tilePath(tile),
      concat(...row.slice(tile.index * 256, tile.index * 256 + tile.width)),
    );
  }
  const node = nodeReader(size, async (path) => files.get(path));
  const root = merkle.rootOf(leaves);
  for (const index of [0, 255, 256, 511, 512, 599]) {
    const proof = await merkle.inclusionProof(index, size, node);
    merkle.verifyInclusion(leaves[index], index, size, proof, root);
  }
  await assert.rejects(node(8, 2), { code: "log-corrupt" });
  await assert.rejects(node(9, 1), { code: "log-corrupt" });
});

test("notes and keys of the specifications verify, and with a letter changed do not", () => {
  for (const { vkey, note, of } of c2sp.notes) {
    verifyNote(decodeNote(utf8(note)), parseVkey(vkey));
    const spoilt = decodeNote(utf8(`X${note}`));
    assert.equal(
      codeOf(() => verifyNote(spoilt, parseVkey(vkey))),
      "note-unverified",
      of,
    );
  }
  for (const vkey of c2sp.bad_vkeys)
    assert.equal(
      codeOf(() => parseVkey(vkey)),
      "bad-encoding",
      vkey,
    );
  for (const note of c2sp.bad_notes) {
    assert.equal(
      codeOf(() => decodeNote(utf8(note))),
      "bad-encoding",
      JSON.stringify(note),
    );
  }
  const long = `text\n\n${"\u2014 name AAAAAAA=\n".repeat(101)}`;
  assert.equal(
    codeOf(() => decodeNote(utf8(long))),
    "bad-encoding",
  );
});

test("of two signatures under one key both must be good", () => {
  const [{ vkey, note }] = c2sp.notes;
  const [, name, encoded] = note.trimEnd().split("\n").pop().split(" ");
  const bad = `\u2014 ${name} ${encoded.slice(0, 20)}AAAA${encoded.slice(24)}\n`;
  const two = decodeNote(utf8(note + bad));
  assert.equal(
    codeOf(() => verifyNote(two, parseVkey(vkey))),
    "note-unverified",
  );
});

const election = JSON.parse(worked.manifest.election_json);
const logKey = parseVkey(election.log_key);
const checkpointFile = utf8(worked.log.checkpoint);

test("the worked example's checkpoint is signed and cosigned, by its keys alone", () => {
  const checkpoint = verifyCheckpoint(checkpointFile, logKey);
  assert.equal(toHex(checkpoint.root), worked.log.root);
  const note = decodeNote(checkpointFile);
  const policy = parsePolicy(election.witness_policy);
  assert.ok(isMet(policy, note));
  assert.deepEqual(cosigners(policy, note), [{ name: "neighbour", at: 1_561_000_000 }]);
  assert.equal(cosignedAt(note, logKey), null);
  assert.ok(!isMet(policy, { ...note, signatures: note.signatures.slice(0, 1) }));
  assert.ok(!isMet(policy, { ...note, text: note.text.replace("11", "12") }));
  const other = parseVkey(c2sp.notes[0].vkey);
  assert.equal(
    codeOf(() => verifyCheckpoint(checkpointFile, other)),
    "note-unverified",
  );
});

test("a checkpoint is three lines", () => {
  const { text } = decodeNote(checkpointFile);
  assert.equal(parseCheckpoint(text).size, 11);
  const bad = [
    `${text}more\n`,
    text.slice(0, -1),
    text.replace("11", "011"),
    `\n${text.split("\n").slice(1).join("\n")}`,
  ];
  for (const other of bad)
    assert.equal(
      codeOf(() => parseCheckpoint(other)),
      "bad-encoding",
      other,
    );
  const huge = text.replace("11", "9223372036854775807");
  assert.equal(parseCheckpoint(huge).size, 2 ** 63);
  assert.equal(
    codeOf(() => parseCheckpoint(text.replace("11", "9223372036854775808"))),
    "bad-encoding",
  );
});

test("the worked example's proof leads its entry to the checkpoint", () => {
  const raw = utf8(worked.log.proof);
  const proof = decodeProof(raw);
  assert.deepEqual(encodeProof(proof), raw);
  const lines = worked.log.entries.trim().split("\n");
  const leaf = fromHex(lines[proof.index].trim().split(/\s+/).pop());
  assert.equal(verifyProof(proof, leaf, logKey).size, 11);
  assert.equal(
    codeOf(() => verifyProof(proof, leaves[0], logKey)),
    "proof-invalid",
  );
  const extra = { ...proof, extra: drawn("extra", 9) };
  assert.deepEqual(decodeProof(encodeProof(extra)), extra);
});

test("a proof in any other form is refused", () => {
  const text = worked.log.proof;
  const hash = `${toBase64(leaves[0])}\n`;
  const bad = [
    "",
    text.replace("@v1", "@v2"),
    text.replace("index 2", "index 02"),
    text.replace("index 2", "index  2"),
    text.replace("index 2\n", ""),
    text.replace("index 2", "index 9007199254740993"),
    text.replace("index 2", "extra\nindex 2"),
    text.replace("\n\n", "\n"),
    text.replace("index 2\n", `index 2\n${hash.repeat(64)}`),
    text.replace("index 2\n", "index 2\nAAAA\n"),
    text.replace("index", "ind\u00e9x"),
  ];
  for (const other of bad)
    assert.equal(
      codeOf(() => decodeProof(utf8(other))),
      "bad-encoding",
      other,
    );
});

const NAMES = ["X1", "X2", "X3", "Y1", "Y2", "Y3"];
const vkeys = Object.fromEntries(NAMES.map((name) => [name, vkeyOf(`${name}.example`, 4, name)]));

/** @param {string} name @param {number} type @param {string} seed */
function vkeyOf(name, type, seed) {
  const raw = concat(Uint8Array.of(type), new SigningKey(drawn(seed, 32)).public);
  const id = sha256(concat(utf8(`${name}\n`), raw)).subarray(0, 4);
  return `${name}+${toHex(id)}+${toBase64(raw)}`;
}

/** @param {string[]} names */
function cosignedBy(names) {
  const text = `log.example\n3\n${toBase64(leaves[0])}\n`;
  const signatures = names.map((name) => {
    const key = parseVkey(vkeys[name]);
    const time = 1_561_000_000;
    const signed = new SigningKey(drawn(name, 32)).sign(
      utf8(`cosignature/v1\ntime ${time}\n${text}`),
    );
    const stamp = new Uint8Array(8);
    new DataView(stamp.buffer).setBigUint64(0, BigInt(time));
    return { name: key.name, keyId: key.id, signature: concat(stamp, signed) };
  });
  return { text, signatures };
}

const EXAMPLE = [
  ...NAMES.slice(0, 3).map((name) => `witness ${name} ${vkeys[name]}`),
  "group X-witnesses 2 X1 X2 X3",
  "# a remark",
  ...NAMES.slice(3).map((name) => `witness\t${name}  ${vkeys[name]} https://${name}.example/`),
  "group Y-witnesses any Y1 Y2 Y3",
  "",
  "group X-and-Y all X-witnesses Y-witnesses",
  "quorum X-and-Y",
].join("\n");

test("the specification's policy asks for two of X and one of Y, in all 64 cases", () => {
  const policy = parsePolicy(`log ${vkeyOf("log.example", 1, "log")}\n${EXAMPLE}`);
  for (let mask = 0; mask < 64; mask++) {
    const names = NAMES.filter((_, at) => mask & (1 << at));
    const enough = names.filter((n) => n[0] === "X").length >= 2 && names.some((n) => n[0] === "Y");
    assert.equal(isMet(policy, cosignedBy(names)), enough, names.join());
  }
  assert.ok(isMet(parsePolicy("quorum none"), cosignedBy([])));
});

test("each rule of a policy that is broken is refused", () => {
  const [x1, x2] = ["X1", "X2"].map((name) => `witness ${name} ${vkeys[name]}\n`);
  const log = `log ${vkeyOf("log.example", 1, "log")}\n`;
  const bad = [
    "",
    x1,
    `${x1}quorum X2`,
    `quorum X1\n${x1}`,
    `${x1}quorum X1\nquorum X1`,
    `${x1}${x1}quorum X1`,
    `${x1}witness X1 ${vkeys.X2}\nquorum X1`,
    `${x1}witness other ${vkeys.X1}\nquorum X1`,
    `witness none ${vkeys.X1}\nquorum none`,
    `witness X1 ${vkeyOf("X1.example", 1, "X1")}\nquorum X1`,
    `log ${vkeys.X1}\nquorum none`,
    `${log}${log}quorum none`,
    `${x1}group G 2 X1\nquorum G`,
    `${x1}group G 0 X1\nquorum G`,
    `${x1}group G 01 X1\nquorum G`,
    `${x1}group G some X1\nquorum G`,
    `${x1}group G 1 X1 X1\nquorum G`,
    `${x1}group G 1 X2\nquorum G`,
    `${x1}group G 1\nquorum G`,
    `${x1}group X1 1 X1\nquorum X1`,
    `${x1}${x2}group G 1 X1\ngroup H 1 X1 X2\nquorum H`,
    `${x1}quorum\u00a0X1`,
    `${x1}quorum X1\u00a0`,
    `${x1}quorum X1\r\n`,
    `${x1}quorum X1 X1`,
    `${x1}quorum X1\nwhat is this`,
    `witness X1 ${vkeys.X1} url more\nquorum X1`,
    `witness X1 ${vkeys.X1}x\nquorum X1`,
  ];
  for (const text of bad)
    assert.equal(
      codeOf(() => parsePolicy(text)),
      "bad-encoding",
      text,
    );
});
