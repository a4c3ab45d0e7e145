/** Signing in, as the page shows it: with whom, how often still, leaving for the e-ID. */

import { issuerPath } from "../model/election.js";
import { all, make, one } from "./dom.js";
import { word } from "./words.js";

/** @typedef {import("./voting.js").Voting} Voting */
/** @typedef {import("./keep.js").Keep} Keep */

/**
 * Let every form that leaves for the e-ID offer the election's providers.
 *
 * @param {import("../model/election.js").Election} election
 */
export function offerProviders({ providers }) {
  all("[data-providers]").forEach((place, number) => {
    const fields = providers.map((provider, at) => {
      const id = `provider-${number}-${provider.id}`;
      const input = { type: "radio", name: "provider", value: provider.id, checked: at === 0 };
      return make(
        "p",
        { class: "check" },
        make("input", { ...input, id }),
        " ",
        make("label", { for: id }, nameOf(provider.id)),
      );
    });
    place.replaceChildren(one("legend", place), ...fields);
    place.classList.toggle("sr", fields.length === 1);
  });
}

/** @param {string} id */
function nameOf(id) {
  return id.charAt(0).toUpperCase() + id.slice(1);
}

/** Say how many issuers have signed, where there are several. @param {Voting} voting */
export function sayIssuers(voting) {
  const [n, of] = [voting.signed, voting.election.issuers.length];
  one("[data-several]").hidden = of === 1 || n > 0;
  const bar = /** @type {HTMLProgressElement} */ (one("[data-signed-bar]"));
  [bar.max, bar.value] = [of, n];
  for (const place of all("[data-signed]")) {
    place.hidden = !voting.isBetween;
    place.textContent = word(n === 1 ? "script.signed" : "script.signed_more", { n, of });
  }
  for (const place of all("[data-of]")) {
    place.hidden = of === 1 || voting.next === undefined;
    place.textContent = word("script.issuer_of", { n: n + 1, of });
  }
}

/** The box that says that nothing is to stay on this device. */
export function sharedBox() {
  return /** @type {HTMLInputElement} */ (one("[data-shared]"));
}

/**
 * Let a form lead to the issuer whose signature comes next, and keep with whom one signs in.
 *
 * @param {HTMLFormElement} form
 * @param {Voting} voting
 * @param {Keep} keep
 */
export function leave(form, { election, next }, keep) {
  const issuer = next ?? election.issuers[0];
  form.action = `${issuerPath(election, issuer)}/sign-in/start`;
  const { checked: shared } = sharedBox();
  const { lang: language } = document.documentElement;
  keep.changeDraft({ step: "review", shared, language, issuer: issuer.id });
}

/** Whoever left from a page in another language goes on there. @param {Keep} keep */
export function goesToOtherLanguage({ draft: { language } }) {
  if (language === document.documentElement.lang) return false;
  const link = document.querySelector(`.languages a[hreflang="${language}"]`);
  if (!(link instanceof HTMLAnchorElement)) return false;
  location.replace(link.href);
  return true;
}
