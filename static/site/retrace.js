/**
 * Undo and redo: two buttons that say what they would do, and the keys that everybody knows.
 *
 * @import { History, Step } from './history.js'
 * @import { About } from './lines.js'
 * @import { Paintable } from './painter.js'
 * @import { Words } from './words.js'
 *
 * @typedef {'undo' | 'redo'} Direction
 * @typedef {(operation: About) => string | undefined} NameOf
 */
import { signed } from './formats.js';
import { find } from './page.js';

const DIRECTIONS = /** @type {const} */ (['undo', 'redo']);

export class Retrace {
  #history;
  #words;
  #nameOf;
  /** @type {Map<Direction, HTMLElement>} */
  #buttons;

  /**
   * @param {HTMLElement} root
   * @param {History} history
   * @param {Words} words
   * @param {NameOf} nameOf
   * @param {(item: Paintable) => void} mark  to be painted in the next frame
   */
  constructor(root, history, words, nameOf, mark) {
    this.#history = history;
    this.#words = words;
    this.#nameOf = nameOf;
    this.#buttons = new Map(DIRECTIONS.map((direction) => [direction, find(`[data-direction=${direction}]`, root)]));
    for (const [direction, button] of this.#buttons) button.addEventListener('click', () => this.#go(direction));
    document.addEventListener('keydown', (event) => this.#pressed(event));
    history.addEventListener('change', () => mark(this));
    history.addEventListener('refused', (event) => this.#refuse(/** @type {CustomEvent<Step>} */ (event).detail));
    this.paint();
    root.hidden = false;
  }

  /** @param {Direction} direction */
  #go(direction) {
    find('[data-notice]').replaceChildren();
    const step = this.#history[direction]();
    if (step) find('[data-announcement]').textContent = this.#words.say(direction === 'undo' ? 'undone' : 'redone', { what: this.#tell(step) });
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const { key, ctrlKey, metaKey, altKey, shiftKey, target } = event;
    if (key.toLowerCase() !== 'z' || ctrlKey === metaKey || altKey || hasItsOwn(target) || document.querySelector('dialog:modal')) return;
    event.preventDefault();
    this.#go(shiftKey ? 'redo' : 'undo');
  }

  paint() {
    for (const [direction, button] of this.#buttons) {
      const step = this.#history.next[direction];
      const text = step ? this.#words.say(`${direction}_what`, { what: this.#tell(step) }) : this.#words.say(direction);
      // Not `disabled`: the last step would take the focus away with it.
      button.ariaDisabled = String(!step);
      button.ariaLabel = text;
      button.title = text;
    }
  }

  /** @param {Step} step */
  #refuse(step) {
    find('[data-notice]').textContent = this.#words.say('not_undone', { what: this.#tell(step) });
  }

  /**
   * What a step did, in words.
   *
   * @param {Step} step
   */
  #tell({ changes: [change] }) {
    const { resource, target, before, after, fields, moved } = change;
    const row = after ?? before ?? {};
    const data = resource === 'characters' ? Object.fromEntries(fields.map((name) => [name, row[name]])) : row;
    const name = this.#nameOf({ resource, target, data }) ?? '';
    if (!before) return this.#words.say('was_added', { name });
    if (!after) return this.#words.say('was_removed', { name });
    if (moved) return `${name} ${signed(moved.by)}`;
    const [field] = fields;
    const value = after[field];
    return typeof value === 'object' || fields.length > 1 ? name : this.#words.say('was_set', { name, value: this.#words.value(field, value) });
  }
}

/**
 * Where somebody types, the browser undoes what was typed.
 *
 * @param {EventTarget | null} target
 */
const hasItsOwn = (target) =>
  target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && !/^(checkbox|radio|button|submit)$/.test(target.type));
