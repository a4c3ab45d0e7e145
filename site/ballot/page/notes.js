/** Notes above the steps: what is so for as long as it is so. */

import { make, one } from "./dom.js";
import { word } from "./words.js";

/** Show a note, or take it away. @param {string} name @param {boolean} shown */
export function note(name, shown) {
  const place = one("[data-notes]");
  place.querySelector(`[data-note="${name}"]`)?.remove();
  if (shown)
    place.append(make("p", { class: "note-line", "data-note": name }, word(`notes.${name}`)));
}

/** Say as long as the browser has no connection. */
export function noteConnection() {
  window.addEventListener("offline", () => note("offline", true));
  window.addEventListener("online", () => note("offline", false));
}
