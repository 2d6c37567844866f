/**
 * The laboratory of the queue: rows to click on, faults to switch on, and everything that the queue does about it.
 *
 * @import { Data, Operation, QueueEvents } from '../batching/index.js'
 */
import { causesOf } from '../batching/sync-status.js';
import { Faults } from './faults.js';
import { watchLeaving } from './leaving.js';
import { find, read } from './page.js';
import { Painter } from './painter.js';
import { openQueue } from './queue.js';
import { reducers } from './reducers.js';
import { Session } from './session.js';
import { showStatus } from './status.js';
import { Words } from './words.js';

const KEPT = 40; // requests in the table

/** @typedef {{resource: string, id: number, name: string}} Line */

class Laboratory {
  #root = find('[data-lab]');
  #painter = new Painter();
  /** @type {{cells: string[], failed: boolean}[]} the latest first */
  #requests = [];
  #sent = 0;

  /** @param {Data} sheet */
  constructor(sheet) {
    const faults = new Faults(document.body.dataset.batch ?? '');
    /** @type {Line[]} */
    this.lines = [
      ...sheet.abilities.map((/** @type {Data} */ row) => ({ resource: 'abilities', id: row.id, name: row.ability_name })),
      ...sheet.arts.map((/** @type {Data} */ row) => ({ resource: 'arts', id: row.id, name: row.art_name })),
    ];
    this.queue = openQueue({
      feed: this.#root.dataset.changes,
      since: sheet.revision,
      reducers,
      env: faults.environment,
    });
    for (const row of sheet.abilities) this.queue.setBase('abilities', row.id, row);
    for (const row of sheet.arts) this.queue.setBase('arts', row.id, row);
    this.#drawRows();
    this.#listen();
    this.#root.addEventListener('change', ({ target }) => target instanceof HTMLInputElement && faults.set(target.name, target.checked));
    this.#root.addEventListener('click', ({ target }) => target instanceof Element && this.#clicked(target));
    const words = new Words(read('words'));
    new Session(this.queue, words);
    watchLeaving(this.queue, words);
    showStatus(this.queue, words, (operation) => this.#describe(operation));
    this.#painter.mark(this);
  }

  #listen() {
    for (const type of /** @type {const} */ (['status', 'enqueue', 'change'])) {
      this.queue.addEventListener(type, () => this.#painter.mark(this));
    }
    this.queue.addEventListener('request', () => this.#sent++);
    this.queue.addEventListener('request', ({ detail }) => this.#requested(detail));
  }

  // --- doing ---

  /** @param {Element} target */
  #clicked(target) {
    const deed = target.getAttribute('data-deed');
    const line = target.closest('[data-line]');
    if (deed) this.#deeds[deed]();
    else if (line && target.hasAttribute('data-by')) this.#step(this.lines[Number(line.getAttribute('data-line'))], Number(target.getAttribute('data-by')));
  }

  /** @type {Record<string, () => unknown>} */
  #deeds = {
    all: () => this.lines.forEach((line) => this.#step(line, 1)),
    fifty: () => Array.from({ length: 50 }, () => this.#step(this.lines[0], 1)),
    gain: () => this.#add(this.lines[0], 'gain', { amount: 5 }),
    refused: () => this.#step(this.lines[0], -1000),
    conflict: () => this.#add(this.lines[0], 'update', { experience_points: 5 }, '"0"'),
    flush: () => this.queue.flush(),
    pull: () => this.queue.pull(),
    pause: () => this.#togglePause(),
  };

  /**
   * @param {Line} line
   * @param {number} by
   */
  #step(line, by) {
    this.#add(line, 'increment', { by });
  }

  /**
   * @param {Line} line
   * @param {string} action
   * @param {Data} data
   * @param {string} [if_match]
   */
  #add({ resource, id: target }, action, data, if_match) {
    this.queue.add({ resource, action, target, data, if_match });
  }

  #togglePause() {
    const paused = this.queue.stats().state === 'paused';
    if (paused) this.queue.resume();
    else this.queue.pause();
    find('[data-deed=pause]').setAttribute('aria-pressed', String(!paused));
  }

  // --- showing ---

  #drawRows() {
    const items = this.lines.map(({ name }, index) => {
      const item = element('li');
      item.dataset.line = String(index);
      item.append(button('\u2212', `Lower ${name}`, -1), element('b', '', 'lab-score'), button('+', `Raise ${name}`, 1), element('span', name));
      return item;
    });
    find('[data-rows]').replaceChildren(...items);
  }

  paint() {
    this.#paintRows();
    this.#paintFigures();
    const operations = this.queue.operations();
    find('[data-operations]').replaceChildren(...operations.map((operation) => this.#operationRow(operation)));
    find('[data-requests]').replaceChildren(...this.#requests.map(({ cells, failed }) => row(cells, failed ? 'failed' : '')));
    find('[data-count=operations]').textContent = String(operations.length);
    find('[data-count=requests]').textContent = String(this.#sent);
  }

  #paintRows() {
    this.lines.forEach(({ resource, id }, index) => {
      const shown = this.queue.view(resource, id);
      const item = find(`[data-line="${index}"]`);
      find('.lab-score', item).textContent = shown ? `${shown.score}${shown.remainder ? ` (${shown.remainder})` : ''}` : 'gone';
      item.classList.toggle('pending', this.queue.pending(resource, id) > 0);
    });
  }

  #paintFigures() {
    const { until, ...stats } = this.queue.stats();
    const left = until ? `${Math.max(0, (until - Date.now()) / 1000).toFixed(1)} s` : '';
    const pairs = Object.entries({ ...stats, ...causesOf(this.queue.operations()), 'waits for': left }).map(([name, value]) => {
      const pair = element('div');
      pair.append(element('dt', name), element('dd', String(value ?? '')));
      return pair;
    });
    find('[data-figures]').replaceChildren(...pairs);
  }

  /** @param {Operation} operation */
  #operationRow(operation) {
    const { seq, state, limbo, attempts, error, id } = operation;
    const told = `${this.#describe(operation)}${error ? `: ${error.detail}` : ''}`;
    return row([String(seq), limbo ? `${state}, limbo` : state, told, String(attempts), id.slice(-8)], state);
  }

  /** @param {Operation} operation */
  #describe({ resource, target, action, data }) {
    const line = this.lines.find((one) => one.resource === resource && one.id === target);
    const details = Object.entries(data).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
    return [line?.name ?? `${resource} ${JSON.stringify(target ?? '')}`, action, ...details].join(' ');
  }

  /** @param {QueueEvents['request']} request */
  #requested({ ids, method, url, bytes }) {
    const entry = { cells: [new Date().toLocaleTimeString(), `${method} ${url}`, String(ids.length), String(bytes), '…', ''], failed: false };
    this.#requests = [entry, ...this.#requests].slice(0, KEPT);
    const listening = new AbortController();
    const answered = (/** @type {CustomEvent<QueueEvents['response']>} */ { detail }) => {
      if (detail.ids[0] !== ids[0]) return;
      entry.cells.splice(4, 2, String(detail.status ?? 'none'), `${Math.round(detail.ms)} ms`);
      entry.failed = !(Number(detail.status) < 300);
      listening.abort();
      this.#painter.mark(this);
    };
    this.queue.addEventListener('response', answered, { signal: listening.signal });
  }
}

/**
 * @param {string} name
 * @param {string} [text]
 * @param {string} [className]
 */
const element = (name, text = '', className = '') => Object.assign(document.createElement(name), { textContent: text, className });

/**
 * @param {string} text
 * @param {string} label
 * @param {number} by
 */
function button(text, label, by) {
  const made = element('button', text, 'step');
  made.setAttribute('type', 'button');
  made.setAttribute('aria-label', label);
  made.dataset.by = String(by);
  return made;
}

/**
 * @param {string[]} cells
 * @param {string} className
 */
function row(cells, className) {
  const made = element('tr', '', className);
  made.append(...cells.map((text) => element('td', text)));
  return made;
}

new Laboratory(read('sheet'));
