/** crypto/seal.js, which opens each seal once. */

import { openSeal as open } from "../../crypto/seal.js";
import { remember } from "./remember.mjs";

/** @typedef {import("../../crypto/seal.js").KeyPair} KeyPair */

const opened = remember((sealed, ...numbers) => {
  const pairs = [];
  for (let at = 0; at < numbers.length; at += 2)
    pairs.push({ key: numbers[at], scalar: numbers[at + 1] });
  return open(sealed, pairs);
});

export * from "../../crypto/seal.js";
/** @param {Uint8Array} sealed @param {readonly KeyPair[]} pairs */
export const openSeal = (sealed, pairs) =>
  Uint8Array.from(opened(sealed, ...pairs.flatMap(({ key, scalar }) => [key, scalar])));
