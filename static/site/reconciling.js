/**
 * Edits of a row that was changed elsewhere meanwhile. Where other columns changed there, the edit goes on; where both say the
 * same, nothing is left of it. Where they say different things, a person has to decide; or, if the edit waited behind others of
 * this row and asks for no revision, it replaces what is there, and the person is told what that was.
 *
 * @import { BatchQueue, Data, Operation, Problem } from '../batching/index.js'
 * @import { Edit } from './recording.js'
 *
 * @typedef {{operation: Operation, name: string, theirs: unknown, ours: unknown}} Replaced  a column that says something else there
 */
import { isSame, pick } from './columns.js';

export class Reconciling {
  #queue;
  #storage;

  /**
   * @param {Pick<BatchQueue, 'addEventListener' | 'retry' | 'discard' | 'operations'>} queue
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
  record({ operation: { action, data = {} }, handle, before }) {
    if (!before || action !== 'update') return;
    try {
      this.#storage.setItem(nameOf(handle.id), JSON.stringify(pick(before, Object.keys(data))));
    } catch {
      // A browser that stores nothing: then the person is asked.
    }
  }

  /**
   * What edits that wait are going to replace, of which nobody has been told yet.
   *
   * @param {(operation: Operation) => Data | undefined} rowOf  as the server has it now
   * @returns {Replaced[]}
   */
  replaced(rowOf) {
    const waiting = this.#queue.operations().filter(({ action, state, limbo, if_match: tag }) => action === 'update' && /^(open|sealed)$/.test(state) && !limbo && !tag);
    return waiting.flatMap((operation) => {
      const seen = this.#seen(operation);
      const row = rowOf(operation);
      if (!seen || !row) return [];
      this.#storage.setItem(nameOf(operation.id), JSON.stringify(pick(row, Object.keys(seen))));
      const names = Object.keys(seen).filter((name) => !isSame(row[name], seen[name]) && !isSame(row[name], operation.data[name]));
      return names.map((name) => ({ operation, name, theirs: row[name], ours: operation.data[name] }));
    });
  }

  /**
   * @param {Operation} operation
   * @returns {Data | null}
   */
  #seen({ id }) {
    return JSON.parse(this.#storage.getItem(nameOf(id)) ?? 'null');
  }

  /**
   * @param {Operation} operation
   * @param {Problem} error
   */
  #met(operation, error) {
    const seen = this.#seen(operation);
    this.#storage.removeItem(nameOf(operation.id));
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
