/**
 * What was refused, or given up without an answer, beside the thing it was meant for, with the choice to send it again or to
 * drop it. <sync-status> lists the same for the whole queue.
 *
 * @import { BatchQueue, Operation } from '../batching/index.js'
 * @import { SyncStatus } from '../batching/sync-status.js'
 */
import { needsAttention } from '../batching/sync-status.js';

export class Problems {
  #queue;
  #status;
  #listFor;
  #shown = '';
  /** @type {Set<HTMLElement>} */
  #used = new Set();

  /**
   * @param {BatchQueue} queue
   * @param {SyncStatus} status  knows the words
   * @param {(operation: Operation) => HTMLElement | undefined} listFor  where on the page an operation belongs, if it does
   */
  constructor(queue, status, listFor) {
    this.#queue = queue;
    this.#status = status;
    this.#listFor = listFor;
  }

  paint() {
    const operations = this.#queue.operations().filter(needsAttention);
    const shown = JSON.stringify(operations.map(({ id, state }) => [id, state]));
    if (shown === this.#shown) return; // new buttons would lose the focus of the old ones
    this.#shown = shown;
    for (const list of this.#used) list.replaceChildren();
    for (const operation of operations) this.#add(operation);
    for (const list of this.#used) list.hidden = !list.children.length;
  }

  /** @param {Operation} operation */
  #add(operation) {
    const list = this.#listFor(operation);
    if (!list) return;
    this.#used.add(list);
    list.append(this.#item(operation));
  }

  /** @param {Operation} operation */
  #item(operation) {
    const { retry, discard } = this.#status.words;
    const what = this.#status.describe(operation);
    const text = document.createElement('span');
    text.textContent = this.#status.reason(operation);
    const item = document.createElement('li');
    item.append(
      text,
      this.#button(retry, what, () => this.#queue.retry(operation.id)),
      this.#button(discard, what, () => this.#queue.discard(operation.id)),
    );
    return item;
  }

  /**
   * @param {string} label
   * @param {string} what
   * @param {() => void} action
   */
  #button(label, what, action) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = label;
    button.setAttribute('aria-label', `${label}: ${what}`);
    button.addEventListener('click', action);
    return button;
  }
}
