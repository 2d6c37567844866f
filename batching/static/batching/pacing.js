/**
 * When to send: as soon as this person pauses, never later than promised, and never faster than the server's budget.
 *
 * All times are milliseconds of one monotonic clock.
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

/** @typedef {{limit: number, remaining: number, resetAt: number}} Budget  What a RateLimit header says. */

export class Pacing {
  /** @type {number[]} */
  #gaps = [];
  #lastClick = -Infinity;
  /** @type {number | undefined} */
  #firstUnsent;
  #lastSend = 0;
  #leftBehind = false; // the last request had no room for all
  /** @type {number[]} */
  #times = [];
  /** @type {Budget[]} */
  #budgets = [];

  /** @param {number} maxRows  operations that fill a request: with so many there is nothing to wait for */
  constructor(maxRows) {
    this.maxRows = maxRows;
    this.size = maxRows;
  }

  /** @param {number} now */
  click(now) {
    const gap = now - this.#lastClick;
    if (gap > REST) this.#gaps = [];
    else if (gap > ONE_GESTURE) this.#gaps = [...this.#gaps, gap].slice(-GAPS);
    this.#lastClick = now;
    this.#firstUnsent ??= now;
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
    const first = this.#firstUnsent ?? this.#lastClick;
    const full = this.#leftBehind || rows >= this.maxRows;
    const due = full ? first : Math.min(this.#lastClick + this.window, first + this.maxWait);
    return Math.max(due, ...this.#budgets.map((budget) => this.#affordable(budget, due)));
  }

  /**
   * @param {number} now
   * @param {boolean} everything  whether nothing was left behind
   */
  sent(now, everything) {
    this.#lastSend = now;
    this.#leftBehind = !everything;
    if (everything) this.#firstUnsent = undefined;
  }

  /**
   * @param {number} now
   * @param {number} took  from the request to the end of its answer
   * @param {Headers} headers
   */
  answered(now, took, headers) {
    this.#times = [...this.#times, took].slice(-SAMPLES);
    const budgets = readBudgets(headers, now);
    if (budgets.length) this.#budgets = budgets;
  }

  /**
   * The request was too much for the server, or something in it was: smaller ones until that is found or passed.
   *
   * @param {number} rows
   */
  shrink(rows) {
    this.size = Math.max(1, Math.floor(Math.min(rows, this.size) / 2));
  }

  grow() {
    this.size = Math.min(this.maxRows, this.size * 2);
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
  const quotas = new Map((headers.get('RateLimit-Policy') ?? '').split(',').map((item) => /** @type {[string, number]} */ (readItem(item, 'q'))));
  return (headers.get('RateLimit') ?? '')
    .split(',')
    .map((item) => readItem(item, 'r', 't'))
    .map(([name, remaining, reset]) => ({ limit: Number(quotas.get(name)), remaining, resetAt: now + reset * 1000 }))
    .filter((budget) => Object.values(budget).every(Number.isFinite));
}

/**
 * The name of an item of a structured header field, and some of its parameters.
 *
 * @param {string} item
 * @param {string[]} parameters
 * @returns {[string, ...number[]]}
 */
const readItem = (item, ...parameters) => [
  item.split(';')[0].trim(),
  ...parameters.map((name) => Number(new RegExp(`;\\s*${name}=(\\d+)`).exec(item)?.[1])),
];
