/** What is pressed, typed and sent on the voting page, told to it by the names in its HTML. */

import { all, one, say } from "./dom.js";
import { word } from "./words.js";

/**
 * @typedef {{
 *   act: (name: string) => unknown,
 *   restore: (code: string) => unknown,
 *   deskCode: (code: string) => unknown,
 *   leave: (form: HTMLFormElement) => unknown,
 *   fold: (fold: HTMLDetailsElement) => unknown,
 * }} Told
 */

/** Tell of every press from now on. @param {Told} told */
export function listen({ act, restore, deskCode, leave, fold }) {
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-act]") : null;
    if (button instanceof HTMLElement) act(button.dataset.act ?? "");
  });
  takes("restore", restore);
  takes("desk-code", deskCode);
  for (const form of all("[data-sign-in]"))
    form.addEventListener("submit", () => leave(/** @type {HTMLFormElement} */ (form)));
  for (const place of all("details[data-code-fold]"))
    place.addEventListener("toggle", () => fold(/** @type {HTMLDetailsElement} */ (place)));
  one("[data-copy]").addEventListener("click", () => void copy());
}

/**
 * Tell what is typed into a form with one field.
 *
 * @param {string} name
 * @param {(typed: string) => unknown} then
 */
function takes(name, then) {
  const form = one(`[data-form="${name}"]`);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    then(/** @type {HTMLInputElement} */ (one("input", form)).value.trim());
  });
}

async function copy() {
  const field = /** @type {HTMLTextAreaElement} */ (one("[data-opened]"));
  field.select();
  await navigator.clipboard?.writeText(field.value).catch(() => {});
  say(one("[data-copied]"), word("script.copied"));
}
