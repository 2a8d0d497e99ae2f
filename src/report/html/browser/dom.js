/** @typedef {import('../markup.ts').Markup} Markup */

const SVG = 'http://www.w3.org/2000/svg';

/**
 * Makes nodes of a drawing. Text is set as text, so nothing in it becomes markup.
 *
 * @param {Markup} markup
 * @returns {Element}
 */
export function toSvg({ tag, attributes, children }) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? '' : String(value));
    }
  }
  for (const child of children) element.append(typeof child === 'string' ? child : toSvg(child));
  return element;
}

/**
 * @param {string} tag
 * @param {string} kind
 * @param {string} [text]
 */
export function htmlElement(tag, kind, text) {
  const element = document.createElement(tag);
  if (kind !== '') element.className = kind;
  if (text !== undefined) element.textContent = text;
  return element;
}

/**
 * An element that the page always has.
 *
 * @param {ParentNode} within
 * @param {string} selector
 * @returns {HTMLElement}
 */
export function one(within, selector) {
  const found = within.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`the page lacks ${selector}`);
  return found;
}
