/**
 * The words of this page's language, which stand in the page itself (build.mjs puts them there).
 */

/** @type {Map<string, string>} */
const words = new Map();

/** Return whether there are words of this name. @param {string} name */
export function hasWord(name) {
  return all().has(name);
}

/**
 * Return words, with `{name}` replaced by values. Throws an Error for an unknown name.
 *
 * @param {string} name
 * @param {{ [name: string]: string | number }} [values]
 */
export function word(name, values = {}) {
  const text = all().get(name);
  if (text === undefined) throw new Error(`There are no words called ${name}.`);
  return text.replace(/\{(\w+)\}/g, (whole, key) => String(values[key] ?? whole));
}

function all() {
  if (words.size === 0) {
    const template = /** @type {HTMLTemplateElement} */ (document.getElementById("words"));
    for (const item of template.content.querySelectorAll("[data-word]")) {
      words.set(item.getAttribute("data-word") ?? "", item.textContent ?? "");
    }
  }
  return words;
}
