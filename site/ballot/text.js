/** Text as values: its bytes, its order, its length and its spaces, as Python has them. */

const ENCODER = new TextEncoder();
// Python's, which has a few that JavaScript's \s has not, and not U+FEFF.
const SPACE = /[\t-\r\x1c- \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** Return a text as UTF-8. @param {string} text @returns {Uint8Array} */
export function utf8(text) {
  return ENCODER.encode(text);
}

/**
 * Return UTF-8 bytes as text, a byte order mark included, or null for other bytes.
 *
 * @param {Uint8Array} raw
 * @returns {string | null}
 */
export function utf8Text(raw) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw);
  } catch {
    return null;
  }
}

/**
 * Return below, at or above 0 as two texts come in the order of their code points.
 *
 * JavaScript's own order is that of UTF-16, which differs beyond U+FFFF.
 *
 * @param {string} a
 * @param {string} b
 */
export function compareText(a, b) {
  if (a === b) return 0;
  const [one, other] = [a[Symbol.iterator](), b[Symbol.iterator]()];
  for (;;) {
    const [x, y] = [one.next(), other.next()];
    if (x.done || y.done) return Number(Boolean(y.done)) - Number(Boolean(x.done));
    const difference = codePoint(x.value) - codePoint(y.value);
    if (difference) return difference;
  }
}

/** Return a text's length in code points. @param {string} text */
export function lengthOf(text) {
  return Array.from(text).length;
}

/** Return whether a text begins or ends with a space of Unicode's. @param {string} text */
export function isSpaced(text) {
  return SPACE.test(text.charAt(0)) || SPACE.test(text.charAt(text.length - 1));
}

/** Return whether a text has a space of Unicode's anywhere. @param {string} text */
export function hasSpace(text) {
  return SPACE.test(text);
}

/** @param {string} character */
function codePoint(character) {
  return /** @type {number} */ (character.codePointAt(0));
}
