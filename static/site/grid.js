/**
 * The grid of Techniques and Forms. It is one stop of the Tab key, and the arrow keys go from total to total.
 *
 * @import { Magic } from './magic.js'
 */
import { minus } from './formats.js';

/** @type {Record<string, [rows: number, columns: number]>} */
const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

export class Grid {
  /** @type {HTMLElement[][]} */
  #cells;
  #magic;
  #choice;

  /**
   * @param {HTMLElement} table
   * @param {HTMLSelectElement} choice  which total it shows
   * @param {Magic} magic
   */
  constructor(table, choice, magic) {
    this.#magic = magic;
    this.#choice = choice;
    const rows = [...table.querySelectorAll('tbody tr')];
    this.#cells = rows.map((row) => /** @type {HTMLElement[]} */ ([...row.querySelectorAll('[data-pair]')]));
    for (const cell of this.#cells.flat()) cell.tabIndex = -1;
    for (const cell of this.#cells[0]?.slice(0, 1) ?? []) cell.tabIndex = 0;
    table.addEventListener('keydown', (event) => this.#pressed(event));
    choice.addEventListener('change', () => this.paint());
  }

  paint() {
    for (const cell of this.#cells.flat()) {
      const text = minus(/** @type {any} */ (this.pairAt(cell))?.[this.#choice.value]);
      if (cell.textContent !== text) cell.textContent = text;
    }
  }

  /** @param {HTMLElement} cell */
  pairAt(cell) {
    const [technique, form] = (cell.dataset.pair ?? '').split(' ');
    return this.#magic.pair(technique, form);
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const move = MOVES[event.key];
    const row = this.#cells.findIndex((cells) => cells.includes(/** @type {HTMLElement} */ (event.target)));
    if (!move || row < 0) return;
    event.preventDefault();
    const cell = /** @type {HTMLElement} */ (event.target);
    const next = this.#cells[row + move[0]]?.[this.#cells[row].indexOf(cell) + move[1]];
    if (!next) return;
    cell.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }
}
