/**
 * Edits of a row that was changed elsewhere meanwhile. Where other columns changed there, the edit goes on; where both say the
 * same, nothing is left of it. Only where they say different things a person has to decide.
 *
 * @import { BatchQueue, Data, Operation, Problem } from '../batching/index.js'
 * @import { Edit } from './recording.js'
 */
import { isSame, pick } from './columns.js';

export class Reconciling {
  #queue;
  #storage;

  /**
   * @param {Pick<BatchQueue, 'addEventListener' | 'retry' | 'discard'>} queue
   * @param {Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>} [storage]  outlives a reload, as the operation does
   */
  constructor(queue, storage = sessionStorage) {
    this.#queue = queue;
    this.#storage = storage;
    queue.addEventListener('conflicted', ({ detail: { operation, error } }) => this.#met(operation, error));
    queue.addEventListener('acked', ({ detail: { operation } }) => this.#storage.removeItem(nameOf(operation.id)));
  }

  /**
   * Remember what an edit is to replace.
   *
   * @param {Edit} edit
   */
  record({ operation: { data = {}, if_match }, handle, before }) {
    if (!before || if_match === undefined) return;
    try {
      this.#storage.setItem(nameOf(handle.id), JSON.stringify(pick(before, Object.keys(data))));
    } catch {
      // A browser that stores nothing: then the person is asked.
    }
  }

  /**
   * @param {Operation} operation
   * @param {Problem} error
   */
  #met(operation, error) {
    const name = nameOf(operation.id);
    const seen = JSON.parse(this.#storage.getItem(name) ?? 'null');
    this.#storage.removeItem(name);
    const theirs = error.current?.data;
    if (!seen || !theirs) return;
    if (agree(operation.data, theirs)) void this.#queue.discard(operation.id);
    else if (agree(seen, theirs)) void this.#queue.retry(operation.id);
  }
}

/** @param {string} id */
const nameOf = (id) => `seen ${id}`;

/**
 * @param {Data} some
 * @param {Data} row
 */
const agree = (some, row) => Object.entries(some).every(([name, value]) => isSame(row[name], value));
