/**
 * A network in which things go wrong on demand. It stands between the queue and the real server; what it lets through is real.
 *
 * @import { Environment } from '../batching/index.js'
 *
 * @typedef {'offline' | 'slow' | 'lost' | 'throttled' | 'broken' | 'batchless'} Fault
 */

const SLOW = 2000; // ms
const RETRY_AFTER = 3; // s

export class Faults {
  /** @type {Set<string>} */
  #on = new Set();
  #batchUrl;

  /** @param {string} batchUrl  what is missing when the server is `batchless` */
  constructor(batchUrl) {
    this.#batchUrl = batchUrl;
  }

  /**
   * @param {string} fault
   * @param {boolean} on
   */
  set(fault, on) {
    if (on) this.#on.add(fault);
    else this.#on.delete(fault);
    if (fault === 'offline') window.dispatchEvent(new Event(on ? 'offline' : 'online')); // as a browser would say it
  }

  /** @returns {Partial<Environment>} */
  get environment() {
    const isOn = (/** @type {Fault} */ fault) => this.#on.has(fault);
    const navigator = {
      get onLine() {
        return !isOn('offline') && globalThis.navigator.onLine;
      },
    };
    return { navigator, fetch: (url, init) => this.#fetch(url, init) };
  }

  /**
   * @param {string} url
   * @param {RequestInit} init
   */
  async #fetch(url, init) {
    if (this.#on.has('slow')) await new Promise((resolve) => setTimeout(resolve, SLOW));
    init.signal?.throwIfAborted();
    if (this.#on.has('offline')) throw new TypeError('There is no network in this laboratory');
    if (this.#on.has('throttled')) return problem(429, 'throttled', { 'Retry-After': String(RETRY_AFTER) });
    if (this.#on.has('broken')) return problem(500, 'error');
    if (this.#on.has('batchless') && url === this.#batchUrl) return problem(404, 'not_found');
    const response = await fetch(url, init);
    if (!this.#on.has('lost')) return response;
    await response.text(); // the server has done it by now
    throw new TypeError('The answer got lost in this laboratory');
  }
}

/**
 * @param {number} status
 * @param {string} code
 * @param {Record<string, string>} [headers]
 */
function problem(status, code, headers) {
  const body = JSON.stringify({ type: 'about:blank', title: 'Laboratory', status, code, detail: 'As the laboratory wished.' });
  return new Response(body, { status, headers: { 'Content-Type': 'application/problem+json', ...headers } });
}
