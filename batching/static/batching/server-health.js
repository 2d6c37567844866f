/**
 * What a tab has learned about the server: whether it answers, whether its batch endpoint works, and for how long to leave it
 * alone.
 *
 * @import { Environment, LogMeta, Operation } from './index.js'
 * @import { Verdict } from './wire.js'
 */

const FIRST_BACKOFF = 1000; // ms
const LONGEST_BACKOFF = 60_000;
const SINGLE = 600_000; // ms to do without batches before the next one tries its luck

export class ServerHealth {
  #env;
  #failures = 0; // requests in a row without a useful answer
  #broken = 0; // batches on which the server failed, since one that it took
  #refusedToken = false;
  /** It has done something since it failed last. */
  proven = false;

  /** @param {Pick<Environment, 'random' | 'wall'>} env */
  constructor(env) {
    this.#env = env;
  }

  /** A batch that fails twice may be the batch endpoint, or the server: a single operation tells which. */
  get asksForCanary() {
    return this.#broken > 1 && !this.proven;
  }

  /** Somebody has logged in. */
  forgive() {
    this.#refusedToken = false;
  }

  /**
   * What a verdict means for the queue itself: whether to send at all, how, and when.
   *
   * @param {readonly Operation[]} rows
   * @param {Verdict} verdict
   * @param {boolean} acked  whether it has applied anything
   * @returns {Partial<LogMeta>} for all tabs
   */
  heed(rows, { fates, wait, hold, single, broken }, acked) {
    const { wall, random } = this.#env;
    const several = rows.length > 1;
    /** @type {Partial<LogMeta>} */
    const meta = { notBefore: 0 };
    this.proven = acked || (this.proven && !broken);
    if (several && broken) this.#broken++;
    if (several && acked) this.#broken = 0;
    if (single || (several && this.#broken > 2)) meta.singleUntil = wall() + SINGLE * (0.9 + random() / 5);
    if (hold === 'auth' || (hold && this.#refusedToken)) meta.held = 'auth';
    this.#refusedToken = hold === 'csrf';
    if (wait === undefined && rows.every(({ id }) => fates.get(id) !== undefined)) this.#failures = 0;
    else meta.notBefore = wall() + Math.max(wait || 0, this.backoff()) * (1 + random() / 4);
    return meta;
  }

  /** Full jitter, so that clients which failed together do not come back together. */
  backoff() {
    return 1 + this.#env.random() * Math.min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** this.#failures++);
  }
}
