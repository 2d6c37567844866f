/**
 * The browser queue: clicks become operations, operations that belong together become one, and few requests carry them.
 *
 * @import { Data, Environment, Handle, LogSnapshot, NewOperation, Operation, Options, Outcome, Place, Problem } from './index.js'
 * @import { QueueEvents, QueueState, Stats, Target, Wire } from './index.js'
 * @import { Draft } from './operation-log.js'
 * @import { Settlement } from './sender.js'
 * @import { Verdict } from './wire.js'
 */
import { findMerge } from './coalesce.js';
import { dependsOn, lidsIn, placeOf, readOperation, uuid7 } from './operation.js';
import { MemoryLog } from './operation-log.js';
import { OptimisticView, revisionOf } from './optimistic-view.js';
import { Pacing } from './pacing.js';
import { isLive, isWaiting } from './planning.js';
import { claim, deliver, dependentsOf, failedWith, settle } from './sender.js';
import { HOUR, requestFor, routesBeside } from './wire.js';

/**
 * @template T
 * @typedef {{promise: Promise<T>, resolve: (value: T) => void, reject: (cause: unknown) => void}} Deferred
 */
/** @typedef {{row: string, stored: Deferred<void>, done: Deferred<Outcome>}} Waiter  `row`: the id that stands for it now */

export class BatchQueue extends EventTarget {
  #options;
  #env;
  #pacing;
  #view;
  /** @type {LogSnapshot} */
  #log = { rows: [], ids: new Map(), meta: { lastSeq: 0, notBefore: 0 } };
  /** @type {Operation[]} added, but not in the log yet */
  #fresh = [];
  /** @type {Map<string, Waiter>} by operation id */
  #waiters = new Map();
  /** @type {Map<string, string>} names of the groups of this task, and what they are called on the wire */
  #gestures = new Map();
  /** @type {Set<Place & {listener: (view: Data | null | undefined) => void}>} */
  #subscriptions = new Set();
  /** @type {Promise<void> | undefined} */
  #storing;
  /** @type {Promise<void> | undefined} */
  #running;
  /** @type {any} */
  #timer;
  /** @type {'closed' | 'paused' | 'held' | undefined} why nothing is sent, if it is not for the operations themselves */
  #stopped;
  #urgent = false;
  #refusedToken = false;
  #failures = 0; // requests in a row without a useful answer
  #told = ''; // the last status event
  #listening = new AbortController();

  /** @param {Options} options */
  constructor(options) {
    super();
    const { env } = options;
    this.#env = environment(env);
    this.#options = readOptions(options, this.#env);
    this.#view = new OptimisticView(this.#options.reducers);
    this.#pacing = new Pacing(this.#options.maxRows);
    for (const type of ['visibilitychange', 'pagehide', 'online', 'offline']) {
      const look = () => {
        const leaving = type === 'pagehide' || this.#hidden;
        if (leaving && this.#state() !== 'offline') void this.flush();
        else this.#arm();
      };
      this.#env.window?.addEventListener(type, look, { signal: this.#listening.signal });
    }
  }

  /**
   * @param {NewOperation} input
   * @returns {Handle}
   */
  add(input) {
    const { uuid, wall, now } = this.#env;
    if (this.#stopped === 'closed') throw new Error('The queue is closed');
    let operation = readOperation(input, { id: uuid(), at: wall() });
    this.#check(operation);
    if (operation.group) operation = { ...operation, group: this.#gesture(operation.group) };
    const { id } = operation;
    const place = placeOf(operation);
    const waiter = { row: id, stored: defer(), done: defer() };
    waiter.stored.promise.catch(() => {}); // whoever wants to know waits for it; nobody has to
    this.#waiters.set(id, waiter);
    this.#fresh.push(operation);
    this.#pacing.click(now());
    this.#view.push(operation);
    this.#show([place]);
    this.#emit('enqueue', { operation });
    this.#store();
    this.#arm();
    return { id, target: place.target, persisted: waiter.stored.promise, result: waiter.done.promise };
  }

  /**
   * @param {string} resource
   * @param {Target} target
   */
  view(resource, target) {
    return this.#view.view(this.#view.key(resource, target));
  }

  /** @param {string} resource */
  list(resource) {
    return this.#view.list(resource);
  }

  /**
   * @param {string} resource
   * @param {Target} target
   */
  pending(resource, target) {
    return this.#view.pending(this.#view.key(resource, target)).length;
  }

  /**
   * @param {string} resource
   * @param {number | string} target
   * @param {Data | null} data
   * @param {{revision?: number | string}} [options]
   */
  setBase(resource, target, data, { revision = data?.revision } = {}) {
    this.#view.setBase({ resource, target, data, revision: revisionOf(revision) });
    this.#show([{ resource, target }]);
  }

  /**
   * @param {string} resource
   * @param {Target} target
   * @param {(view: Data | null | undefined) => void} listener
   */
  subscribe(resource, target, listener) {
    const subscription = { resource, target, listener };
    this.#subscriptions.add(subscription);
    return () => void this.#subscriptions.delete(subscription);
  }

  async flush() {
    this.#urgent = true;
    await this.#run();
    return !this.stats().pending;
  }

  /** @param {string} [id] */
  async retry(id) {
    this.#show((await this.#transact((draft) => this.#renew(draft, chosen(draft, id)))).map(placeOf));
    void this.flush();
  }

  /** @param {string} [id] */
  async discard(id) {
    const dropped = await this.#transact((draft) => drop(draft, chosen(draft, id)));
    for (const row of dropped) this.#finish(row, { state: 'discarded' });
    this.#show(dropped.map(placeOf));
    this.#arm();
  }

  pause() {
    this.#stop('paused');
  }

  resume() {
    this.#refusedToken = false;
    this.#stop(undefined);
  }

  async close() {
    this.#stop('closed');
    this.#listening.abort();
    await this.#running;
    await this.#env.log.close();
  }

  /** @returns {Stats} */
  stats() {
    const rows = this.operations();
    /** @param {(row: Operation) => boolean} test */
    const count = (test) => rows.filter(test).length;
    return {
      state: this.#state(),
      pending: count(isLive),
      inflight: count((row) => row.state === 'inflight'),
      unknown: count((row) => row.state === 'unknown'),
      failed: count((row) => !isLive(row)),
      until: this.#delay() && this.#log.meta.notBefore,
    };
  }

  operations() {
    return [...this.#log.rows, ...this.#fresh];
  }

  // --- taking operations ---

  /** @param {Operation} operation */
  #check({ id, lid = '', target, data }) {
    const rows = this.operations();
    const { ids } = this.#log;
    /** @param {string} name */
    const isKnown = (name) => ids.has(name) || rows.some((row) => row.lid === name);
    if (isKnown(lid) || rows.some((row) => row.id === id)) throw new TypeError('operation.id and operation.lid must be new');
    const stranger = lidsIn(target, data).find((name) => !isKnown(name));
    if (stranger) throw new TypeError(`operation must not refer to the unknown lid ${stranger}`);
  }

  /**
   * A group is what one task adds under one name; on the wire it has a name of its own.
   *
   * @param {string} name
   */
  #gesture(name) {
    if (!this.#gestures.size) queueMicrotask(() => this.#gestures.clear());
    const known = this.#gestures.get(name) ?? this.#env.uuid();
    this.#gestures.set(name, known);
    return known;
  }

  #store() {
    return (this.#storing ??= this.#storeAll().finally(() => (this.#storing = undefined)));
  }

  /** Bring what was added into the log. Clicks of one task share a transaction. */
  async #storeAll() {
    await null;
    while (this.#fresh.length) {
      const added = [...this.#fresh];
      const stored = () => (this.#fresh = this.#fresh.slice(added.length));
      try {
        const places = await this.#transact((draft) => added.map((row) => this.#place(draft, row)), stored);
        added.forEach((row, index) => this.#stored(row, places[index]));
      } catch (cause) {
        stored();
        this.#adopt(this.#log);
        for (const row of added) this.#notStored(row, cause);
      }
      this.#arm();
    }
  }

  /**
   * Put an operation into the log, merged into one that waits there if the two can be one.
   *
   * @param {Draft} draft
   * @param {Operation} operation
   * @returns {Operation} what stands for it now, in the log or, if nothing is left of it, not
   */
  #place(draft, operation) {
    const row = { ...operation, depends_on: operation.depends_on?.map((id) => this.#waiters.get(id)?.row ?? id) };
    const broken = draft.rows.find((other) => !isLive(other) && dependsOn(row, other));
    if (broken) return draft.append({ ...row, ...failedWith(broken) });
    const merge = findMerge(draft.rows, row, this.#options.coalesce, draft.ids);
    if (!merge) return draft.append(row);
    const { into, merged } = merge;
    const waiter = this.#waiters.get(row.id);
    if (waiter) waiter.row = into.id;
    if (merged) return draft.replace(merged);
    draft.remove(into);
    return into;
  }

  /**
   * @param {Operation} operation
   * @param {Operation} place
   */
  #stored({ id }, place) {
    this.#waiters.get(id)?.stored.resolve();
    if (place.error) this.#refused([place]);
    else if (!this.#log.rows.some((row) => row.id === place.id)) this.#finish(place, { state: 'cancelled' });
  }

  /**
   * @param {Operation} operation
   * @param {unknown} cause
   */
  #notStored(operation, cause) {
    const error = { status: 0, code: 'not_stored', title: 'Not stored', detail: `This device could not keep it: ${cause}` };
    this.#waiters.get(operation.id)?.stored.reject(cause);
    this.#show([placeOf(operation)]);
    this.#refused([{ ...operation, state: 'failed', error }]);
  }

  // --- sending ---

  /** See to it that whatever waits has a timer or a request. */
  #arm() {
    const { setTimeout, clearTimeout } = this.#env;
    clearTimeout(this.#timer);
    const ms = this.#running ? Infinity : this.#dueIn();
    if (ms < Infinity) this.#timer = setTimeout(() => void (this.#dueIn() > 0 ? this.#arm() : this.#run()), ms);
    this.#tell();
  }

  /** One request after the other, as long as there is one to send now. One chain at a time. */
  #run() {
    return (this.#running ??= this.#rounds().finally(() => {
      this.#running = undefined;
      this.#urgent = false;
      this.#arm();
    }));
  }

  async #rounds() {
    try {
      await this.#store();
      while (this.#dueIn() <= 0 && (await this.#round()));
    } catch (cause) {
      this.#emit('error', { message: 'The log failed', cause });
      const notBefore = this.#env.wall() + this.#backoff();
      this.#adopt({ ...this.#log, meta: { ...this.#log.meta, notBefore } });
    }
  }

  /**
   * Send one request.
   *
   * @returns {Promise<boolean>} whether there was anything to send
   */
  async #round() {
    const { now, uuid } = this.#env;
    const limit = { rows: this.#pacing.size, bytes: this.#options.maxBytes };
    const rows = await this.#transact((draft) => claim(draft, limit));
    if (!rows.length) return false;
    const started = now();
    this.#pacing.sent(started, !this.#log.rows.some(isWaiting));
    const request = requestFor(rows, this.#options, this.#log.ids, uuid());
    const { method, url, bytes } = request;
    const ids = rows.map((row) => row.id);
    this.#emit('request', { ids, method, url, bytes });
    this.#tell();
    const { verdict, answer } = await deliver(request, rows, this.#options, this.#env, this.#hidden);
    const ms = now() - started;
    if (answer) this.#pacing.answered(now(), ms, answer.headers);
    this.#emit('response', { ids, status: answer?.status, ms });
    await this.#settle(rows, verdict);
    return true;
  }

  /**
   * @param {Operation[]} rows
   * @param {Verdict} verdict
   */
  async #settle(rows, verdict) {
    const wait = this.#heed(rows, verdict);
    const until = wait && this.#env.wall() + wait;
    const settlement = await this.#transact(
      (draft) => settle(draft, rows, verdict, until, this.#options.receipts),
      ({ acked }) => acked.forEach(([row, result]) => this.#view.acknowledge(row, result)),
    );
    this.#show(rows.map(placeOf));
    this.#publish(settlement, verdict);
    if (until) this.#emit('wait', { until });
  }

  /**
   * What a verdict means for the queue itself: how much to send at once, whether to send at all, and when.
   *
   * @param {Operation[]} rows
   * @param {Verdict} verdict
   * @returns {number} ms to leave the server alone
   */
  #heed(rows, { fates, wait, hold, shrink }) {
    const states = [...fates.values()].map(({ state }) => state);
    if (shrink) this.#pacing.shrink(rows.length);
    else if (states.includes('acked')) this.#pacing.grow();
    if (hold === 'auth' || (hold && this.#refusedToken)) this.#stopped ??= 'held';
    this.#refusedToken = hold === 'csrf';
    if (wait === undefined && !(this.#options.receipts && states.includes('silent'))) return (this.#failures = 0);
    return Math.max(wait || 0, this.#backoff()) * (1 + this.#env.random() / 4);
  }

  /** Full jitter, so that clients which failed together do not come back together. */
  #backoff() {
    return 1 + this.#env.random() * Math.min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** this.#failures++);
  }

  /**
   * Tell everybody what became of the operations; the view shows it already.
   *
   * @param {Settlement} settlement
   * @param {Verdict} verdict
   */
  #publish({ acked, refused, unknown }, { included, fault }) {
    for (const [row, outcome] of acked) this.#finish(row, outcome);
    for (const operations of refused) this.#refused(operations);
    if (included) this.#emit('included', { included });
    for (const [operation, reason] of unknown) this.#emit('unknown', { operation, reason });
    if (fault) this.#emit('error', { message: 'The answer broke the protocol' });
    if (this.#stopped === 'held') this.#emit('authrequired', {});
  }

  /** @param {Operation[]} operations  one that was refused, then those that failed with it */
  #refused(operations) {
    const [{ resource, target, error }] = operations;
    const { current } = /** @type {Problem} */ (error);
    if (current?.data && typeof target !== 'object' && target !== undefined) {
      this.setBase(resource, target, current.data, { revision: current.etag }); // a conflict shows the row as it is now
    }
    for (const row of operations) {
      const { state, error } = /** @type {Outcome & {state: 'failed'}} */ (row);
      this.#finish(row, { state, error });
    }
    const ids = operations.map(({ id }) => id);
    this.#emit('rollback', { ids, keys: operations.map(placeOf), operations, error: /** @type {Problem} */ (error) });
  }

  /**
   * Send again: an operation that got no answer as it is, so that the server may recognize it; one that was refused as a
   * new one, because its author has seen the verdict.
   *
   * @param {Draft} draft
   * @param {Operation[]} rows
   */
  #renew(draft, rows) {
    const refused = rows.filter((row) => !isLive(row));
    for (const row of rows) if (row.state === 'unknown') draft.replace({ ...row, state: 'sealed' });
    for (const row of refused) draft.remove(row);
    const names = new Map(refused.flatMap(({ id, group }) => [id, group]).map((name) => [name, this.#env.uuid()]));
    for (const { error, limbo, ...row } of refused) {
      this.#place(draft, {
        ...row,
        id: /** @type {string} */ (names.get(row.id)),
        group: row.group && names.get(row.group),
        depends_on: row.depends_on?.map((id) => names.get(id) ?? id),
        if_match: row.state === 'conflicted' ? error?.current?.etag : row.if_match,
        state: 'open',
        attempts: 0,
      });
    }
    return rows;
  }

  // --- state ---

  /** @param {'paused' | 'closed' | undefined} why */
  #stop(why) {
    if (this.#stopped !== 'closed') this.#stopped = why;
    this.#arm();
  }

  /** @returns {QueueState} */
  #state() {
    const rows = this.operations();
    /** @param {string} state */
    const has = (state) => rows.some((row) => row.state === state);
    if (this.#stopped) return this.#stopped;
    if (has('unknown')) return 'unknown';
    if (has('inflight')) return 'saving';
    if (!rows.some(isLive)) return 'idle';
    if (this.#env.navigator?.onLine === false) return 'offline';
    return this.#delay() ? 'waiting' : 'collecting';
  }

  /** Ms until the next request is due; Infinity if there will be none as things stand. */
  #dueIn() {
    const state = this.#state();
    if (state !== 'collecting' && state !== 'waiting' && !(state === 'offline' && this.#urgent)) return Infinity;
    const waiting = this.operations().filter(isWaiting).length;
    return Math.max(this.#delay(), this.#urgent ? 0 : this.#pacing.due(waiting) - this.#env.now());
  }

  /** Ms for which the server wants to be left alone. Bounded, because wall clocks jump. */
  #delay() {
    return Math.min(HOUR, Math.max(0, this.#log.meta.notBefore - this.#env.wall()));
  }

  get #hidden() {
    return this.#env.document?.visibilityState === 'hidden';
  }

  /**
   * Change the log; the page follows in one go.
   *
   * @template T
   * @param {(draft: Draft) => T} work
   * @param {(value: T) => void} [first]  what must happen before the page follows
   */
  async #transact(work, first) {
    const [value, snapshot] = await this.#env.log.transact(work);
    first?.(value);
    this.#adopt(snapshot);
    return value;
  }

  /** @param {LogSnapshot} snapshot */
  #adopt(snapshot) {
    this.#log = snapshot;
    this.#view.follow(this.operations(), snapshot.ids);
  }

  // --- telling ---

  /**
   * Bring views up to date and tell who looks at them.
   *
   * @param {Place[]} places
   */
  #show(places) {
    const changed = this.#view.refresh(places);
    if (!changed.size) return;
    for (const { resource, target, listener } of [...this.#subscriptions]) {
      const key = this.#view.key(resource, target);
      try {
        if (changed.has(key)) listener(this.#view.view(key));
      } catch (error) {
        this.#env.report(error); // a page that fails to draw must not keep the operations from the server
      }
    }
    this.#emit('change', { keys: [...changed.values()] });
  }

  #tell() {
    const stats = this.stats();
    const told = JSON.stringify(stats);
    if (told !== this.#told) this.#emit('status', stats);
    this.#told = told;
  }

  /**
   * @param {Operation} operation
   * @param {Outcome} outcome
   */
  #finish(operation, outcome) {
    for (const [id, waiter] of this.#waiters) {
      if (waiter.row === operation.id && this.#waiters.delete(id)) waiter.done.resolve(outcome);
    }
    this.#emit(outcome.state, { operation, ...outcome });
  }

  /**
   * @template {keyof QueueEvents} Type
   * @param {Type} type
   * @param {QueueEvents[Type]} detail
   */
  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

const FIRST_BACKOFF = 1000; // ms
const LONGEST_BACKOFF = 60_000;

/**
 * The operations that a person means: one with those that failed because of it, or all that need attention.
 *
 * @param {Draft} draft
 * @param {string} [id]
 */
function chosen(draft, id) {
  const named = draft.find(id);
  return draft.rows.filter((row) => {
    if (row === named) return true;
    if (isLive(row) && row.state !== 'unknown') return false;
    return !id || row.error?.culprit === id || (named?.group && row.group === named.group);
  });
}

/**
 * Take operations out of the log with all that cannot happen without them. What may have reached the server stays, unless
 * nobody will ever know.
 *
 * @param {Draft} draft
 * @param {Operation[]} rows
 */
function drop(draft, rows) {
  const dropped = new Set(rows.filter((row) => row.state === 'unknown' || (row.state !== 'inflight' && !row.limbo)));
  for (const row of dropped) {
    draft.remove(row);
    for (const other of dependentsOf(draft, row)) dropped.add(other);
  }
  return [...dropped];
}

/**
 * @template T
 * @returns {Deferred<T>}
 */
function defer() {
  /** @type {any} */
  const deferred = {};
  deferred.promise = new Promise((resolve, reject) => Object.assign(deferred, { resolve, reject }));
  return deferred;
}

/**
 * @param {Options} options
 * @param {Environment} env
 * @returns {Required<Omit<Options, keyof Wire | 'env'>> & Wire}
 */
function readOptions(options, { document }) {
  const defaults = {
    include: undefined,
    receipts: false,
    reducers: {},
    coalesce: {},
    maxRows: 50,
    maxBytes: 256 * 1024,
    timeout: 30_000,
    route: routesBeside(String(options.url)),
    headers: undefined,
    url: undefined,
    env: undefined,
  };
  if (!options.url) throw new TypeError('options.url must be the address of the batches');
  for (const name of Object.keys(options)) if (!(name in defaults)) throw new TypeError(`options.${name} is unknown`);
  const headers = async () => {
    // Read anew for each request: Django changes the token at login, which may happen in another tab.
    const token = /(?:^|;\s*)csrftoken=([^;]*)/.exec(document?.cookie ?? '')?.[1];
    return { ...(token && { 'X-CSRFToken': token }), ...(await options.headers?.()) };
  };
  return { ...defaults, ...options, headers };
}

/**
 * @param {Partial<Environment>} [given]
 * @returns {Environment}
 */
function environment(given) {
  const { document, window, navigator } = globalThis;
  const wall = given?.wall ?? (() => Date.now());
  return {
    fetch: (url, init) => fetch(url, init),
    setTimeout: (callback, ms) => setTimeout(callback, ms),
    clearTimeout: (timer) => clearTimeout(timer),
    now: () => performance.now(),
    wall,
    random: Math.random,
    uuid: () => uuid7(wall(), crypto.getRandomValues(new Uint8Array(9))),
    log: new MemoryLog(),
    document,
    window,
    navigator,
    report: globalThis.reportError ?? console.error,
    ...given,
  };
}
