/**
 * Templates: `{{ name }}` is a value, escaped; `{{{ name }}}` a part, as it is; words may hold
 * `{fact}`.
 */

/**
 * Return a template with its values and parts in place. Throws an Error for an unknown name.
 *
 * @param {string} template
 * @param {{ [name: string]: string }} values
 * @param {{ [name: string]: string }} parts
 */
export function fill(template, values, parts) {
  return template
    .replace(/\{\{\{ ([\w.-]+) \}\}\}/g, (_, name) => known(parts, name).trim())
    .replace(/\{\{ ([\w.-]+) \}\}/g, (_, name) => escape(withFacts(known(values, name), values)));
}

/**
 * Return nested words by dotted names: `{a: {b: ["x"]}}` gives `a.b.0`.
 *
 * @param {any} words
 * @param {string} prefix
 * @returns {{ [name: string]: string }}
 */
export function flatten(words, prefix = "") {
  return Object.fromEntries(
    Object.entries(words).flatMap(([name, value]) =>
      typeof value === "string"
        ? [[prefix + name, value]]
        : Object.entries(flatten(value, `${prefix}${name}.`)),
    ),
  );
}

/**
 * Put facts into words; what is no fact is the script's to fill.
 *
 * @param {string} text
 * @param {{ [name: string]: string }} values
 */
function withFacts(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[`fact.${name}`] ?? whole);
}

/** @param {{ [name: string]: string }} from @param {string} name */
function known(from, name) {
  if (!Object.hasOwn(from, name))
    throw new Error(`The template asks for ${name}, which is not there.`);
  return from[name];
}

/** @param {string} text */
function escape(text) {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
