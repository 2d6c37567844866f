/**
 * Those who wait for what becomes of an operation: the handles that `add()` gave out, and the operation that stands for each
 * of them since it was merged.
 *
 * @import { Handle, Operation, Outcome } from './index.js'
 *
 * @typedef {object} Waiter
 * @property {string} row  id of the operation that stands for it now
 * @property {() => void} [stored]
 * @property {(cause: unknown) => void} [lost]
 * @property {(outcome: Outcome) => void} [done]
 */
import { placeOf } from './operation.js';
import { isRefused } from './planning.js';

export class Handles {
  /** @type {Map<string, Waiter>} by operation id */
  #waiters = new Map();

  /**
   * @param {Operation} operation
   * @returns {Handle}
   */
  open(operation) {
    const { id } = operation;
    /** @type {Waiter} */
    const waiter = { row: id };
    const persisted = new Promise((stored, lost) => Object.assign(waiter, { stored, lost }));
    const result = new Promise((done) => Object.assign(waiter, { done }));
    persisted.catch(() => {}); // whoever wants to know waits for it; nobody has to
    this.#waiters.set(id, waiter);
    return /** @type {Handle} */ ({ id, target: placeOf(operation).target, persisted, result });
  }

  /** @param {string} id */
  has(id) {
    return this.#waiters.has(id);
  }

  /**
   * Id of the operation that stands for another now.
   *
   * @param {string} id
   */
  rowOf(id) {
    return this.#waiters.get(id)?.row ?? id;
  }

  /**
   * @param {string} id
   * @param {string} row
   */
  merged(id, row) {
    const waiter = this.#waiters.get(id);
    if (waiter) waiter.row = row;
  }

  /** @param {string} id */
  stored(id) {
    this.#waiters.get(id)?.stored?.();
  }

  /**
   * @param {string} id
   * @param {unknown} cause
   */
  lost(id, cause) {
    this.merged(id, id);
    this.#waiters.get(id)?.lost?.(cause);
  }

  /**
   * It is over, or refused, and with it all that was merged into it.
   *
   * @param {Operation} operation
   * @returns {any} the outcome
   */
  finish(operation) {
    const { id: row, state, result, error } = operation;
    const outcome = /** @type {any} */ ({ state, ...result, ...(isRefused(operation) && { error }) });
    for (const [id, waiter] of this.#waiters) {
      if (waiter.row !== row || !this.#waiters.delete(id)) continue;
      waiter.stored?.(); // no matter if it was lost
      waiter.done?.(outcome);
    }
    return outcome;
  }
}
