/**
 * A line of the sheet with a number that goes up and down: an Ability, an Art or a Characteristic.
 *
 * The server draws the line; the class keeps its changing places up to date and turns its value into a spin button.
 *
 * @import { NewOperation, Target } from '../batching/index.js'
 * @import { Kind } from '../characters/rules.js'
 * @import { Words } from './words.js'
 *
 * @typedef {Record<string, any>} Row
 */
import { CHARACTERISTIC_RANGE, increment, incrementCharacteristic } from '../characters/rules.js';
import { find } from './page.js';

/** @type {Record<string, Kind>} */
const KINDS = { abilities: 'ability', arts: 'art' };

export class Trait {
  /** @type {Map<string, Element>} */
  #cells;
  /** @type {Map<string, string>} what the places show */
  #shown = new Map();
  #view;
  #words;

  /**
   * @param {HTMLElement} element
   * @param {(resource: string, target: Target) => Row | null | undefined} view
   * @param {Words} words
   * @param {Target} [target]  of a row that has no key yet
   */
  constructor(element, view, words, target = Number(element.dataset.target)) {
    this.element = element;
    this.resource = element.dataset.resource ?? '';
    this.field = element.dataset.field;
    this.target = target;
    this.#view = view;
    this.#words = words;
    this.#cells = new Map([...element.querySelectorAll('[data-cell]')].map((cell) => [cell.getAttribute('data-cell') ?? '', cell]));
    for (const [name, cell] of this.#cells) this.#shown.set(name, cell.textContent ?? '');
    this.value = find('[data-value]', element);
    this.lower = find('[data-by="-1"]', element);
    this.raise = find('[data-by="1"]', element);
    this.#becomeSpinButton();
    this.paint();
  }

  /** The row as the page shows it; null if it was removed, undefined if it never came to be. */
  get row() {
    return this.#view(this.resource, this.target);
  }

  get place() {
    return { resource: this.resource, target: this.target };
  }

  get name() {
    return this.#shown.get('name') ?? '';
  }

  /** What a screen reader says of the value. */
  get spoken() {
    return this.value.getAttribute('aria-valuetext') ?? '';
  }

  /**
   * Whether the rules allow a step from what is shown; the server would refuse it otherwise.
   *
   * @param {number} by
   */
  allows(by) {
    const row = this.row;
    if (!row) return false;
    try {
      if (this.field) incrementCharacteristic(row[this.field], by);
      else increment(KINDS[this.resource], row.experience_points, by);
      return true;
    } catch {
      return false;
    }
  }

  /**
   * @param {number} by
   * @returns {NewOperation}
   */
  step(by) {
    return { ...this.place, action: 'increment', data: this.field ? { field: this.field, by } : { by } };
  }

  paint() {
    const row = this.row;
    this.element.hidden = !row;
    if (!row) return;
    const texts = this.field ? characteristicTexts(row[this.field]) : scoredTexts(row);
    for (const [name, text] of Object.entries(texts)) this.#write(name, text);
    this.#tell(row);
    if (row.ability_name !== undefined && this.#write('name', row.ability_name)) this.#rename(row.ability_name);
    if (row.specialty !== undefined) this.#write('specialty', row.specialty && `(${row.specialty})`);
  }

  /**
   * @param {string} name
   * @param {string} text
   * @returns {boolean} whether it was not shown yet
   */
  #write(name, text) {
    if (this.#shown.get(name) === text) return false;
    this.#shown.set(name, text);
    const cell = this.#cells.get(name);
    if (cell) cell.textContent = text;
    return true;
  }

  /** The value takes the focus and the arrow keys; that leaves one stop of the Tab key for each line. */
  #becomeSpinButton() {
    const { value, lower, raise } = this;
    lower.tabIndex = raise.tabIndex = -1;
    value.setAttribute('role', 'spinbutton');
    value.setAttribute('tabindex', '0');
    value.setAttribute('aria-label', this.name);
    value.setAttribute('aria-valuemin', String(this.field ? CHARACTERISTIC_RANGE.lowest : 0));
    if (this.field) value.setAttribute('aria-valuemax', String(CHARACTERISTIC_RANGE.highest));
  }

  /** @param {Row} row */
  #tell(row) {
    const now = this.field ? row[this.field] : row.score;
    const effective = this.field || !row.bonus ? undefined : row.effective_score;
    const text = effective === undefined ? String(now) : this.#words.say('effective', { score: now, effective });
    if (!this.#write('spoken', text)) return;
    this.value.setAttribute('aria-valuenow', String(now));
    this.value.setAttribute('aria-valuetext', text);
    this.lower.setAttribute('aria-disabled', String(!this.allows(-1)));
    this.raise.setAttribute('aria-disabled', String(!this.allows(1)));
  }

  /** @param {string} name */
  #rename(name) {
    this.value.setAttribute('aria-label', name);
    /** @type {[string, Element | null][]} */
    const labels = [
      ['raise', this.raise],
      ['lower', this.lower],
      ['edit', this.element.querySelector('summary')],
      ['remove', this.element.querySelector('[data-remove]')],
    ];
    for (const [word, element] of labels) element?.setAttribute('aria-label', this.#words.say(word, { name }));
  }
}

/** @param {Row} row */
const scoredTexts = (row) => ({
  score: String(row.score),
  bonus: row.bonus ? `+${row.bonus}` : '',
  remainder: row.remainder ? `(${row.remainder})` : '',
  experience_points: String(row.experience_points),
  next_cost: String(row.next_cost),
});

/** @param {number} value */
const characteristicTexts = (value) => ({ score: value > 0 ? `+${value}` : String(value).replace('-', '\u2212') });
