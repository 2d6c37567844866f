/**
 * <sync-status>: tells a person whether the changes are saved, how far a large sync is, and what to do about those that are
 * not.
 *
 * It stands in the page's own DOM and has no style: the attribute `state` is `saved`, `saving`, `waiting`, `offline` or
 * `attention`, and the parts have classes that begin with `sync-`. What the server put between the tags is shown until
 * there is a queue.
 *
 * @import { BatchQueue, Operation, Stats } from './index.js'
 */

const QUIET = 2000; // ms between two announcements to screen readers
const LARGE = 10; // operations from which on a sync has a progress bar
const LINGER = 1500; // ms for which the bar is shown when it is full

/** @typedef {{name: string, theirs: unknown, ours: unknown}} Difference  of a field: on the server, and in the operation */

const WORDS = {
  saved: () => 'All changes saved',
  saving: () => 'Saving…',
  waiting: (/** @type {Stats} */ { pending }) => `${changes(pending)} waiting`,
  offline: (/** @type {Stats} */ { pending }) => `Offline, ${changes(pending)} waiting`,
  attention: (/** @type {Stats} */ { failed }) => `${changes(failed)} need${failed === 1 ? 's' : ''} attention`,
  auth: (/** @type {Stats} */ { pending }) => `Log in again to save ${changes(pending)}`,
  user: (/** @type {Stats} */ { pending }) => `Somebody else is logged in; ${changes(pending)} waiting`,
  volatile: 'This browser cannot store changes: keep the page open until all are saved.',
  progress: (/** @type {number} */ done, /** @type {number} */ total) => `${done} of ${total} saved`,
  network: (/** @type {number} */ count) => `${count} without an answer`,
  validation: (/** @type {number} */ count) => `${count} invalid`,
  conflict: (/** @type {number} */ count) => `${count} changed elsewhere`,
  refused: (/** @type {number} */ count) => `${count} refused`,
  refusal: (/** @type {string} */ what, /** @type {string} */ why) => `${what} was refused: ${why}`,
  unknown: (/** @type {string} */ what) => `${what} got no answer. It may be saved, or not.`,
  differs: (/** @type {string} */ what, /** @type {Difference} */ { name, theirs, ours }) =>
    `${what}: ${name.replaceAll('_', ' ')} was ${theirs} on another device, ${ours} here; ${theirs} is shown`,
  list: 'Show',
  login: 'Log in',
  retry: 'Send again',
  discard: 'Discard',
  retryAll: 'Send all again',
  discardAll: 'Discard all',
};

/** @typedef {'network' | 'validation' | 'conflict' | 'refused'} Cause */

/** @type {Cause[]} */
const CAUSES = ['network', 'validation', 'conflict', 'refused'];

export class SyncStatus extends HTMLElement {
  /** Texts; assign an object with those that should be different. */
  words = WORDS;

  /**
   * What an operation is called in the words of the page: "Area Lore +1".
   *
   * @param {Operation} operation
   * @returns {string}
   */
  describe = ({ resource, action, target }) => `${action} ${resource} ${typeof target === 'object' ? '' : target ?? ''}`.trim();

  /** @type {BatchQueue | undefined} */
  #queue;
  #listening = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #announcing;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #lingering;
  #announcedAt = -Infinity;
  /** @type {Map<string, HTMLElement>} by operation id */
  #items = new Map();
  #text = element('span', 'sync-text');
  #live = element('span', 'sync-announcement');
  #login = this.#button('login', () => this.#logIn());
  #progress = Object.assign(element('div', 'sync-progress'), { hidden: true });
  #bar = /** @type {HTMLProgressElement} */ (element('progress', 'sync-bar'));
  #counts = element('span', 'sync-counts');
  #warning = Object.assign(element('p', 'sync-warning'), { hidden: true });
  #problems = /** @type {HTMLDetailsElement} */ (element('details', 'sync-problems'));
  #panel = element('div', 'sync-panel');
  #list = element('ul', 'sync-list');
  #all = element('p', 'sync-all');

  /** @param {BatchQueue | undefined} queue */
  set queue(queue) {
    this.#stop();
    this.#queue = queue;
    if (this.isConnected) this.#start();
  }

  get queue() {
    return this.#queue;
  }

  connectedCallback() {
    this.#start();
  }

  disconnectedCallback() {
    this.#stop();
  }

  #start() {
    if (!this.#queue) return;
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.#build();
    this.#queue.addEventListener('status', () => this.#render(), { signal });
    this.#queue.addEventListener('degraded', () => (this.#warning.hidden = false), { signal });
    this.#problems.addEventListener('keydown', (event) => this.#closeOn(event), { signal });
    this.#render();
  }

  #stop() {
    this.#listening.abort();
    clearTimeout(this.#announcing);
    clearTimeout(this.#lingering);
    this.#announcing = this.#lingering = undefined;
  }

  #build() {
    const summary = element('summary', 'sync-summary');
    this.#live.setAttribute('role', 'status');
    Object.assign(this.#live.style, HIDDEN);
    this.#text.setAttribute('aria-hidden', 'true'); // it changes with each click; the quiet twin beside it is read out
    this.#login.className = 'sync-login';
    this.#login.textContent = this.words.login; // words may have been assigned since it was made
    this.#warning.textContent = this.words.volatile;
    this.#warning.setAttribute('role', 'alert');
    summary.textContent = this.words.list;
    this.#progress.replaceChildren(this.#bar, this.#counts);
    const buttons = [this.#button('retryAll', () => this.#queue?.retry()), this.#button('discardAll', () => this.#queue?.discard())];
    this.#all.replaceChildren(...buttons);
    this.#panel.replaceChildren(this.#list, this.#all);
    this.#problems.replaceChildren(summary, this.#panel);
    this.replaceChildren(this.#text, this.#live, this.#login, this.#progress, this.#problems, this.#warning);
  }

  #render() {
    if (!this.#queue) return;
    const stats = this.#queue.stats();
    const state = stateOf(stats);
    const text = this.words[stats.held ?? state](stats);
    this.setAttribute('state', state);
    if (this.#text.textContent !== text) this.#text.textContent = text;
    this.#login.hidden = !stats.held;
    this.#renderProgress(stats);
    this.#renderProblems();
    this.#announce();
  }

  // --- progress ---

  /** @param {Stats} stats */
  #renderProgress(stats) {
    const { done, total, pending } = stats;
    if (pending && total >= LARGE) {
      clearTimeout(this.#lingering);
      this.#lingering = undefined;
      this.#showProgress(done, total);
    } else if (!this.#progress.hidden && this.#lingering === undefined) {
      this.#showProgress(this.#bar.max, this.#bar.max);
      this.#lingering = setTimeout(() => {
        this.#progress.hidden = true;
        this.#lingering = undefined;
      }, LINGER);
    }
  }

  /**
   * @param {number} done
   * @param {number} total
   */
  #showProgress(done, total) {
    const causes = causesOf(this.#queue?.operations() ?? []);
    const faults = CAUSES.filter((cause) => causes[cause]).map((cause) => this.words[cause](causes[cause]));
    const saved = Math.max(0, done - causes.validation - causes.conflict - causes.refused);
    const text = [this.words.progress(saved, total), ...faults].join(', ');
    this.#progress.hidden = false;
    Object.assign(this.#bar, { max: total, value: done });
    this.#bar.setAttribute('aria-label', this.words.saving());
    if (this.#counts.textContent !== text) this.#counts.textContent = text;
  }

  // --- screen readers ---

  /** Say where things stand, but not after each click: a state that does not last is not worth a word. */
  #announce() {
    if (this.#announcing !== undefined) return;
    const wait = Math.max(0, this.#announcedAt + QUIET - performance.now());
    this.#announcing = setTimeout(() => {
      this.#announcing = undefined;
      const large = !this.#progress.hidden;
      if (this.getAttribute('state') === 'saving' && !large) return;
      const parts = large ? [this.#text, this.#counts] : [this.#text];
      const text = parts.map(({ textContent }) => textContent).join(' ');
      if (this.#live.textContent === text) return;
      this.#announcedAt = performance.now();
      this.#live.textContent = text;
    }, wait);
  }

  // --- what needs a person ---

  /** Items that stay keep their place and the focus. */
  #renderProblems() {
    const problems = this.#queue?.operations().filter(needsAttention) ?? [];
    const names = new Set(problems.map(itemName));
    const hadFocus = this.#problems.contains(document.activeElement);
    for (const [name, item] of this.#items) if (!names.has(name) && this.#items.delete(name)) item.remove();
    for (const operation of problems) {
      const name = itemName(operation);
      if (this.#items.has(name)) continue;
      const item = this.#problem(operation);
      this.#items.set(name, item);
      this.#list.append(item);
    }
    this.#problems.hidden = !problems.length;
    this.#all.hidden = problems.length < 2;
    if (hadFocus && !(this.#problems.contains(document.activeElement) && problems.length)) this.#focus();
  }

  /** @param {Operation} operation */
  #problem(operation) {
    const item = element('li', 'sync-problem');
    const text = element('span', 'sync-reason');
    const { id } = operation;
    const what = this.describe(operation);
    text.textContent = this.reason(operation);
    item.append(
      text,
      this.#button('retry', () => this.#queue?.retry(id), what),
      this.#button('discard', () => this.#queue?.discard(id), what),
    );
    return item;
  }

  /**
   * Why an operation is not saved, in words.
   *
   * @param {Operation} operation
   * @returns {string}
   */
  reason(operation) {
    const what = this.describe(operation);
    if (operation.state === 'unknown') return this.words.unknown(what);
    const [difference] = differences(operation);
    if (difference) return this.words.differs(what, difference);
    return this.words.refusal(what, operation.error?.detail ?? '');
  }

  /**
   * @param {'login' | 'retry' | 'discard' | 'retryAll' | 'discardAll'} word
   * @param {() => unknown} action
   * @param {string} [what]
   */
  #button(word, action, what) {
    const button = element('button', 'sync-button');
    const label = this.words[word];
    button.setAttribute('type', 'button');
    button.textContent = label;
    if (what) button.setAttribute('aria-label', `${label}: ${what}`);
    button.addEventListener('click', action);
    return button;
  }

  /** A page that can do better than going on after a login elsewhere prevents it. */
  #logIn() {
    if (this.dispatchEvent(new CustomEvent('sync-login', { bubbles: true, cancelable: true }))) this.#queue?.resume();
  }

  /** @param {KeyboardEvent} event */
  #closeOn(event) {
    if (event.key !== 'Escape' || !this.#problems.open) return;
    event.preventDefault();
    this.#problems.open = false;
    this.#problems.querySelector('summary')?.focus();
  }

  /** The button that had the focus is gone: the next problem has it, or the state itself. */
  #focus() {
    const next = this.#list.querySelector('button');
    if (!next) this.tabIndex = -1;
    (next ?? this).focus();
  }
}

/** Read out, not seen. Set by script: a strict Content-Security-Policy allows that, and no style attribute. */
const HIDDEN = { position: 'absolute', width: '1px', height: '1px', overflow: 'hidden', clipPath: 'inset(50%)', whiteSpace: 'nowrap' };

/**
 * What the state of the queue means to a person.
 *
 * @param {Stats} stats
 * @returns {'saved' | 'saving' | 'waiting' | 'offline' | 'attention'}
 */
export function stateOf({ state, failed, held }) {
  if (failed || held) return 'attention';
  if (state === 'idle' || state === 'closed') return 'saved';
  if (state === 'collecting' || state === 'saving') return 'saving';
  return state === 'offline' ? 'offline' : 'waiting';
}

/**
 * The fields of a refused operation that are not as it wanted them.
 *
 * @param {Operation} operation
 * @returns {Difference[]}
 */
export function differences({ data, error, state }) {
  const current = error?.current?.data;
  if (state !== 'conflicted' || !current) return [];
  return Object.entries(data)
    .filter(([name, ours]) => name in current && JSON.stringify(current[name]) !== JSON.stringify(ours))
    .map(([name, ours]) => ({ name, theirs: current[name], ours }));
}

/**
 * How many operations are not saved, by cause: no answer (yet); 400 or 422; 409 or 412; anything else.
 *
 * @param {readonly Operation[]} operations
 */
export function causesOf(operations) {
  const causes = { network: 0, validation: 0, conflict: 0, refused: 0 };
  for (const operation of operations) if (operation.error || operation.limbo) causes[causeOf(operation)]++;
  return causes;
}

/**
 * @param {Operation} operation
 * @returns {Cause}
 */
function causeOf({ state, error }) {
  if (!error || state === 'unknown') return 'network';
  if (state === 'conflicted') return 'conflict';
  return error.status === 400 || error.status === 422 ? 'validation' : 'refused';
}

/** @param {Operation} operation */
export const needsAttention = ({ state }) => state === 'failed' || state === 'conflicted' || state === 'unknown';

/** @param {Operation} operation */
const itemName = ({ id, state }) => `${id} ${state}`;

/** @param {number} count */
const changes = (count) => (count === 1 ? '1 change' : `${count} changes`);

/**
 * @param {string} name
 * @param {string} className
 */
const element = (name, className) => Object.assign(document.createElement(name), { className });

if (!customElements.get('sync-status')) customElements.define('sync-status', SyncStatus);
