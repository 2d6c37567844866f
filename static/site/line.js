/**
 * A line of the sheet: a row, or a number of the character. The server draws the line; the class keeps what it shows up to date,
 * and turns a number that goes up and down into a spin button.
 *
 * @import { NewOperation, Target } from '../batching/index.js'
 * @import { Format, Row } from './formats.js'
 * @import { Words } from './words.js'
 *
 * @typedef {object} Context  what all lines share
 * @property {(resource: string, target: Target) => Row | null | undefined} view  rows as the page shows them
 * @property {Record<string, Format>} formats
 * @property {Words} words
 */
import { Cells } from './cells.js';
import { enter } from './explanation.js';
import { fill } from './fields.js';
import { editable } from './in-place.js';
import { find } from './page.js';
import { stepsOf } from './steps.js';

export class Line {
  #cells;
  #context;
  #spoken = '';
  #named;

  /**
   * @param {HTMLElement} element
   * @param {Context} context
   * @param {Target} [target]  of a row that has no key yet
   */
  constructor(element, context, target = Number(element.dataset.target)) {
    this.element = element;
    this.resource = element.dataset.resource ?? '';
    this.field = element.dataset.field;
    this.target = target;
    this.#context = context;
    this.#cells = new Cells(element, context.formats);
    this.#named = this.name;
    /** @type {HTMLElement | null} */
    this.value = element.querySelector('[data-value]');
    if (this.value) this.#becomeSpinButton(this.value);
    for (const number of element.querySelectorAll('[data-why]')) enter(/** @type {HTMLElement} */ (number));
    for (const text of element.querySelectorAll('[data-inline]')) editable(/** @type {HTMLElement} */ (text), context.words);
    const edit = element.querySelector('.edit');
    if (edit instanceof HTMLElement) Object.assign(edit, { role: 'button', tabIndex: 0, ariaExpanded: 'false' });
    this.paint();
  }

  /** The row as the page shows it; null if it was removed, undefined if it never came to be. */
  get row() {
    return this.#context.view(this.resource, this.target);
  }

  get place() {
    return { resource: this.resource, target: this.target };
  }

  /**
   * What must be done so that columns have these values.
   *
   * @param {Row} data
   * @param {string} [if_match]
   * @returns {NewOperation[]}
   */
  edits(data, if_match) {
    return [{ ...this.place, action: 'update', data, if_match }];
  }

  get name() {
    return find('[data-name]', this.element).textContent ?? '';
  }

  /** What a screen reader says of the value. */
  get spoken() {
    return this.#spoken;
  }

  /** The part that takes the focus. */
  get handle() {
    return this.value ?? find('.edit', this.element);
  }

  /** @param {number} by */
  allows(by) {
    const { row } = this;
    return Boolean(row && this.steps?.allows(row, by));
  }

  /**
   * @param {number} by
   * @returns {NewOperation}
   */
  step(by) {
    return { ...this.place, action: 'increment', data: this.field ? { field: this.field, by } : { by } };
  }

  /**
   * The operation of a number that was typed; undefined where it cannot go.
   *
   * @param {number} value
   * @returns {NewOperation | undefined}
   */
  set(value) {
    const { row, steps } = this;
    if (!row || !steps || value < steps.lowest || value > (steps.highest ?? Infinity)) return undefined;
    return { ...this.place, action: 'update', data: steps.set(value) };
  }

  paint() {
    const { row } = this;
    this.element.hidden = !row;
    if (!row) return;
    this.#cells.paint(row);
    if (this.name !== this.#named) this.#rename(this.name);
    if (this.value && this.steps) this.#tell(this.value, row, this.steps.now(row));
    const form = this.element.querySelector('form');
    if (form) fill(form, row);
  }

  /**
   * The value takes the focus and the arrow keys; that leaves one stop of the Tab key for each line.
   *
   * @param {HTMLElement} value
   */
  #becomeSpinButton(value) {
    this.steps = stepsOf(this.resource, this.field, value.dataset);
    for (const button of this.#buttons()) button.tabIndex = -1;
    value.setAttribute('role', 'spinbutton');
    value.setAttribute('tabindex', '0');
    value.setAttribute('aria-label', this.name);
    value.setAttribute('aria-valuemin', String(this.steps.lowest));
    if (this.field || this.resource === 'traits') value.setAttribute('aria-valuemax', String(this.steps.highest));
  }

  #buttons() {
    return [find('[data-by="-1"]', this.element), find('[data-by="1"]', this.element)];
  }

  /**
   * @param {HTMLElement} value
   * @param {Row} row
   * @param {number} now
   */
  #tell(value, row, now) {
    const words = row.bonus ? this.#context.words.say('effective', { score: now, effective: row.effective_score }) : String(now);
    if (this.#spoken === words) return;
    this.#spoken = words;
    value.setAttribute('aria-valuenow', String(now));
    value.setAttribute('aria-valuetext', words);
    const [lower, raise] = this.#buttons();
    lower.setAttribute('aria-disabled', String(!this.allows(-1)));
    raise.setAttribute('aria-disabled', String(!this.allows(1)));
  }

  /** @param {string} name */
  #rename(name) {
    this.#named = name;
    this.value?.setAttribute('aria-label', name);
    const labels = { lower: '[data-by="-1"]', raise: '[data-by="1"]', edit: '.edit' };
    for (const [word, selector] of Object.entries(labels)) {
      this.element.querySelector(selector)?.setAttribute('aria-label', this.#context.words.say(word, { name }));
    }
  }
}
