/**
 * Numbers that follow from several rows. The server's `sheet` is their source; those that are plain sums are added up here,
 * so that they keep up with the rows.
 *
 * @typedef {Record<string, any>} Data
 * @typedef {(resource: string) => {data: Data}[]} List
 */
import { characteristicCost } from '../characters/rules.js';

export class Totals {
  /** @type {[Element, path: string][]} */
  #places;
  #list;

  /**
   * @param {ParentNode} root  elements with `data-derived="experience.total"` in it show what the path leads to
   * @param {Data} sheet
   * @param {List} list  the rows of a resource as the page shows them
   */
  constructor(root, sheet, list) {
    this.sheet = sheet;
    this.#list = list;
    this.#places = [...root.querySelectorAll('[data-derived]')].map((element) => [element, element.getAttribute('data-derived') ?? '']);
  }

  paint() {
    const shown = derive(this.sheet, this.#list);
    for (const [element, path] of this.#places) {
      const text = String(path.split('.').reduce((value, name) => value[name], shown));
      if (element.textContent !== text) element.textContent = text;
    }
  }
}

/**
 * @param {Data} sheet
 * @param {List} list
 * @returns {Data}
 */
export function derive(sheet, list) {
  const abilities = sum(list('abilities'));
  const arts = sum(list('arts'));
  const [character] = list('characters');
  const costs = sheet.characteristics.map((/** @type {Data} */ { name }) => characteristicCost(character.data[name]));
  const spent = costs.reduce((/** @type {number} */ total, /** @type {number} */ cost) => total + cost, 0);
  return {
    ...sheet,
    experience: { ...sheet.experience, abilities, arts, total: abilities + arts },
    characteristic_points: { ...sheet.characteristic_points, spent },
  };
}

/** @param {{data: Data}[]} rows */
const sum = (rows) => rows.reduce((total, { data }) => total + data.experience_points, 0);
