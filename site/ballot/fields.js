/**
 * A JSON object read field by field: exactly the fields named and no others.
 *
 * Every reader throws BadField naming where it stands, the field and what is wrong.
 */

import { fromBase64, parseInstant } from "./canonical.js";
import { BadEncoding, BadField } from "./errors.js";
import { lengthOf } from "./text.js";

/** @typedef {import("./canonical.js").Json} Json */

const MAX_INTEGER = Number.MAX_SAFE_INTEGER;
const MAX_TEXT = 10_000;
const MAX_BASE64 = 200_000;

export class Fields {
  /** @type {{ [name: string]: Json }} */
  #value;

  /** @param {Json} value @param {string} where @param {readonly string[]} names */
  constructor(value, where, names) {
    this.where = where;
    this.#value = asObject(value, where, "(all)");
    for (const name of names) {
      if (!Object.hasOwn(this.#value, name)) this.refuse(name, "is missing");
    }
    for (const name of Object.keys(this.#value)) {
      if (!names.includes(name)) this.refuse(name, "is not known");
    }
  }

  /** Throw BadField for one field. @param {string} name @param {string} why @returns {never} */
  refuse(name, why) {
    throw new BadField(this.where, name, why);
  }

  /** Return a field as it stands. @param {string} name */
  raw(name) {
    return this.#value[name];
  }

  /** Return a field that is text. @param {string} name @param {number} [longest] */
  text(name, longest = MAX_TEXT) {
    const value = this.#value[name];
    if (typeof value !== "string") this.refuse(name, "is not text");
    if (value.length > longest && lengthOf(value) > longest) {
      this.refuse(name, `is longer than ${longest} characters`);
    }
    return value;
  }

  /**
   * Return a field that is an integer from `least` to `most`.
   *
   * @param {string} name
   * @param {{ least?: number, most?: number }} [range]
   */
  integer(name, { least = 0, most = MAX_INTEGER } = {}) {
    const value = this.#value[name];
    if (!isInteger(value)) this.refuse(name, "is not an integer");
    if (value < least || value > most) this.refuse(name, `is not between ${least} and ${most}`);
    return value;
  }

  /** Return a field that is true or false. @param {string} name */
  boolean(name) {
    const value = this.#value[name];
    if (typeof value !== "boolean") this.refuse(name, "is neither true nor false");
    return value;
  }

  /**
   * Return a field whose text is one of those allowed.
   *
   * @template {string} T
   * @param {string} name
   * @param {readonly T[]} allowed
   * @returns {T}
   */
  oneOf(name, allowed) {
    const value = this.text(name);
    const found = allowed.find((one) => one === value);
    if (found === undefined) this.refuse(name, `is not one of ${allowed.join(", ")}`);
    return found;
  }

  /** Return the bytes of a base64 field. @param {string} name @param {number} [length] */
  base64(name, length) {
    const text = this.text(name, MAX_BASE64);
    return this.#asBadField(name, () => fromBase64(text, length));
  }

  /** Return the seconds since 1970 of an instant. @param {string} name */
  instant(name) {
    const text = this.text(name);
    return this.#asBadField(name, () => parseInstant(text));
  }

  /**
   * Return a field that is a list of `least` to `most` items.
   *
   * @param {string} name
   * @param {{ least?: number, most?: number }} [range]
   */
  items(name, { least = 0, most = MAX_INTEGER } = {}) {
    const value = this.#value[name];
    if (!Array.isArray(value)) this.refuse(name, "is not a list");
    if (value.length < least || value.length > most) {
      this.refuse(name, `has ${value.length} items, not ${least} to ${most}`);
    }
    return value;
  }

  /** Return a field that is a list of texts. @param {string} name @param {number} [least] */
  texts(name, least = 0) {
    return this.items(name, { least }).map((value) => {
      if (typeof value !== "string") this.refuse(name, "holds something that is not text");
      return value;
    });
  }

  /**
   * Return a field that is a list of base64, each of so many bytes.
   *
   * @param {string} name
   * @param {number} length
   * @param {number} [most]
   */
  base64s(name, length, most = MAX_INTEGER) {
    return this.items(name, { most }).map((item) =>
      new Fields({ [name]: item }, this.where, [name]).base64(name, length),
    );
  }

  /** Return a field that is a list of integers from 0. @param {string} name */
  integers(name) {
    return this.integersOf(this.items(name), name);
  }

  /**
   * Return JSON values, found in a field, as integers from 0 to `most`.
   *
   * @param {readonly Json[]} values
   * @param {string} name
   * @param {number} [most]
   */
  integersOf(values, name, most = MAX_INTEGER) {
    return values.map((value) => {
      if (isInteger(value) && value >= 0 && value <= most) return value;
      return this.refuse(name, `holds something that is no integer of 0 to ${most}`);
    });
  }

  /** Return the names and values of a field that is an object. @param {string} name */
  members(name) {
    return Object.entries(asObject(this.#value[name], this.where, name));
  }

  /** @template T @param {string} name @param {() => T} read @returns {T} */
  #asBadField(name, read) {
    try {
      return read();
    } catch (e) {
      if (e instanceof BadEncoding) throw new BadField(this.where, name, e.message);
      throw e;
    }
  }
}

/** @param {Json} value @param {string} where @param {string} name */
function asObject(value, where, name) {
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new BadField(where, name, "is not an object");
  }
  return value;
}

/** @param {Json} value @returns {value is number} */
function isInteger(value) {
  return Number.isSafeInteger(value);
}
