/**
 * The lines of the sheet and the rows they show. The server draws the lines; rows that come later get one from the template.
 *
 * @import { Operation, Place, Target } from '../batching/index.js'
 * @import { Words } from './words.js'
 */
import { find } from './page.js';
import { Trait } from './trait.js';

/** @typedef {Record<string, any>} Row */

export class Lines {
  /** @type {Map<string, Trait[]>} by row; all Characteristics belong to one */
  #byRow = new Map();
  /** @type {WeakMap<Element, Trait>} */
  #byElement = new WeakMap();
  #root;
  #view;
  #list;
  #words;

  /**
   * @param {HTMLElement} root
   * @param {{view: (resource: string, target: Target) => Row | null | undefined, list: (resource: string) => {target: Target, data: Row}[]}} queue  the rows of this character
   * @param {Words} words
   */
  constructor(root, queue, words) {
    this.#root = root;
    this.#view = queue.view;
    this.#list = queue.list;
    this.#words = words;
    for (const element of root.querySelectorAll('.trait')) this.#adopt(/** @type {HTMLElement} */ (element));
  }

  /**
   * @param {Place} place
   * @returns {Trait[]}
   */
  of({ resource, target }) {
    return this.#byRow.get(keyOf(resource, target)) ?? [];
  }

  /**
   * The line that an operation is about.
   *
   * @param {Operation} operation
   * @returns {Trait | undefined}
   */
  about({ resource, target, lid = '', data }) {
    const traits = this.of({ resource, target: target ?? { lid } });
    return traits.find(({ field }) => field === data.field) ?? traits[0];
  }

  /**
   * The line around an element.
   *
   * @param {EventTarget | null | undefined} inside
   * @returns {Trait | undefined}
   */
  around(inside) {
    const element = inside instanceof Element ? inside.closest('.trait') : null;
    return element ? this.#byElement.get(element) : undefined;
  }

  /**
   * The line that takes the focus when one goes.
   *
   * @param {Trait} trait
   */
  beside(trait) {
    const lines = [...this.#root.querySelectorAll('.trait:not([hidden])')];
    const place = lines.indexOf(trait.element);
    return this.around(lines[place + 1] ?? lines[place - 1]);
  }

  /**
   * A new row has got its key.
   *
   * @param {Operation} operation
   * @param {string | number | undefined} key
   */
  name({ resource, lid = '' }, key) {
    const [trait] = this.of({ resource, target: { lid } });
    if (!trait || key === undefined) return;
    trait.target = key;
    trait.element.id = `${resource}-${key}`;
    this.#byRow.set(keyOf(resource, key), [trait]);
  }

  /** Give each Ability that has none a line of its own. */
  paint() {
    for (const { target, data } of this.#list('abilities')) {
      if (this.of({ resource: 'abilities', target }).length) continue;
      const group = this.#root.querySelector(`[data-category=${CSS.escape(data.category)}]`);
      const blank = /** @type {HTMLTemplateElement} */ (find('[data-blank]'));
      const line = blank.content.firstElementChild?.cloneNode(true);
      if (group instanceof HTMLElement && line instanceof HTMLElement) this.#insert(group, this.#adopt(line, target));
    }
  }

  /**
   * @param {HTMLElement} group
   * @param {Trait} trait
   */
  #insert(group, trait) {
    const lines = [...group.querySelectorAll('.trait')];
    const next = lines.find((line) => (this.around(line)?.name ?? '').localeCompare(trait.name) > 0);
    group.querySelector('ul')?.insertBefore(trait.element, next ?? null);
    group.hidden = false;
  }

  /**
   * @param {HTMLElement} element
   * @param {Target} [target]
   */
  #adopt(element, target) {
    const trait = new Trait(element, this.#view, this.#words, target);
    const key = keyOf(trait.resource, trait.target);
    this.#byRow.set(key, [...(this.#byRow.get(key) ?? []), trait]);
    this.#byElement.set(element, trait);
    return trait;
  }
}

/**
 * @param {string} resource
 * @param {Target} target
 */
const keyOf = (resource, target) => `${resource} ${typeof target === 'object' ? `lid ${target.lid}` : target}`;
