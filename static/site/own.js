/**
 * Columns of the character that are edited where they stand, such as age and notes.
 *
 * @import { NewOperation, Operation, Place } from '../batching/index.js'
 * @import { Row } from './formats.js'
 */
import { fieldsOf, fill } from './fields.js';

export class Own {
  #root;
  #forms;
  #view;
  #become;

  /**
   * @param {ParentNode} root
   * @param {Place} place  of the character
   * @param {() => Row | null | undefined} view
   * @param {(change: Row) => NewOperation[]} become  what another type or House means for all that the character has
   */
  constructor(root, place, view, become) {
    this.place = place;
    this.#root = root;
    this.#view = view;
    this.#become = become;
    this.#forms = /** @type {HTMLFormElement[]} */ ([...root.querySelectorAll('form[data-own]')]);
  }

  get row() {
    return this.#view();
  }

  /** @param {EventTarget | null} element */
  has(element) {
    return element instanceof Element && element.closest('form[data-own], [data-own-fields]') !== null;
  }

  /**
   * What must be done so that columns have these values.
   *
   * @param {Row} data
   * @param {string} [if_match]
   * @returns {NewOperation[]}
   */
  edits(data, if_match) {
    if ('type' in data || 'house' in data) return this.#become(data);
    return [{ ...this.place, action: 'update', data, if_match }];
  }

  paint() {
    const { row } = this;
    if (row) for (const form of this.#forms) fill(form, row);
  }

  /**
   * Where a refused operation is shown: at its form or, if that is closed or there is none, where the page begins.
   *
   * @param {Operation} operation
   */
  listFor({ data }) {
    const form = this.#forms.find((each) => fieldsOf(each).some(({ name }) => name in data));
    const own = form?.checkVisibility() ? form.querySelector('[data-problems]') : undefined;
    const list = own ?? this.#root.querySelector('[data-problems=own], [data-problems=become]');
    return list instanceof HTMLElement ? list : undefined;
  }
}
