/**
 * The one JSON encoding of a value, and strict readers for it, for base64, numbers and instants.
 *
 * Canonical JSON is RFC 8785 restricted: integers from -(2^53-1) to 2^53-1, no floats, no duplicate
 * keys, no lone surrogates, at most 32 levels of lists and objects. `decode` encodes what it read
 * again and compares, so it accepts exactly what `encode` writes. Binary values are standard base64
 * with padding; instants are RFC 3339 in UTC to the second, `2019-06-01T08:00:00Z`, and are held as
 * seconds since 1970.
 */

import { BadEncoding, NotCanonical } from "./errors.js";
import { utf8, utf8Text } from "./text.js";

/** @typedef {null | boolean | number | string | Json[] | { [key: string]: Json }} Json */
/** @typedef {Json | readonly Writable[] | Map<string, any> | { [key: string]: any }} Writable */

const MAX_DEPTH = 32;
const MAX_DECIMAL = 2n ** 63n;
const DECIMAL = /^(0|[1-9][0-9]{0,18})$/;
const INSTANT = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$/;
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Return the canonical JSON bytes of a value. Throws NotCanonical. @param {Writable} value */
export function encode(value) {
  return utf8(write(value, 0));
}

/**
 * Return the value of canonical JSON bytes. Throws NotCanonical for any other bytes.
 *
 * @param {Uint8Array} raw
 * @returns {Json}
 */
export function decode(raw) {
  const text = utf8Text(raw);
  if (text === null) throw new NotCanonical("it is not UTF-8");
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new NotCanonical("it is no JSON");
  }
  if (write(value, 0) !== text) {
    throw new NotCanonical("the same value has another, canonical encoding");
  }
  return value;
}

/** @param {Writable} value @param {number} depth @returns {string} */
function write(value, depth) {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") return writeInteger(value);
  if (typeof value === "string") return writeText(value);
  if (typeof value !== "object") throw new NotCanonical(`${typeof value} is no value of ours`);
  if (depth >= MAX_DEPTH) throw new NotCanonical("it is nested too deep");
  if (Array.isArray(value)) return `[${value.map((item) => write(item, depth + 1)).join()}]`;
  const members = value instanceof Map ? [...value] : Object.entries(value);
  // RFC 8785 sorts names by UTF-16 code units, which is JavaScript's own order.
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  const texts = members.map(([name, item]) => `${writeText(name)}:${write(item, depth + 1)}`);
  return `{${texts.join()}}`;
}

/** @param {number} value */
function writeInteger(value) {
  if (!Number.isSafeInteger(value)) throw new NotCanonical(`${value} is no integer to 2^53-1`);
  return String(value);
}

/** @param {string} text */
function writeText(text) {
  if (LONE_SURROGATE.test(text)) throw new NotCanonical("a text has a lone surrogate");
  return JSON.stringify(text);
}

/** Return bytes as standard base64 with padding. @param {Uint8Array} raw */
export function toBase64(raw) {
  let binary = "";
  for (let at = 0; at < raw.length; at += 8192) {
    binary += String.fromCharCode(...raw.subarray(at, at + 8192));
  }
  return btoa(binary);
}

/**
 * Return the bytes of standard base64 with padding. Throws BadEncoding.
 *
 * Refuses white space, other alphabets, missing padding and non-zero trailing bits.
 *
 * @param {string} text
 * @param {number} [length]
 */
export function fromBase64(text, length) {
  let binary;
  try {
    binary = atob(text);
  } catch {
    throw new BadEncoding("base64", "it has characters or padding it must not have");
  }
  if (btoa(binary) !== text) {
    throw new BadEncoding("base64", "it is not the one encoding of its bytes");
  }
  if (length !== undefined && binary.length !== length) {
    throw new BadEncoding("base64", `it holds ${binary.length} bytes where ${length} belong`);
  }
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/**
 * Return the number below 2^63 of its one decimal form. Throws BadEncoding.
 *
 * Above 2^53 it is the nearest number that JavaScript holds: no log is that long, and nothing is
 * ever proven of one (log/merkle.js).
 *
 * @param {string} text
 */
export function parseDecimal(text) {
  if (!DECIMAL.test(text) || BigInt(text) >= MAX_DECIMAL) {
    throw new BadEncoding("number", "it is not below 2^63, or not written in the one way");
  }
  return Number(text);
}

/** Return an instant in seconds since 1970 as RFC 3339 in UTC. @param {number} seconds */
export function formatInstant(seconds) {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}

/**
 * Return the seconds since 1970 of an RFC 3339 instant. Throws BadEncoding.
 *
 * @param {string} text
 */
export function parseInstant(text) {
  const seconds = INSTANT.test(text) && text >= "0001" ? Date.parse(text) / 1000 : NaN;
  if (Number.isNaN(seconds) || formatInstant(seconds) !== text) {
    throw new BadEncoding("instant", "it is not written like 2019-06-01T08:00:00Z");
  }
  return seconds;
}
