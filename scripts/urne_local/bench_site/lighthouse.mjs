/**
 * Lighthouse on several addresses, one after the other, in one Chromium: `lighthouse.py` runs it.
 *
 *     node lighthouse.mjs '{"chromium": {…}, "without": [features], "settings": {…}}' ADDRESS…
 *
 * Prints a line of JSON for each address: Lighthouse's own result, which says itself if the run
 * failed, or `{"runtimeError": {"code", "message"}}` where there is none. Between two addresses
 * Lighthouse itself empties the browser's cache and storage.
 */

import { once } from "node:events";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import lighthouse from "lighthouse";

// Lighthouse's own package for it, which is ours only through Lighthouse.
const beside = createRequire(import.meta.resolve("lighthouse"));
const { Launcher, launch } = await import(pathToFileURL(beside.resolve("chrome-launcher")).href);

const [told, ...addresses] = process.argv.slice(2);
const { chromium, without, settings } = JSON.parse(told);

// Of two lists of features Chromium takes the last: ours goes on with the package's own.
const flags = Launcher.defaultFlags().map((/** @type {string} */ flag) =>
  flag.startsWith("--disable-features=") ? [flag, ...without].join() : flag,
);

/** @param {string} address @param {number} port */
async function look(address, port) {
  try {
    const found = await lighthouse(address, { ...settings, port, logLevel: "error" });
    return found.lhr;
  } catch (error) {
    return { runtimeError: { code: String(error.code ?? error.name), message: error.message } };
  }
}

const browser = await launch({
  ...chromium,
  chromeFlags: [...flags, ...chromium.chromeFlags],
  ignoreDefaultFlags: true,
});
for (const address of addresses) {
  const line = `${JSON.stringify(await look(address, browser.port))}\n`;
  await new Promise((written) => process.stdout.write(line, written));
}
const ended = once(browser.process, "close");
browser.kill();
await ended;
process.exit();  // Lighthouse leaves clocks running, five seconds long
