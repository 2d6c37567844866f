/**
 * What was refused or got no answer, beside the thing it was meant for, with the choice to send it again or to drop it.
 *
 * @import { BatchQueue, Operation } from '../batching/index.js'
 * @import { Words } from './words.js'
 */
import { find } from './page.js';

export class Problems {
  #queue;
  #words;
  #listFor;
  #describe;
  #shown = '';
  /** @type {Set<HTMLElement>} */
  #used = new Set();
  #show = find('[data-show]');

  /**
   * @param {BatchQueue} queue
   * @param {Words} words
   * @param {(operation: Operation) => HTMLElement} listFor  where on the page an operation belongs
   * @param {(operation: Operation) => string} describe
   */
  constructor(queue, words, listFor, describe) {
    this.#queue = queue;
    this.#words = words;
    this.#listFor = listFor;
    this.#describe = describe;
    this.#show.addEventListener('click', () => this.#lead());
  }

  paint() {
    const operations = this.#queue.operations().filter(({ state }) => NEED_ATTENTION.has(state));
    const shown = JSON.stringify(operations.map(({ id, state }) => [id, state]));
    if (shown === this.#shown) return; // new buttons would lose the focus of the old ones
    this.#shown = shown;
    for (const list of this.#used) list.replaceChildren();
    for (const operation of operations) this.#add(this.#listFor(operation), this.#item(operation));
    for (const list of this.#used) list.hidden = !list.children.length;
    this.#show.hidden = !operations.length;
  }

  /** Lead to the first line that something is wrong with. */
  #lead() {
    const first = document.querySelector('[data-problems]:not([hidden]) button');
    if (first instanceof HTMLElement) first.focus();
  }

  /**
   * @param {HTMLElement} list
   * @param {HTMLElement} item
   */
  #add(list, item) {
    this.#used.add(list);
    list.append(item);
  }

  /** @param {Operation} operation */
  #item(operation) {
    const what = this.#describe(operation);
    const text = document.createElement('span');
    text.textContent =
      operation.state === 'unknown'
        ? this.#words.say('unknown', { what })
        : this.#words.say('refused', { what, why: operation.error?.detail ?? '' });
    const item = document.createElement('li');
    item.append(
      text,
      this.#button('retry', what, () => this.#queue.retry(operation.id)),
      this.#button('discard', what, () => this.#queue.discard(operation.id)),
    );
    return item;
  }

  /**
   * @param {string} word
   * @param {string} what
   * @param {() => void} action
   */
  #button(word, what, action) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = this.#words.say(word);
    button.setAttribute('aria-label', `${button.textContent}: ${what}`);
    button.addEventListener('click', action);
    return button;
  }
}

const NEED_ATTENTION = new Set(['failed', 'conflicted', 'unknown']);
