/**
 * Asks what changed on other devices: every few seconds while something happens, here or there, and less and less often
 * while nothing does. A page that nobody sees, or that has no network, asks nothing; the queue asks by itself when that ends.
 *
 * A page asks at most 15 times a minute, and only pages that are seen do: forty windows would fit into the budget of a user.
 *
 * @import { BatchQueue } from '../batching/index.js'
 *
 * @typedef {object} World  replaceable for tests
 * @property {(callback: () => void, ms: number) => any} setTimeout
 * @property {(timer: any) => void} clearTimeout
 * @property {() => boolean} isSeen
 * @property {() => boolean} isOnline
 */

const SOON = 4000; // ms between two questions while something happens
const SELDOM = 60_000; // ms between two when nothing has happened for long
const PATIENCE = 1.5; // how much longer each wait is than the one before

/** @type {World} */
const browser = {
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (timer) => clearTimeout(timer),
  isSeen: () => document.visibilityState === 'visible',
  isOnline: () => navigator.onLine,
};

export class Poll {
  #queue;
  #world;
  #wait = SOON;
  /** @type {any} */
  #timer;
  #asking = false;

  /**
   * @param {Pick<BatchQueue, 'pull' | 'stats' | 'addEventListener'>} queue
   * @param {World} [world]
   */
  constructor(queue, world = browser) {
    this.#queue = queue;
    this.#world = world;
    // What comes with an answer says that something happened, and so does a click.
    for (const type of /** @type {const} */ (['enqueue', 'included'])) queue.addEventListener(type, () => this.wake());
    this.wake();
  }

  /**
   * Something happens, or the page is seen again.
   *
   * @param {number} [wait]  ms until the next question
   */
  wake(wait = SOON) {
    if (this.#wait <= wait && this.#timer !== undefined) return; // it is due soon; a burst of clicks must not put it off
    this.#wait = wait;
    this.#arm();
  }

  #arm() {
    this.#world.clearTimeout(this.#timer);
    this.#timer = this.#world.setTimeout(() => void this.#ask(), this.#wait);
  }

  async #ask() {
    this.#timer = undefined;
    if (this.#asking || !this.#world.isSeen() || !this.#world.isOnline()) return;
    const { state, inflight } = this.#queue.stats();
    if (state === 'closed') return;
    this.#asking = true;
    // What is on its way brings the news along; and who is logged out is told nothing.
    if (!inflight && state !== 'held') await this.#queue.pull().catch(() => false);
    this.#asking = false;
    if (this.#timer !== undefined) return; // there was news
    this.#wait = inflight ? SOON : Math.min(SELDOM, Math.max(SOON, this.#wait * PATIENCE));
    this.#arm();
  }
}

/**
 * @param {BatchQueue} queue
 */
export function keepUp(queue) {
  const poll = new Poll(queue);
  // At these the queue asks by itself; a window that was seen all the while has only the focus to tell that somebody is back.
  for (const type of ['visibilitychange', 'online', 'pageshow']) addEventListener(type, () => poll.wake(), { capture: true });
  addEventListener('focus', () => poll.wake(0));
}
