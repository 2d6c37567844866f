/**
 * Columns of the character that are edited where they stand, such as age and notes.
 *
 * @import { Operation, Place } from '../batching/index.js'
 * @import { Row } from './formats.js'
 */
import { fieldsOf, fill } from './fields.js';

export class Own {
  #root;
  #forms;
  #view;

  /**
   * @param {ParentNode} root
   * @param {Place} place  of the character
   * @param {() => Row | null | undefined} view
   */
  constructor(root, place, view) {
    this.place = place;
    this.#root = root;
    this.#view = view;
    this.#forms = /** @type {HTMLFormElement[]} */ ([...root.querySelectorAll('form[data-own]')]);
  }

  get row() {
    return this.#view();
  }

  /** @param {EventTarget | null} element */
  has(element) {
    return element instanceof Element && element.closest('form[data-own]') !== null;
  }

  paint() {
    const { row } = this;
    if (row) for (const form of this.#forms) fill(form, row);
  }

  /**
   * Where a refused operation is shown.
   *
   * @param {Operation} operation
   */
  listFor({ data }) {
    const form = this.#forms.find((each) => fieldsOf(each).some(({ name }) => name in data));
    // A change of type or House, in the guide, is a gesture of its own.
    const list = (form ?? this.#root).querySelector(form ? '[data-problems]' : '[data-problems=become]');
    return list instanceof HTMLElement ? list : undefined;
  }
}
