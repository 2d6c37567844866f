/**
 * The places of an element that show something of a row: `data-cell="casting.value"`, with `data-format` how.
 *
 * @import { Format, Row } from './formats.js'
 */
import { at } from './formats.js';

export class Cells {
  #cells;
  #formats;
  /** @type {Map<Element, string>} what the places show */
  #shown = new Map();

  /**
   * @param {ParentNode} root
   * @param {Record<string, Format>} formats
   * @param {string} [attribute]  the one that holds the path
   */
  constructor(root, formats, attribute = 'data-cell') {
    this.#formats = formats;
    this.#cells = [...root.querySelectorAll(`[${attribute}]`)].map((element) => ({
      element,
      path: element.getAttribute(attribute) ?? '',
      format: element.getAttribute('data-format') ?? 'plain',
    }));
    for (const { element } of this.#cells) this.#shown.set(element, element.textContent ?? '');
  }

  /** @param {Row} row */
  paint(row) {
    for (const { element, path, format } of this.#cells) {
      const text = this.#formats[format](at(row, path), row);
      if (this.#shown.get(element) === text) continue;
      this.#shown.set(element, text);
      element.textContent = text;
    }
  }
}
