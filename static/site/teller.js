/**
 * What there is to say of a number, in words.
 *
 * @import { Derived } from './derived.js'
 * @import { Told } from './explanation.js'
 * @import { Row } from './formats.js'
 * @import { Grid } from './grid.js'
 * @import { Lines } from './lines.js'
 * @import { Words } from './words.js'
 *
 * @typedef {{name: string, value: number}} Part
 */
import { at, minus, signed } from './formats.js';
import { nextPoint } from './steps.js';

const TOTALS = ['formulaic', 'ritual', 'spontaneous', 'spontaneous_without_fatigue', 'ceremonial', 'lab'];

export class Teller {
  #lines;
  #derived;
  #grid;
  #words;

  /**
   * @param {Lines} lines
   * @param {Derived} derived
   * @param {Grid | undefined} grid
   * @param {Words} words
   */
  constructor(lines, derived, grid, words) {
    this.#lines = lines;
    this.#derived = derived;
    this.#grid = grid;
    this.#words = words;
  }

  /**
   * @param {HTMLElement} element
   * @returns {Told | undefined}
   */
  tell = (element) => {
    if (element.dataset.says) return { title: element.dataset.says };
    if (element.dataset.pair) return this.#pair(element);
    if (element.dataset.why) return this.#total(element, element.dataset.why);
    return this.#next(element);
  };

  /**
   * A total and what it is the sum of.
   *
   * @param {HTMLElement} element
   * @param {string} path
   */
  #total(element, path) {
    const row = this.#derived.itemAround(element) ?? (element.dataset.whyName ? this.#derived.now : this.#lines.around(element)?.row);
    const total = at(row, path);
    if (!total) return undefined;
    const heading = element.closest('td') ? element.closest('table')?.querySelectorAll('thead th')[cellIndex(element)]?.querySelector('[title]')?.getAttribute('title') : undefined;
    const name = element.dataset.whyName ?? heading ?? element.previousElementSibling?.textContent ?? '';
    return { title: `${capital(name)} ${minus(total.value)}`, lines: this.#parts(total) };
  }

  /** @param {{parts: Part[], divisor?: number}} total */
  #parts({ parts, divisor = 1 }) {
    const lines = parts.map(({ name, value }) => `${name} ${signed(value)}`);
    if (divisor === 1) return lines;
    return [...lines, divisor === 2 ? this.#words.say('divided') : this.#words.say('divided_by', { divisor })];
  }

  /** @param {HTMLElement} cell */
  #pair(cell) {
    const pair = this.#grid?.pairAt(cell);
    if (!pair) return undefined;
    const { casting, ritual, lab } = pair.shared;
    const lines = TOTALS.map((name) => `${this.#words.say(`total_${name}`)} ${minus(/** @type {Row} */ (pair)[name])}`);
    const sums = [
      `${told(pair.parts)}${more(casting)}`,
      ...(ritual.length ? [`${this.#words.say('total_ritual')}: ${told(ritual)}`] : []),
      ...(lab.length ? [`${this.#words.say('total_lab')}: ${told([...pair.parts, ...lab])}`] : []),
      ...(pair.divisor > 1 ? this.#parts({ parts: [], divisor: pair.divisor }) : []),
    ];
    const [technique, form] = (cell.dataset.pair ?? '').split(' ');
    return { title: `${capital(technique.slice(4))} ${capital(form.slice(4))}`, lines: [...lines, ...sums] };
  }

  /**
   * What the next point costs: `4 → 5: 25 xp, 7 in hand`; and what makes up the score in use.
   *
   * @param {HTMLElement} element
   */
  #next(element) {
    const line = this.#lines.around(element);
    const row = line?.row;
    const next = row && nextPoint(line.resource, row);
    if (!row || !next) return undefined;
    const parts = row.bonus ? row.parts.map((/** @type {Part} */ { name, value }, /** @type {number} */ index) => `${name} ${index ? signed(value) : row.score}`) : [];
    return { title: this.#words.say('next_point', next), lines: parts };
  }
}

/** @param {Part[]} parts */
const told = (parts) => parts.map(({ name, value }) => `${name} ${signed(value)}`).join(', ');

/** @param {Part[]} parts */
const more = (parts) => (parts.length ? `, ${told(parts)}` : '');

/** @param {string} text */
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** @param {Element} element */
const cellIndex = (element) => [...element.closest('tr')?.children ?? []].indexOf(/** @type {Element} */ (element.closest('td')));
