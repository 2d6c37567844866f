/**
 * The tabs of one user: they tell each other that the log has changed, and send one at a time. There is no leader: whoever
 * has the lock sends one request, and gives it back.
 *
 * @import { Environment } from './index.js'
 */

export class Tabs {
  #name;
  #env;
  #channel;

  /**
   * @param {string} name
   * @param {Partial<Environment>} env  no locks and no channel: there are no other tabs
   * @param {(message: unknown) => void} heard  what another tab said; undefined if it is not known
   */
  constructor(name, env, heard) {
    this.#name = name;
    this.#env = env;
    if (env.BroadcastChannel) {
      this.#channel = new env.BroadcastChannel(name);
      this.#channel.onmessage = ({ data }) => heard(data);
      this.#channel.onmessageerror = () => heard(undefined);
    }
  }

  /** @param {unknown} message */
  tell(message) {
    this.#channel?.postMessage(message);
  }

  /**
   * Work while no other tab does; without locks two may send the same, and the server takes it once. A tab that keeps the lock for longer than any work takes is frozen, and robbed of it.
   *
   * @param {() => Promise<boolean>} work
   * @param {number} patience  ms
   * @param {() => void} robbed  called when another tab goes on with the work
   */
  async inTurn(work, patience, robbed) {
    const { locks, ...env } = /** @type {Environment} */ (this.#env);
    if (!locks) return work();
    const waiting = new AbortController();
    const { signal } = waiting;
    const timer = env.setTimeout(() => waiting.abort(), patience);
    let mine = false;
    const hold = () => {
      mine = true;
      env.clearTimeout(timer);
      return work();
    };
    const robbing = (/** @type {unknown} */ cause) => {
      if (mine || !signal.aborted) throw cause;
      return locks.request(this.#name, { steal: true }, hold);
    };
    return locks.request(this.#name, { signal }, hold).catch(robbing).catch((cause) => {
      if (cause?.name !== 'AbortError') throw cause;
      robbed();
      return false;
    });
  }

  close() {
    this.#channel?.close();
  }
}
