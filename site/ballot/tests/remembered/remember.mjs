/** What a pure function of bytes has answered once, it need not work out again. */

/**
 * Return a function that answers as `work` does, and asks it once for equal bytes.
 *
 * What it throws is not kept: it is asked again, and throws again.
 *
 * @template A
 * @param {(...parts: Uint8Array[]) => A} work
 * @returns {(...parts: Uint8Array[]) => A}
 */
export function remember(work) {
  /** @type {Map<string, A>} */
  const known = new Map();
  return (...parts) => {
    const key = parts.map((part) => `${part.length}:${Buffer.from(part).toString("latin1")}`).join();
    if (!known.has(key)) known.set(key, work(...parts));
    return /** @type {A} */ (known.get(key));
  };
}
