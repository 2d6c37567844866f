/**
 * The lines of the sheet and the rows they show. The server draws the lines; rows that come later get one from the template.
 *
 * @import { Operation, Place, Target } from '../batching/index.js'
 * @import { Row } from './formats.js'
 * @import { Context } from './line.js'
 *
 * @typedef {Pick<Operation, 'resource' | 'target' | 'data' | 'lid'>} About
 */
import { Line } from './line.js';
import { find } from './page.js';

/** Resources whose rows come and go. */
const RESOURCES = ['abilities', 'arts', 'virtues', 'spells', 'traits', 'reputations', 'possessions', 'attacks'];

/** Resources whose rows stand in the order of the alphabet; the others stand in the order in which they were added. */
const SORTED = new Set(['abilities', 'virtues', 'spells']);

export class Lines {
  /** @type {Map<string, Line[]>} by row; all numbers of a character belong to one */
  #byRow = new Map();
  /** @type {WeakMap<Element, Line>} */
  #byElement = new WeakMap();
  #root;
  #list;
  #context;

  /**
   * @param {HTMLElement} root
   * @param {(resource: string) => {target: Target, data: Row}[]} list  the rows of this character
   * @param {Context} context
   */
  constructor(root, list, context) {
    this.#root = root;
    this.#list = list;
    this.#context = context;
    for (const element of root.querySelectorAll('.trait')) this.#adopt(/** @type {HTMLElement} */ (element));
  }

  /**
   * @param {Place} place
   * @returns {Line[]}
   */
  of({ resource, target }) {
    return this.#byRow.get(keyOf(resource, target)) ?? [];
  }

  /**
   * All lines of a resource.
   *
   * @param {string} resource
   */
  all(resource) {
    return this.#list(resource).flatMap(({ target }) => this.of({ resource, target }));
  }

  /**
   * The line that an operation is about.
   *
   * @param {About} operation
   * @returns {Line | undefined}
   */
  about({ resource, target, lid = '', data }) {
    const lines = this.of({ resource, target: target ?? { lid } });
    const about = lines.find(({ field }) => field !== undefined && (field === data.field || field in data));
    return about ?? lines.find(({ field }) => field === undefined);
  }

  /**
   * The line around an element.
   *
   * @param {EventTarget | null | undefined} inside
   * @returns {Line | undefined}
   */
  around(inside) {
    const element = inside instanceof Element ? inside.closest('.trait') : null;
    return element ? this.#byElement.get(element) : undefined;
  }

  /**
   * The line that takes the focus when one goes.
   *
   * @param {Line} line
   */
  beside(line) {
    const lines = [...this.#root.querySelectorAll('.trait:not([hidden])')];
    const place = lines.indexOf(line.element);
    return this.around(lines[place + 1] ?? lines[place - 1]);
  }

  /**
   * A new row has got its key.
   *
   * @param {Operation} operation
   * @param {Target | undefined} key
   */
  name({ resource, lid = '' }, key) {
    const [line] = this.of({ resource, target: { lid } });
    if (!line || key === undefined) return;
    // The news from the server may have been faster than its answer, and have a line already.
    for (const other of this.of({ resource, target: key })) if (other !== line) other.element.remove();
    line.target = key;
    line.element.id = `${resource}-${key}`;
    this.#byRow.set(keyOf(resource, key), [line]);
  }

  /** Give each row that has none a line of its own. */
  paint() {
    for (const resource of RESOURCES) {
      for (const { target, data } of this.#list(resource)) {
        if (!this.of({ resource, target }).length) this.#draw(resource, target, data);
      }
    }
  }

  /**
   * @param {string} resource
   * @param {Target} target
   * @param {Row} data
   */
  #draw(resource, target, data) {
    const list = this.#root.querySelector(listFor(resource, data));
    const blank = /** @type {HTMLTemplateElement} */ (find(`[data-blank=${resource}]`));
    const element = blank.content.firstElementChild?.cloneNode(true);
    if (!(list instanceof HTMLElement && element instanceof HTMLElement)) return;
    element.id = typeof target === 'object' ? '' : `${resource}-${target}`;
    const line = this.#adopt(element, target);
    list.insertBefore(element, SORTED.has(resource) ? this.#after(list, line) : null);
    for (let group = list.closest('[hidden]'); group instanceof HTMLElement; group = list.closest('[hidden]')) group.hidden = false;
  }

  /**
   * The first line of a list that stands behind another in the alphabet.
   *
   * @param {HTMLElement} list
   * @param {Line} line
   */
  #after(list, line) {
    const { name } = line;
    return [...list.children].find((other) => (this.around(other)?.name ?? '').localeCompare(name) > 0) ?? null;
  }

  /**
   * @param {HTMLElement} element
   * @param {Target} [target]
   */
  #adopt(element, target) {
    const line = new Line(element, this.#context, target);
    const key = keyOf(line.resource, line.target);
    this.#byRow.set(key, [...(this.#byRow.get(key) ?? []), line]);
    this.#byElement.set(element, line);
    return line;
  }
}

/**
 * @param {string} resource
 * @param {Target} target
 */
const keyOf = (resource, target) => `${resource} ${typeof target === 'object' ? `lid ${target.lid}` : target}`;

/**
 * The list that a row stands in.
 *
 * @param {string} resource
 * @param {Row} data
 */
function listFor(resource, data) {
  if (resource === 'arts') return `[data-kind=${data.kind}] [data-rows]`;
  if (resource === 'abilities') return `[data-category="${CSS.escape(data.category)}"] [data-rows]`;
  return `[data-rows=${resource === 'virtues' ? data.kind : resource}]`;
}
