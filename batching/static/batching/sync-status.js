/**
 * <sync-status>: tells a person whether the changes are saved, and what to do about those that are not.
 *
 * It stands in the page's own DOM and has no style: the attribute `state` is `saved`, `saving`, `waiting`, `offline` or
 * `attention`, and the parts have classes that begin with `sync-`. What the server put between the tags is shown until
 * there is a queue.
 *
 * @import { BatchQueue, Operation, Stats } from './index.js'
 */

const QUIET = 2000; // ms between two announcements to screen readers

const WORDS = {
  saved: () => 'All changes saved',
  saving: () => 'Saving…',
  waiting: (/** @type {Stats} */ { pending }) => `${changes(pending)} waiting`,
  offline: (/** @type {Stats} */ { pending }) => `Offline, ${changes(pending)} waiting`,
  attention: (/** @type {Stats} */ { failed, unknown }) => `${changes(failed + unknown)} need${failed + unknown === 1 ? 's' : ''} attention`,
  held: (/** @type {Stats} */ { pending }) => `Log in again to save ${changes(pending)}`,
  refused: (/** @type {string} */ what, /** @type {string} */ why) => `${what} was refused: ${why}`,
  conflict: (/** @type {string} */ what, /** @type {string} */ why) => `${what} was not saved: ${why}`,
  unknown: (/** @type {string} */ what) => `${what} got no answer. It may be saved, or not.`,
  retry: 'Send again',
  discard: 'Discard',
  reload: 'Reload',
  resume: 'Continue',
};

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
  #timer;
  #announcedAt = -Infinity;
  #listed = '';
  #text = element('span', 'sync-text');
  #live = element('span', 'sync-announcement');
  #problems = element('div', 'sync-problems');

  /** @param {BatchQueue | undefined} queue */
  set queue(queue) {
    this.#queue = queue;
    this.#stop();
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
    this.#live.setAttribute('role', 'status');
    Object.assign(this.#live.style, HIDDEN);
    this.#text.setAttribute('aria-hidden', 'true'); // it changes with each click; the quiet twin beside it is read out
    this.replaceChildren(this.#text, this.#live, this.#problems);
    this.#queue.addEventListener('status', () => this.#render(), { signal: this.#listening.signal });
    this.#render();
  }

  #stop() {
    this.#listening.abort();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #render() {
    if (!this.#queue) return;
    const stats = this.#queue.stats();
    const state = shown(stats);
    const text = stats.state === 'held' ? this.words.held(stats) : this.words[state](stats);
    this.setAttribute('state', state);
    if (this.#text.textContent !== text) this.#text.textContent = text;
    this.#renderProblems(stats);
    this.#announce();
  }

  /** Say where things stand, but not after each click: a state that does not last is not worth a word. */
  #announce() {
    if (this.#timer !== undefined) return;
    const wait = Math.max(0, this.#announcedAt + QUIET - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const text = this.#text.textContent ?? '';
      if (this.getAttribute('state') === 'saving' || this.#live.textContent === text) return;
      this.#announcedAt = performance.now();
      this.#live.textContent = text;
    }, wait);
  }

  /** @param {Stats} stats */
  #renderProblems(stats) {
    const problems = this.#queue?.operations().filter(needsAttention) ?? [];
    const listed = JSON.stringify([stats.state === 'held', problems.map(({ id, state }) => [id, state])]);
    if (listed === this.#listed) return; // a new list would take the focus from its buttons
    this.#listed = listed;
    const hadFocus = this.#problems.contains(document.activeElement);
    const list = element('ul', 'sync-list');
    list.append(...problems.map((operation) => this.#problem(operation)));
    const unknown = problems.some(({ state }) => state === 'unknown');
    this.#problems.replaceChildren(
      ...(problems.length ? [list] : []),
      ...(stats.state === 'held' ? [this.#button(this.words.resume, () => this.#queue?.resume())] : []),
      ...(unknown ? [this.#button(this.words.reload, () => this.#reload())] : []),
    );
    if (hadFocus) this.#focus();
  }

  /** @param {Operation} operation */
  #problem(operation) {
    const item = element('li', 'sync-problem');
    const { id, error, state } = operation;
    const what = this.describe(operation);
    const why = error?.detail ?? '';
    const text = element('span', 'sync-reason');
    if (state === 'unknown') text.textContent = this.words.unknown(what);
    else text.textContent = state === 'conflicted' ? this.words.conflict(what, why) : this.words.refused(what, why);
    item.append(
      text,
      this.#button(this.words.retry, () => this.#queue?.retry(id), what),
      this.#button(this.words.discard, () => this.#queue?.discard(id), what),
    );
    return item;
  }

  /**
   * @param {string} label
   * @param {() => unknown} action
   * @param {string} [what]
   */
  #button(label, action, what) {
    const button = element('button', 'sync-button');
    button.setAttribute('type', 'button');
    button.textContent = label;
    if (what) button.setAttribute('aria-label', `${label}: ${what}`);
    button.addEventListener('click', action);
    return button;
  }

  /** What was sent without an answer is given up, and the page asks the server how things stand. */
  async #reload() {
    if (!this.dispatchEvent(new CustomEvent('sync-reload', { bubbles: true, cancelable: true }))) return;
    const unknown = this.#queue?.operations().filter(({ state }) => state === 'unknown') ?? [];
    for (const { id } of unknown) await this.#queue?.discard(id);
    await this.#queue?.flush();
    location.reload();
  }

  /** The button that had the focus is gone: the next problem has it, or the state itself. */
  #focus() {
    const next = this.#problems.querySelector('button');
    if (!next) this.tabIndex = -1;
    (next ?? this).focus();
  }
}

/** Read out, not seen. Set by script: a strict Content-Security-Policy allows that, and no style attribute. */
const HIDDEN = { position: 'absolute', width: '1px', height: '1px', overflow: 'hidden', clipPath: 'inset(50%)', whiteSpace: 'nowrap' };

/** @param {Stats} stats */
function shown({ state, failed, unknown }) {
  if (failed || unknown || state === 'held') return 'attention';
  if (state === 'idle' || state === 'closed') return 'saved';
  if (state === 'collecting' || state === 'saving') return 'saving';
  return state === 'offline' ? 'offline' : 'waiting';
}

/** @param {Operation} operation */
const needsAttention = ({ state }) => state === 'failed' || state === 'conflicted' || state === 'unknown';

/** @param {number} count */
const changes = (count) => (count === 1 ? '1 change' : `${count} changes`);

/**
 * @param {string} name
 * @param {string} className
 */
const element = (name, className) => Object.assign(document.createElement(name), { className });

if (!customElements.get('sync-status')) customElements.define('sync-status', SyncStatus);
