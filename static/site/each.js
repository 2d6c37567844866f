/**
 * A list that follows from the sheet as a whole, such as the ways to fight: a line from the template for each item.
 *
 * @import { Format, Row } from './formats.js'
 */
import { Cells } from './cells.js';
import { at } from './formats.js';
import { placeOf } from './places.js';

export class Each {
  /** @type {{element: HTMLElement, cells: Cells}[]} */
  #lines;
  #element;
  #formats;
  #path;
  /** Codes of the items that are shown, where not all of them are. @type {Set<string> | undefined} */
  #among;
  #shown = '';
  /** @type {Row[]} */
  #items = [];

  /**
   * @param {HTMLElement} element
   * @param {Record<string, Format>} formats
   */
  constructor(element, formats) {
    this.#element = element;
    this.#formats = formats;
    this.#path = element.dataset.each ?? '';
    this.#among = element.dataset.among ? new Set(element.dataset.among.split(' ')) : undefined;
    const lines = [...element.children].filter((child) => child instanceof HTMLElement && !(child instanceof HTMLTemplateElement));
    this.#lines = lines.map((line) => this.#adopt(/** @type {HTMLElement} */ (line)));
  }

  /** @param {Row} data */
  paint(data) {
    /** @type {Row[]} */
    const items = at(data, this.#path) ?? [];
    this.#items = items.filter(({ code }) => this.#among?.has(code) ?? true);
    const shown = JSON.stringify(this.#items);
    if (shown === this.#shown) return;
    this.#shown = shown;
    while (this.#lines.length < this.#items.length) this.#add();
    while (this.#lines.length > this.#items.length) this.#lines.pop()?.element.remove();
    for (const [index, item] of this.#items.entries()) this.#show(this.#lines[index], item);
  }

  /** @param {Element} element */
  itemAround(element) {
    return this.#items[this.#lines.findIndex((line) => line.element.contains(element))];
  }

  #add() {
    const template = /** @type {HTMLTemplateElement} */ (this.#element.querySelector('template'));
    const line = /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
    this.#element.append(line);
    this.#lines.push(this.#adopt(line));
  }

  /** @param {HTMLElement} element */
  #adopt(element) {
    return { element, cells: new Cells(element, this.#formats) };
  }

  /**
   * @param {{element: HTMLElement, cells: Cells}} line
   * @param {Row} item
   */
  #show({ element, cells }, item) {
    cells.paint(item);
    if (!item.severity) return;
    element.dataset.severity = item.severity;
    element.querySelector('[data-place]')?.setAttribute('href', `#${placeOf(item.refs[0])}`);
  }
}
