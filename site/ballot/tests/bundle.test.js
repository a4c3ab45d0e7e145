/** What browsers load stays small: of the voting page's 45 KB the core takes at most 35. */

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { bundle } from "../bundle.mjs";

const MOST = /** @type {Record<string, number>} */ ({
  vote: 35_000,
  audit: 40_000,
  "audit-worker": 30_000,
});

test("each bundle weighs no more than it may", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "bundle-"));
  try {
    const { weights, metafile } = await bundle(folder);
    for (const { name, gzip } of weights) {
      console.log(`# ${name}.js: ${gzip} bytes by gzip`);
      assert.ok(gzip <= MOST[name], `${name}: ${gzip}`);
    }
    const vote = Object.entries(metafile.outputs).find(([name]) => name.endsWith("vote.js"));
    const inputs = Object.keys(vote?.[1].inputs ?? {});
    assert.ok(inputs.length > 20);
    assert.ok(!inputs.some((name) => /audit|pabulib|recount/.test(name)));
  } finally {
    await rm(folder, { recursive: true });
  }
});
