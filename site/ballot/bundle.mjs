/**
 * Bundles the core as browsers take it, and tells what it weighs.
 *
 *     node site/ballot/bundle.mjs [DIR]      DIR is .build/ballot-core if it is not named
 *
 *     vote.js           voting, the receipt and its proof, without the audit
 *     audit.js          the audit beside a page
 *     audit-worker.js   the audit's worker
 */

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const ENTRIES = {
  vote: new URL("./vote.js", import.meta.url),
  audit: new URL("./audit/browser.js", import.meta.url),
  "audit-worker": new URL("./audit/worker.js", import.meta.url),
};

/**
 * Return the weight of each bundle in bytes, plain and by gzip, once they are written.
 *
 * @param {string} outdir
 */
export async function bundle(outdir) {
  const built = await esbuild.build({
    entryPoints: Object.entries(ENTRIES).map(([out, url]) => ({ in: fileURLToPath(url), out })),
    outdir,
    bundle: true,
    minify: true,
    format: "esm",
    target: ["es2022"],
    legalComments: "none",
    metafile: true,
    write: true,
  });
  const weights = Object.keys(ENTRIES).map(async (name) => {
    const raw = await readFile(`${outdir}/${name}.js`);
    return { name, bytes: raw.length, gzip: gzipSync(raw, { level: 9 }).length };
  });
  return { weights: await Promise.all(weights), metafile: built.metafile };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { weights } = await bundle(process.argv[2] ?? ".build/ballot-core");
  for (const { name, bytes, gzip } of weights) {
    console.log(`${name.padEnd(14)} ${bytes} bytes, ${gzip} by gzip`);
  }
}
