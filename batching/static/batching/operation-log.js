/**
 * The log of operations that have no verdict yet, and of those that were refused and wait for their author.
 *
 * Everything happens in transactions: `transact(work)` reads the log, runs `work` on a draft of it and stores what `work`
 * changed, all or nothing. `work` is synchronous, because an IndexedDB transaction ends as soon as somebody waits for
 * anything else; to merge a click is therefore always one transaction, whichever tab made the click it merges with.
 *
 * @import { Ids, LogSnapshot, Operation, OperationLog } from './index.js'
 */

/** What a transaction sees and changes. Reads show the transaction's own writes. */
export class Draft {
  /** @type {Map<number, Operation>} */
  #rows;
  /** @type {Map<string, number | string>} */
  #ids;
  /** @type {LogSnapshot['meta']} */
  meta;

  /** @param {LogSnapshot} snapshot */
  constructor({ rows, ids, meta }) {
    this.#rows = new Map(rows.map((row) => [row.seq, row]));
    this.#ids = new Map(ids);
    this.meta = { ...meta };
  }

  /** Operations in the order of `seq`: the order of the clicks, in all tabs, whatever the clocks say. */
  get rows() {
    return [...this.#rows.values()];
  }

  /** @returns {Ids} */
  get ids() {
    return this.#ids;
  }

  /** @param {string | undefined} id */
  find(id) {
    return this.rows.find((row) => row.id === id);
  }

  /**
   * Put an operation at the end of the log.
   *
   * @param {Operation} operation
   */
  append(operation) {
    return this.replace({ ...operation, seq: ++this.meta.lastSeq });
  }

  /**
   * Put an operation in its own place again, changed.
   *
   * @param {Operation} row
   */
  replace(row) {
    this.#rows.set(row.seq, Object.freeze(row));
    return row;
  }

  /** @param {Operation} row */
  remove(row) {
    this.#rows.delete(row.seq);
  }

  /**
   * @param {string} lid
   * @param {number | string} key
   */
  resolve(lid, key) {
    this.#ids.set(lid, key);
  }

  /** @returns {LogSnapshot} */
  snapshot() {
    return { rows: this.rows, ids: this.#ids, meta: this.meta };
  }
}

/**
 * A log that lives as long as the page.
 *
 * @implements {OperationLog}
 */
export class MemoryLog {
  /** @type {LogSnapshot} */
  #stored = { rows: [], ids: new Map(), meta: { lastSeq: 0, notBefore: 0 } };

  /**
   * @template T
   * @param {(draft: Draft) => T} work
   * @returns {Promise<[T, LogSnapshot]>}
   */
  async transact(work) {
    const draft = new Draft(this.#stored);
    const value = work(draft);
    this.#stored = draft.snapshot();
    return [value, this.#stored];
  }

  async close() {}
}
