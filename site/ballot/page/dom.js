/** Finding and making elements: the little that the pages need, and no HTML is ever parsed. */

/**
 * Return the one element of a selector, which must be there.
 *
 * @param {string} selector
 * @param {ParentNode} [within]
 * @returns {HTMLElement}
 */
export function one(selector, within = document) {
  const found = within.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`The page has no ${selector}.`);
  return found;
}

/**
 * Return all elements of a selector.
 *
 * @param {string} selector
 * @param {ParentNode} [within]
 * @returns {HTMLElement[]}
 */
export function all(selector, within = document) {
  return [...within.querySelectorAll(selector)].filter((found) => found instanceof HTMLElement);
}

/**
 * Return a new element with attributes and children; a text child is only ever text.
 *
 * @param {string} name
 * @param {{ [attribute: string]: string | boolean | (() => void) }} attributes
 * @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
export function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(attribute, value);
    else if (value === true) element.setAttribute(attribute, "");
    else if (value !== false) element.setAttribute(attribute, value);
  }
  element.append(...children);
  return element;
}

/**
 * Say something to whoever listens to the page.
 *
 * @param {HTMLElement} region
 * @param {string} text
 */
export function say(region, text) {
  // The same text twice is said twice only if the region changes.
  region.textContent = region.textContent === text ? `${text}\u00a0` : text;
}

/** Wait until all of the page is there: neither it nor its script waits for the other. */
export function parsed() {
  if (document.readyState !== "loading") return Promise.resolve();
  return new Promise((resolve) => {
    document.addEventListener("DOMContentLoaded", resolve, { once: true });
  });
}

/** Let the page be drawn, and the person act, before going on. */
export function breathe() {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/**
 * Make a link save a text as a file.
 *
 * @param {HTMLElement} link
 * @param {string} name
 * @param {string} text
 * @param {string} [type]
 */
export function saves(link, name, text, type = "text/plain") {
  const before = link.getAttribute("href");
  if (before?.startsWith("blob:")) URL.revokeObjectURL(before);
  link.setAttribute("href", URL.createObjectURL(new Blob([text], { type })));
  link.setAttribute("download", name);
}
