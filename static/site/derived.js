/**
 * Numbers that follow from several rows. The server's `sheet` is their source; those that are plain sums are added up here,
 * so that they keep up with the rows.
 *
 * @import { Format, Row } from './formats.js'
 *
 * @typedef {(resource: string) => {data: Row}[]} List
 */
import { characteristicCost } from '../characters/rules.js';
import { Cells } from './cells.js';
import { Each } from './each.js';
import { at } from './formats.js';

export class Derived {
  #cells;
  #lists;
  #list;
  #shown;

  /**
   * @param {ParentNode} root  elements with `data-derived="experience.total"` in it show what the path leads to, and those with
   *   `data-each="combat"` a line for each item; those with `data-shown="modifiers"` are there as long as the path leads to something
   * @param {Row} sheet
   * @param {List} list  the rows of a resource as the page shows them
   * @param {Record<string, Format>} formats
   */
  constructor(root, sheet, list, formats) {
    this.sheet = sheet;
    this.#list = list;
    this.#cells = new Cells(root, formats, 'data-derived');
    this.#lists = [...root.querySelectorAll('[data-each]')].map((element) => new Each(/** @type {HTMLElement} */ (element), formats));
    this.#shown = /** @type {HTMLElement[]} */ ([...root.querySelectorAll('[data-shown]')]);
    this.now = derive(sheet, list);
  }

  paint() {
    this.now = derive(this.sheet, this.#list);
    this.#cells.paint(this.now);
    for (const list of this.#lists) list.paint(this.now);
    for (const part of this.#shown) part.hidden = !isSomething(at(this.now, part.dataset.shown ?? ''));
  }

  /**
   * The item of a list that an element stands in.
   *
   * @param {Element} element
   * @returns {Row | undefined}
   */
  itemAround(element) {
    return this.#lists.map((list) => list.itemAround(element)).find(Boolean);
  }
}

/** @param {unknown} value */
const isSomething = (value) => (Array.isArray(value) ? value.length > 0 : Boolean(value));

/**
 * @param {Row} sheet
 * @param {List} list
 * @returns {Row}
 */
export function derive(sheet, list) {
  const abilities = sum(list('abilities'));
  const known = list('arts');
  const arts = sum(known);
  const [character] = list('characters');
  const costs = sheet.characteristics.map((/** @type {Row} */ { name }) => characteristicCost(character.data[name]));
  const spent = costs.reduce((/** @type {number} */ total, /** @type {number} */ cost) => total + cost, 0);
  return {
    ...sheet,
    stored: character.data,
    arts: known,
    has_spells: sheet.castings.pairs.length > 0 || list('spells').length > 0,
    characteristics: sheet.characteristics.map((/** @type {Row} */ line) => moved(line, character.data[line.name])),
    experience: { ...sheet.experience, abilities, arts, total: abilities + arts },
    characteristic_points: { ...sheet.characteristic_points, spent, left: sheet.characteristic_points.available - spent },
    ...balance(sheet, list('virtues').map(({ data }) => data)),
  };
}

/** @type {Record<string, number>} */
const POINTS = { free: 0, minor: 1, major: 3 };

/**
 * Points of Virtues and of Flaws: what the server counted, and what has come and gone since. Only it knows which are free because of
 * others.
 *
 * @param {Row} sheet
 * @param {Row[]} rows
 */
function balance(sheet, rows) {
  const counted = { virtue_points: counting(sheet, rows, 'virtue', sheet.virtues), flaw_points: counting(sheet, rows, 'flaw', sheet.flaws) };
  return { ...counted, balance: counted.flaw_points.spent - counted.virtue_points.spent };
}

/**
 * @param {Row} sheet
 * @param {Row[]} rows
 * @param {string} kind
 * @param {Row[]} before
 */
function counting(sheet, rows, kind, before) {
  /** @param {Row[]} some */
  const points = (some) => some.reduce((sum, row) => sum + (row.granted || row.granted_by_house ? 0 : (POINTS[row.size] ?? 0)), 0);
  const known = sheet[`${kind}_points`];
  return { ...known, spent: known.spent + points(rows.filter((row) => row.kind === kind)) - points(before) };
}

/**
 * A Characteristic whose bought value is another one by now: Virtues and aging add to it as before.
 *
 * @param {Row} line
 * @param {number} value
 */
function moved(line, value) {
  if (!line.total || line.value === value) return line;
  const [bought, ...others] = line.total.parts;
  const total = { value: line.total.value + value - line.value, parts: [{ ...bought, value }, ...others] };
  return { ...line, value, total };
}

/** @param {{data: Row}[]} rows */
const sum = (rows) => rows.reduce((total, { data }) => total + data.experience_points, 0);
