/**
 * Lighthouse on each step of a vote, as a telephone shows it; each look is printed as a line of
 * JSON: step, mode, points by category, what cost points, and times.
 *
 *     node scripts/urne_local/bench_site/steps.mjs --origin URL --home /nl/ --voter voter-000123 \
 *         --chromium PATH [--last choose] [--timed]
 *
 * A step is looked at as it stands (`snapshot`), with every fold open. With `--timed` what leads
 * to it is measured before (`timespan`), on the network and the processor of a slow telephone.
 * `--last` names a step after which to stop.
 */

import { parseArgs } from "node:util";
import { snapshot, startTimespan } from "lighthouse";
import { pageFunctions } from "lighthouse/core/lib/page-functions.js";
import puppeteer from "puppeteer-core";

const ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
// Lighthouse's own telephone, so that nothing moves when it looks.
const TELEPHONE = {
  width: 412,
  height: 823,
  deviceScaleFactor: 1.75,
  isMobile: true,
  hasTouch: true,
};
const CHOICES = ["012", "019", "034"];
const TIMES = {
  blocking_ms: "total-blocking-time",
  interaction_ms: "interaction-to-next-paint",
  shift: "cumulative-layout-shift",
};
// Where an audit broke off, as on a machine too busy to answer, the step is looked at again.
const TRIES = 3;

// Lighthouse tries for a second at every look how quick this machine is. No mark depends on it.
pageFunctions.computeBenchmarkIndex = function computeBenchmarkIndex() {
  return 1000;
};

/** The last step that was asked for has been looked at. */
class Enough extends Error {}

/** A resident on the voting page, with Lighthouse looking over their shoulder. */
class Voter {
  constructor(page, told) {
    this.page = page;
    this.told = told;
  }

  /** Do what leads to a step, and, if asked, measure how it leads there. */
  async lead(name, act) {
    if (!this.told.timed) return act();
    const { endTimespan } = await startTimespan(this.page, settings(true));
    await act();
    tell(name, (await endTimespan()).lhr);
  }

  /** Do what leads to a step, and look at it. */
  async step(name, act) {
    await this.lead(name, act);
    await this.page.evaluate(() => {
      for (const fold of document.querySelectorAll("main details")) fold.open = true;
    });
    for (let left = TRIES; left; left--) {
      const { lhr } = await snapshot(this.page, settings(false));
      if (left > 1 && Object.values(lhr.categories).some(({ score }) => score === null)) continue;
      tell(name, lhr);
      break;
    }
    if (name === this.told.last) throw new Enough();
  }

  async go(path = "") {
    await this.page.goto(this.told.origin + this.told.home + path);
  }

  async at(step) {
    await this.page.waitForSelector(`body[data-at="${step}"]`);
  }

  async press(act) {
    await this.page.click(`${SHOWN} [data-act="${act}"]`);
  }

  async type(field, text) {
    await this.page.focus(field);
    await this.page.keyboard.sendCharacter(text);
  }

  /** Leave for the e-ID provider. */
  async leave() {
    await this.page.click(`${SHOWN} [data-sign-in]:not([hidden]) button.button`);
    await this.page.waitForSelector("#resident");
  }

  async read(selector) {
    return this.page.$eval(selector, (found) => found.value ?? found.textContent);
  }
}

const SHOWN = "main > section:not([hidden])";

/** Vote, with a wrong turn and a look into a sealed ballot, and check all of it. */
async function vote(voter) {
  const { page } = voter;
  await voter.go();
  await voter.at("intro");
  await voter.step("restore", async () => {
    await voter.press("restore");
    await voter.at("restore");
  });
  await voter.press("intro");
  await voter.at("intro");
  await voter.step("choose", async () => {
    await voter.press("choose");
    for (const number of CHOICES) {
      await page.waitForSelector(`[data-add="${number}"]`);
      await page.click(`[data-add="${number}"]`);
    }
  });
  await voter.step("review", async () => {
    await voter.press("review");
    await voter.at("review");
  });
  await voter.leave();
  await voter.step("stop", async () => {
    await page.click('button[value="minor"]');
    await voter.at("stop");
  });
  await voter.go();
  await voter.at("review");
  await voter.leave();
  await voter.type("#resident", voter.told.voter);
  await voter.step("sealed", async () => {
    await page.click("form:has(#resident) button");
    await voter.at("sealed");
  });
  await voter.step("opened", async () => {
    await voter.press("open");
    await voter.at("opened");
  });
  const opened = await voter.read("[data-opened]");
  await voter.lead("sealed again", async () => {
    await voter.press("seal");
    await voter.at("sealed");
  });
  await voter.step("receipt", async () => {
    await voter.press("cast");
    await page.waitForSelector("[data-log].yes");
    await voter.press("code");
  });
  const receipt = await voter.read("[data-receipt]");
  for (const [name, field, text] of [
    ["check", "#receipt", receipt],
    ["check-ballot", "#opened", opened],
  ]) {
    await voter.go(`${name}/`);
    await voter.type(field, text);
    await voter.step(name, async () => {
      await page.click("form .button");
      await page.waitForSelector("#h-result:focus");
    });
  }
  await voter.go("audit/");
  await voter.step("audit", async () => {
    await page.click("[data-start]");
    await page.waitForSelector("[data-verdict]");
  });
}

/** Return what Lighthouse is asked for; speed has marks only where something happens. */
function settings(isTimed) {
  const onlyCategories = ["accessibility", "best-practices", "seo"];
  if (isTimed) onlyCategories.push("performance");
  return { flags: { onlyCategories, disableFullPageScreenshot: true } };
}

/** Print what one look gave. */
function tell(step, { gatherMode: mode, categories, audits }) {
  const all = Object.values(categories);
  const times = Object.entries(TIMES).map(([name, id]) => [name, audits[id]?.numericValue ?? null]);
  const look = {
    step,
    mode,
    points: Object.fromEntries(all.map(({ id, score }) => [id, Math.round(100 * (score ?? 0))])),
    faults: all.flatMap((category) => faultsOf(category, audits)),
    ...Object.fromEntries(times),
  };
  console.log(JSON.stringify(look));
}

/** Return each audit that has a mark and not a full one; of speed only those that have a weight. */
function faultsOf({ id: category, auditRefs }, audits) {
  return auditRefs
    .filter(({ weight, group }) => weight || (category !== "performance" && group !== "hidden"))
    .map(({ id }) => audits[id])
    .filter(({ score, scoreDisplayMode: mode }) => mode === "error" || (score !== null && score < 1))
    .map(({ id, title, displayValue = "" }) => `${id}: ${title} ${displayValue}`.trim());
}

const { values: told } = parseArgs({
  options: {
    origin: { type: "string" },
    home: { type: "string", default: "/" },
    voter: { type: "string" },
    chromium: { type: "string" },
    last: { type: "string", default: "audit" },
    timed: { type: "boolean", default: false },
  },
});
const browser = await puppeteer.launch({ executablePath: told.chromium, args: ARGUMENTS });
try {
  const page = await browser.newPage();
  await page.setViewport(TELEPHONE);
  await vote(new Voter(page, told));
} catch (error) {
  if (!(error instanceof Enough)) throw error;
} finally {
  await browser.close();
}
