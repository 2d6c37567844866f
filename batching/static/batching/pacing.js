/**
 * When to send: as soon as this person pauses, never later than promised, and never faster than the server's budget.
 *
 * All times are milliseconds of one monotonic clock.
 *
 * @import { Environment } from './index.js'
 */

const FIRST_WINDOW = 200; // before a rhythm is known
const LONGEST_WINDOW = 800;
const OVER_THE_GAP = 1.75; // the window is this much longer than the longest recent gap
const GAPS = 5;
const REST = 1000; // a longer pause ends the rhythm
const ONE_GESTURE = 5; // operations added closer together come from one click
const PROMISE = 2300; // a click is durable after at most this long
const LONGEST_WAIT = 2000;
const SHORTEST_WAIT = 500;
const SAMPLES = 20;
const TARGET = 1500; // ms that a request may take: larger ones are made smaller
const SLOW = 10; // rows to begin with on a network that calls itself slow
const BACKUP = 3000; // what another tab has not sent after this long, this one sends

/** @typedef {{limit: number, remaining: number, resetAt: number}} Budget  What a RateLimit header says. */

export class Pacing {
  /** @type {number[]} */
  #gaps = [];
  #lastClick = -Infinity;
  /** @type {number | undefined} */
  #firstUnsent;
  /** @type {number | undefined} */
  #elsewhere; // when to see to what other tabs added
  #lastSend = 0;
  #perRow = 0; // ms that one more operation takes, a moving average
  #leftBehind = false; // the last request had no room for all
  /** @type {number[]} */
  #times = [];
  /** @type {Budget[]} */
  #budgets = [];

  /**
   * @param {number} maxRows  operations that fill a request: with so many there is nothing to wait for
   * @param {Environment['navigator']} [navigator]  its idea of the network, a hint that measurements replace
   */
  constructor(maxRows, navigator) {
    const { effectiveType = '', saveData } = navigator?.connection ?? {};
    this.maxRows = maxRows;
    this.most = saveData || /2g/.test(effectiveType) ? Math.min(SLOW, maxRows) : maxRows;
  }

  /** How many operations to send at once: what takes about as long as a person likes to wait. */
  get size() {
    return Math.max(1, Math.min(this.most, Math.floor(TARGET / this.#perRow)));
  }

  /** @param {number} now */
  click(now) {
    const gap = now - this.#lastClick;
    if (gap > REST) this.#gaps = [];
    else if (gap > ONE_GESTURE) this.#gaps = [...this.#gaps, gap].slice(-GAPS);
    this.#lastClick = now;
    this.#firstUnsent ??= now;
  }

  /**
   * Other tabs have added something: they will send it, or else this one does.
   *
   * @param {number} now
   * @param {boolean} [past]  they may be gone
   */
  follow(now, past) {
    this.#elsewhere ??= past ? now : now + BACKUP;
  }

  /** The collection window: a little more than this person's own rhythm. */
  get window() {
    const longest = Math.max(0, ...this.#gaps);
    return Math.max(FIRST_WINDOW, Math.min(LONGEST_WINDOW, OVER_THE_GAP * longest));
  }

  /** How long the first of several clicks may wait, so that its answer is there in time. */
  get maxWait() {
    return Math.max(SHORTEST_WAIT, Math.min(LONGEST_WAIT, PROMISE - this.#slowest()));
  }

  /**
   * When to send.
   *
   * @param {number} rows  operations that wait
   */
  due(rows) {
    const first = this.#firstUnsent;
    const full = this.#leftBehind || rows >= this.maxRows;
    const own = first === undefined || full ? first ?? -Infinity : Math.min(this.#lastClick + this.window, first + this.maxWait);
    const due = first === undefined ? this.#elsewhere ?? own : Math.min(own, this.#elsewhere ?? own);
    return Math.max(due, ...this.#budgets.map((budget) => this.#affordable(budget, due)));
  }

  /** Nothing waits any more. */
  clear() {
    this.#firstUnsent = this.#elsewhere = undefined;
  }

  /**
   * @param {number} now
   * @param {boolean} everything  whether nothing was left behind
   */
  sent(now, everything) {
    this.#lastSend = now;
    this.#leftBehind = !everything;
    if (everything) this.clear();
  }

  /**
   * @param {number} now
   * @param {number} took  from the request to the end of its answer
   * @param {Headers} headers
   * @param {number} [rows]
   */
  answered(now, took, headers, rows = 1) {
    this.#times = [...this.#times, took].slice(-SAMPLES);
    if (rows > 1) this.#perRow += ((took - Math.min(...this.#times)) / rows - this.#perRow) / 4; // the least time is the network's own
    const budgets = readBudgets(headers, now);
    if (budgets.length) this.#budgets = budgets;
  }

  /**
   * The request was too much for the server, or something in it was: smaller ones until that is found or passed.
   *
   * @param {number} rows
   */
  shrink(rows) {
    this.most = Math.max(1, Math.floor(Math.min(rows, this.size) / 2));
  }

  grow() {
    this.most = Math.min(this.maxRows, this.most * 2);
  }

  /** 95th percentile of the measured request times. */
  #slowest() {
    const sorted = [...this.#times].sort((a, b) => a - b);
    return sorted[Math.ceil(0.95 * sorted.length) - 1] ?? 0;
  }

  /**
   * Once half of a budget is gone, what is left of it is spread over the time that is left.
   *
   * @param {Budget} budget
   * @param {number} due
   */
  #affordable({ limit, remaining, resetAt }, due) {
    if (remaining >= limit / 2 || due >= resetAt) return due;
    return this.#lastSend + (resetAt - this.#lastSend) / Math.max(1, remaining);
  }
}

/**
 * The budgets in an answer: `RateLimit: "writes";r=118;t=42` with `RateLimit-Policy: "writes";q=120;w=60`, of each any
 * number with commas between them.
 *
 * @param {Headers} headers
 * @param {number} now
 * @returns {Budget[]}
 */
export function readBudgets(headers, now) {
  /** @type {(header: string, pattern: RegExp) => string[][]} */
  const items = (header, pattern) => [...String(headers.get(header)).matchAll(pattern)].map(([, ...found]) => found);
  const quotas = Object.fromEntries(items('RateLimit-Policy', /([^\s,;]+)[^,]*;\s*q=(\d+)/g));
  return items('RateLimit', /([^\s,;]+)[^,]*;\s*r=(\d+)[^,]*;\s*t=(\d+)/g)
    .map(([name, r, t]) => ({ limit: Number(quotas[name]), remaining: Number(r), resetAt: now + Number(t) * 1000 }))
    .filter(({ limit }) => limit);
}
