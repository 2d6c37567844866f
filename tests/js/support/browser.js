/**
 * One browser profile in this process: tabs share its databases, locks and channels, a fake clock and a server. A tab can be
 * frozen or crash, between any two steps that it has to wait for.
 */
import { IDBFactory } from 'fake-indexeddb';
import { BatchQueue } from '../../../batching/static/batching/batch-queue.js';
import { StoredLog } from '../../../batching/static/batching/operation-log.js';
import { FakeClock } from './clock.js';
import { reducers } from './experience.js';
import { FakePage } from './page.js';
import { Server } from './server.js';

export const DATABASE = 'batching /api/batch/ alice';

export class Browser {
  constructor({ server, locks = true, channels = true } = {}) {
    this.indexedDB = new IDBFactory();
    this.locks = locks ? new FakeLocks((what) => this.soon(what)) : undefined;
    this.channels = channels ? new Set() : undefined;
    this.transactions = 0;
    this.clock = new FakeClock(() => this.transactions > 0);
    this.server = new Server({ clock: this.clock, ...server });
    this.tabs = [];
  }

  open(options) {
    const tab = new Tab(this, this.tabs.length + 1, options);
    this.tabs.push(tab);
    return tab;
  }

  /** Something that happens without any clock, but not at once. */
  soon(what) {
    this.transactions++;
    setImmediate(() => {
      this.transactions--;
      what();
    });
  }

  /** Put a row on the server and on all pages. */
  put(resource, id, fields) {
    const row = this.server.put(resource, id, fields);
    for (const { queue } of this.tabs) queue.setBase(resource, id, row);
    return row;
  }

  get living() {
    return this.tabs.filter(({ dead }) => !dead);
  }

  /** Go on until nothing waits in any tab. */
  async finish(limit) {
    await this.clock.advance(0); // logs open
    await this.clock.until(() => this.living.every(({ queue }) => queue.stats().pending === 0), limit);
  }
}

export class Tab {
  dead = false;
  frozen = false;
  crashAt = Infinity; // this many steps from now
  steps = 0;
  events = [];
  outcomes = [];

  constructor(browser, number, { env, user = 'alice', online = true, ...options } = {}) {
    const { clock, server, indexedDB } = browser;
    Object.assign(this, { browser, number });
    this.page = new FakePage();
    this.page.onLine = online;
    let [ids, state] = [0, number * 7919 * 7919];
    const own = {
      ...clock,
      setTimeout: (callback, ms) => clock.setTimeout(() => this.whenAwake(callback), ms),
      fetch: async (url, init) => {
        await this.step();
        const response = await server.fetch(url, init);
        await this.step();
        return response;
      },
      random: () => ((state = (state * 48271) % 2147483647), state / 2147483647),
      uuid: () => `${String(number).padStart(8, '0')}-0000-7000-8000-${String(++ids).padStart(12, '0')}`,
      document: this.page,
      window: this.page,
      navigator: this.page,
      indexedDB,
      locks: browser.locks?.of(this),
      BroadcastChannel: browser.channels && channelOf(this),
    };
    const tell = () => (this.telling ??= new (own.BroadcastChannel ?? Mute)(DATABASE)).postMessage('changed');
    const log = new StoredLog(DATABASE, own, () => {}, tell);
    this.log = log;
    own.log = {
      get durable() { return log.durable; },
      close: () => log.close(),
      transact: async (work) => {
        await this.step();
        browser.transactions++;
        const result = await log.transact((draft) => (this.dead ? undefined : work(draft))).finally(() => browser.transactions--);
        await this.step();
        return result;
      },
    };
    this.queue = new BatchQueue({ url: '/api/batch/', user, reducers, ...options, env: { ...own, ...env } });
    for (const type of ['acked', 'failed', 'conflicted', 'unknown', 'cancelled', 'rollback', 'authrequired', 'degraded', 'error', 'request', 'included']) {
      this.queue.addEventListener(type, ({ detail }) => this.events.push({ type, ...detail }));
    }
  }

  add(operation) {
    const handle = this.queue.add(operation);
    this.outcomes.push({ operation, handle });
    handle.result.then((outcome) => (this.outcomes.find((one) => one.handle === handle).outcome = outcome));
    return handle;
  }

  click(target, action = 'increment', data) {
    return this.add({ resource: 'abilities', action, target, data });
  }

  typesOf() {
    return this.events.map(({ type }) => type);
  }

  /** Something that takes time: a tab may be gone before it goes on, or sleep. */
  async step() {
    if (++this.steps >= this.crashAt) this.crash();
    if (this.dead) await new Promise(() => {});
    if (this.frozen) await this.frozen.promise;
  }

  whenAwake(callback) {
    if (this.frozen) this.frozen.promise.then(() => this.whenAwake(callback));
    else if (!this.dead) callback();
  }

  crash() {
    this.dead = true;
    this.browser.locks?.forget(this);
    for (const channel of this.browser.channels ?? []) if (channel.tab === this) channel.close();
  }

  /** Nothing happens in a frozen tab, and it keeps its locks. */
  freeze() {
    this.frozen = {};
    this.frozen.promise = new Promise((resolve) => (this.frozen.resolve = resolve));
  }

  thaw() {
    const { resolve } = this.frozen;
    this.frozen = false;
    resolve();
    this.page.dispatchEvent(new Event('resume'));
  }
}

class Mute {
  postMessage() {}
}

const channelOf = (tab) =>
  class {
    tab = tab;

    constructor(name) {
      this.name = name;
      tab.browser.channels.add(this);
    }

    postMessage(data) {
      if (tab.dead) return;
      for (const channel of tab.browser.channels) {
        const { name, tab: other } = channel;
        // A frozen tab misses what is said: browsers drop messages to pages in their back-forward cache.
        if (other !== tab && name === this.name && !other.frozen) tab.browser.soon(() => other.dead || channel.onmessage?.({ data }));
      }
    }

    close() {
      tab.browser.channels.delete(this);
    }
  };

/** Exclusive Web Locks: in order of the requests, with `signal` and `steal`. */
export class FakeLocks {
  #queues = new Map();
  #soon;

  constructor(soon) {
    this.#soon = soon;
  }

  of(tab) {
    return { request: (name, options, work) => this.#request(tab, name, options, work) };
  }

  #request(tab, name, { signal, steal }, work) {
    const queue = this.#queues.get(name) ?? [];
    this.#queues.set(name, queue);
    return new Promise((resolve, reject) => {
      const request = { tab, resolve, reject, work };
      signal?.addEventListener('abort', () => {
        if (request.held || !queue.includes(request)) return;
        queue.splice(queue.indexOf(request), 1);
        reject(new DOMException('aborted', 'AbortError'));
      });
      if (steal && queue[0]?.held) queue.shift().reject(new DOMException('stolen', 'AbortError'));
      if (steal) queue.unshift(request);
      else queue.push(request);
      this.#grant(queue);
    });
  }

  #grant(queue) {
    const [first] = queue;
    if (!first || first.held) return;
    first.held = true;
    this.#soon(async () => {
      if (queue[0] !== first) return;
      try {
        first.resolve(await first.work({}));
      } catch (error) {
        first.reject(error);
      }
      if (queue[0] === first) queue.shift();
      this.#grant(queue);
    });
  }

  /** The tab is gone. */
  forget(tab) {
    for (const queue of this.#queues.values()) {
      const rest = queue.filter((request) => request.tab !== tab);
      queue.splice(0, queue.length, ...rest);
      this.#grant(queue);
    }
  }
}
