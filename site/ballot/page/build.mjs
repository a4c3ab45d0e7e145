/**
 * Builds the voting origin's pages for one election: static HTML in three languages, a style
 * and the scripts, workers too, each named by its hash and pinned in the page that loads it (SRI).
 *
 *     node site/ballot/page/build.mjs --election FILE --site URL --out DIR [--demonstration]
 *
 * The pages are made for one frozen `election.json`: its `election_id` stands in them, and they
 * refuse any other. The last line printed tells how many bytes of scripts the voting page loads.
 */

import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import { decodeElection } from "../model/election.js";
import { factsOf, hasPaper, wordsFor } from "./facts.mjs";
import { fill, flatten } from "./template.mjs";

const HERE = import.meta.dirname;
const THEME = path.join(HERE, "..", "..", "theme");
const TARGET = ["es2022", "chrome108", "firefox115", "safari16.4"];
// Without script these lead nowhere.
const NO_SCRIPT_STYLE = "main form,main button{display:none!important}";
const [NARROW, FIXED] = ["\u202f", "\u00a0"];
const LANGUAGES = ["fr", "nl", "en"];
const PAGES = {
  vote: { folder: "", script: "vote" },
  check: { folder: "check/", script: "check" },
  "check-ballot": { folder: "check-ballot/", script: "check-ballot" },
  audit: { folder: "audit/", script: "audit" },
};

// The parts of the site's style sheet that these pages use, by the comments they begin with.
const SHARED = [
  "The look of the site",
  "Frame",
  "Bands and headings",
  "Buttons, chips, notes",
  "Home",
  "Cards",
  "Logo",
];

/** @typedef {{ url: string, integrity: string, gzip: number }} Asset */

/**
 * @param {string} file
 * @param {string} site
 * @param {string} out
 * @param {boolean} isDemonstration
 */
async function build(file, site, out, isDemonstration) {
  const raw = await readFile(file);
  const election = decodeElection(raw);
  const made = `${out}.new`;
  await rm(made, { recursive: true, force: true });
  await mkdir(path.join(made, "assets"), { recursive: true });
  const scripts = await bundle(made);
  const style = await styleSheet(made);
  const noScript = await asset(made, "no-script", "css", Buffer.from(NO_SCRIPT_STYLE));
  for (const language of LANGUAGES) {
    const words = wordsFor(election, await wordsOf(language));
    const facts = factsOf(election, words);
    for (const [name, page] of Object.entries(PAGES)) {
      const asset = scripts[page.script];
      const place = (language === "fr" ? "" : `${language}/`) + page.folder;
      const told = { site, isDemonstration, language, languages: LANGUAGES, folder: page.folder };
      const assets = { asset, style, noScript, scripts };
      const more = { ...assets, hasPaper: hasPaper(election) };
      const html = await pageOf(name, words, facts, { ...told, ...more });
      await mkdir(path.join(made, place), { recursive: true });
      await writeFile(path.join(made, place, "index.html"), html);
    }
  }
  await rm(out, { recursive: true, force: true });
  await rename(made, out);
  console.log(`scripts on the voting page: ${scripts.vote.gzip} bytes gzip`);
}

/**
 * Return a language's words; in French, what stands before `:;?!»` or after `«` stays with it.
 *
 * @param {string} language
 */
async function wordsOf(language) {
  const text = await readFile(path.join(HERE, "words", `${language}.json`), "utf8");
  return JSON.parse(
    language === "fr"
      ? text.replace(/ (?=[;?!])/g, NARROW).replace(/ (?=[:»])|(?<=«) /g, FIXED)
      : text,
  );
}

/**
 * Return each page's script, by the name of its source; the audit's worker too.
 *
 * @param {string} made
 * @returns {Promise<{ [name: string]: Asset }>}
 */
async function bundle(made) {
  const sources = (await readdir(HERE)).filter((name) => name.endsWith("-page.js"));
  /** @type {{ [name: string]: Asset }} */
  const assets = {};
  for (const source of [...sources, "audit-worker.js", "../audit/worker.js"]) {
    const result = await esbuild.build({
      entryPoints: [path.join(HERE, source)],
      bundle: true,
      minify: true,
      format: "esm",
      target: TARGET,
      legalComments: "none",
      write: false,
    });
    const name = path.basename(source).replace(/(-page)?\.js$/, "");
    assets[name] = await asset(made, name, "js", result.outputFiles[0].contents);
  }
  return assets;
}

/**
 * Return the parts of the site's style sheet that these pages use, and ours after them, as one.
 *
 * @param {string} made
 */
async function styleSheet(made) {
  const site = partsOf(await readFile(path.join(THEME, "assets", "urne.css"), "utf8"));
  const own = await readFile(path.join(HERE, "ballot.css"), "utf8");
  const favicon = await readFile(path.join(THEME, "assets", "favicon.svg"));
  await writeFile(path.join(made, "assets", "favicon.svg"), favicon);
  const { code } = await esbuild.transform(`${site}\n${own}`, {
    loader: "css",
    minify: true,
    target: TARGET,
  });
  return asset(made, "ballot", "css", Buffer.from(code));
}

/**
 * Return those parts of a style sheet that are in SHARED; each begins with its name, as a comment.
 *
 * @param {string} sheet
 */
function partsOf(sheet) {
  const [, ...pieces] = sheet.split(/^\/\* (.+) \*\/$/m);
  const parts = new Map(
    pieces.flatMap((name, at) => (at % 2 ? [] : [[name.split(":")[0], pieces[at + 1]]])),
  );
  for (const name of SHARED)
    if (!parts.has(name)) throw new Error(`The site's style sheet has no part called ${name}.`);
  return [...parts].map(([name, part]) => (SHARED.includes(name) ? part : "")).join("");
}

/**
 * Write a file under a name that holds its hash, and return how to load it.
 *
 * @param {string} made
 * @param {string} name
 * @param {string} ending
 * @param {Uint8Array} content
 * @returns {Promise<Asset>}
 */
async function asset(made, name, ending, content) {
  const hash = createHash("sha384").update(content).digest();
  const file = `${name}-${hash.toString("hex").slice(0, 12)}.${ending}`;
  await writeFile(path.join(made, "assets", file), content);
  return {
    url: `/assets/${file}`,
    integrity: `sha384-${hash.toString("base64")}`,
    gzip: gzipSync(content, { level: 9 }).length,
  };
}

/**
 * Return a page's HTML.
 *
 * @param {string} name
 * @param {any} words
 * @param {{ [name: string]: string }} facts
 * @param {any} told
 */
async function pageOf(name, words, facts, told) {
  const read = (/** @type {string} */ file) => readFile(path.join(HERE, "templates", file), "utf8");
  const drawing = (/** @type {string} */ file) =>
    readFile(path.join(THEME, "drawings", file), "utf8");
  const home = told.language === "fr" ? "/" : `/${told.language}/`;
  const site = told.site + (told.language === "fr" ? "" : `${told.language}/`);
  const key = name.replace("-", "_");
  const values = {
    ...flatten(words),
    ...facts,
    ...withoutScript(key, words.no_script, site, told.hasPaper),
    site,
    home,
    title: words.page[key],
    script_url: told.asset.url,
    script_integrity: told.asset.integrity,
    style_url: told.style.url,
    style_integrity: told.style.integrity,
    no_script_style_url: told.noScript.url,
    no_script_style_integrity: told.noScript.integrity,
    page: name,
  };
  const parts = {
    logo: await drawing("logo.svg"),
    ballot_box: await drawing("ballot-box.svg"),
    languages: told.languages
      .map((/** @type {string} */ code) => languageLink(code, told))
      .join("\n"),
    demonstration: told.isDemonstration ? fill(await read("demonstration.html"), values, {}) : "",
    script_words: scriptWords(name, words, facts),
    workers: name === "audit" ? workerData(told.scripts) : "",
    no_script: fill(await read("no-script.html"), values, {
      paper: name === "vote" && told.hasPaper ? fill(PAPER_TOO, values, {}) : "",
    }),
  };
  const main = fill(await read(`${name}.html`), values, parts);
  return fill(await read("layout.html"), values, { ...parts, main });
}

/**
 * Return the attributes that tell the audit's page where its two workers are, and what they are.
 *
 * @param {{ [name: string]: Asset }} scripts
 */
function workerData(scripts) {
  const workers = { worker: scripts["audit-worker"], "bundle-worker": scripts.worker };
  return Object.entries(workers)
    .map(([name, { url, integrity }]) => `data-${name}="${url}" data-${name}-is="${integrity}"`)
    .join(" ");
}

const PAPER_TOO = "<p>{{ no_script.paper }}</p>";

/**
 * Return what a page without script says, and where it leads: to paper, or to another way to check.
 *
 * @param {string} page
 * @param {any} words
 * @param {string} site
 * @param {boolean} hasPaper
 */
function withoutScript(page, words, site, hasPaper) {
  const [title, text] = words[page];
  const isVote = page === "vote";
  return {
    no_script_title: title,
    no_script_text: text,
    no_script_url: `${site}${!isVote ? "how-to-check/" : hasPaper ? "how-to-vote/#paper" : "how-to-vote/"}`,
    no_script_more: !isVote ? words.otherwise : hasPaper ? words.where : words.how,
  };
}

const NAMES = /** @type {{ [code: string]: string }} */ ({
  fr: "Français",
  nl: "Nederlands",
  en: "English",
});

/** @param {string} code @param {{ language: string, folder: string }} told */
function languageLink(code, told) {
  const current = code === told.language ? ' aria-current="true"' : "";
  const shown = `<span class="sr">${NAMES[code]}</span><span aria-hidden="true">${code}</span>`;
  const address = addressOf(code, told.folder);
  return `<li><a href="${address}" hreflang="${code}" lang="${code}"${current}>${shown}</a></li>`;
}

/** @param {string} code @param {string} folder */
function addressOf(code, folder) {
  return `/${code === "fr" ? "" : `${code}/`}${folder}`;
}

/**
 * Return the words that a page's script shows, as items of a template that nobody sees.
 *
 * @param {string} page
 * @param {any} words
 * @param {{ [name: string]: string }} facts
 */
function scriptWords(page, words, facts) {
  const wanted = { vote: ["script", "errors", "stop", "notes"] };
  const own = /** @type {any} */ (wanted)[page] ?? ["script", page.replace("-", "_"), "errors"];
  const chosen = Object.fromEntries(own.map((/** @type {string} */ name) => [name, words[name]]));
  return Object.entries(flatten(chosen))
    .map(([name, text]) => fill(`<li data-word="${name}">{{ text }}</li>`, { text, ...facts }, {}))
    .join("\n");
}

const { values: told } = parseArgs({
  options: {
    election: { type: "string" },
    site: { type: "string" },
    out: { type: "string", default: ".build/ballot" },
    demonstration: { type: "boolean", default: false },
  },
});
if (!told.election || !told.site) {
  console.error("Say which election and which site: --election election.json --site URL");
  process.exit(2);
}
await build(told.election, told.site, path.resolve(told.out), told.demonstration);
