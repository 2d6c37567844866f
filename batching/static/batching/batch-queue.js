/**
 * The browser queue: clicks become operations, operations that belong together become one, and few requests carry them.
 *
 * @import { Cause, Data, Environment, Handle, LogMeta, LogSnapshot, NewOperation, Operation, OperationLog } from './index.js'
 * @import { Options, Outcome, Place, Problem, QueueEvents, QueueState, Stats, Target, Wire } from './index.js'
 * @import { Draft } from './operation-log.js'
 * @import { Verdict } from './wire.js'
 */
import { findMerge } from './coalesce.js';
import { dependsOn, isObject, lidsIn, placeOf, readOperation, uuid7 } from './operation.js';
import { MemoryLog, StoredLog } from './operation-log.js';
import { OptimisticView, revisionOf } from './optimistic-view.js';
import { Pacing } from './pacing.js';
import { isLive, isRefused, isWaiting, nextRequest } from './planning.js';
import { ask, claim, deliver, dependentsOf, failedWith, KEEPALIVE, left, settle } from './sender.js';
import { Tabs } from './tabs.js';
import { HOUR, requestFor, routesBeside } from './wire.js';

/**
 * @template T
 * @typedef {{promise: Promise<T>, resolve: (value: T) => void, reject: (cause: unknown) => void}} Deferred
 */
/** @typedef {{row: string, stored: Deferred<void>, done: Deferred<Outcome>}} Waiter  `row`: the id that stands for it now */

const FIRST_BACKOFF = 1000; // ms
const LONGEST_BACKOFF = 60_000;
const SINGLE = 600_000; // ms to do without batches before the next one tries its luck
const POLL = 2000; // ms until the next look at what waits and may not go yet
const RETURN = 1500; // ms over which clients come back that lost their network together

export class BatchQueue extends EventTarget {
  #options;
  #env;
  #pacing;
  #view;
  #tabs;
  /** @type {OperationLog} */
  #log;
  /** What the log holds, as far as this tab knows. @type {LogSnapshot} */
  #mirror = new MemoryLog().stored;
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
  /** @type {Promise<boolean> | undefined} */
  #pulling;
  /** @type {any} */
  #timer;
  /** @type {'closed' | 'paused' | undefined} why this tab sends nothing, if it is not for the operations themselves */
  #stopped;
  /** @type {Operation[]} what this tab has on its way */
  #sending = [];
  #abort = new AbortController();
  #urgent = false;
  #tab;
  #after = 0; // nothing is sent before
  #refusedToken = false;
  /** @type {string | undefined} the CSRF token that the owner is known to have */
  #token;
  #failures = 0; // requests in a row without a useful answer
  #broken = 0; // batches in a row on which the server failed
  #suspect = false; // it failed on batches, and took a single request
  #proven = false; // it has done something since it failed on a single one
  #done = 0;
  #told = ''; // the last status event
  #listening = new AbortController();

  /** @param {Options} options */
  constructor(options) {
    super();
    const env = (this.#env = environment(options.env));
    this.#options = readOptions(options, env);
    const { url, user, since, maxRows, reducers } = this.#options;
    const name = `batching ${url} ${user}`;
    const shared = user === undefined ? { ...env, locks: undefined, BroadcastChannel: undefined } : env;
    this.#tabs = new Tabs(name, shared, (message) => (message === 'over' ? this.#end() : void this.#sync()));
    const degrade = (/** @type {unknown} */ cause) => this.#emit('degraded', { cause });
    const stored = () => new StoredLog(name, env, degrade, () => this.#tabs.tell('changed'));
    this.#log = env.log ?? (user === undefined ? new MemoryLog() : stored());
    this.#view = new OptimisticView(reducers);
    this.#pacing = new Pacing(maxRows, env.navigator);
    this.#token = tokenIn(env.document);
    this.#tab = String(env.wall() + env.random());
    this.since = since;
    this.ready = this.#load();
    const { signal } = this.#listening;
    for (const type of ['visibilitychange', 'pagehide', 'pageshow', 'freeze', 'resume', 'online', 'offline']) {
      const target = type === 'freeze' || type === 'resume' ? env.document : env.window;
      target?.addEventListener?.(type, (/** @type {any} */ event) => this.#notice(type, event), { signal });
    }
  }

  /**
   * @param {NewOperation} input
   * @returns {Handle}
   */
  add(input) {
    const { uuid, wall, now } = this.#env;
    if (this.#stopped === 'closed') throw new Error('The queue is closed');
    let operation = readOperation(input, { id: uuid(), at: wall(), tab: this.#tab });
    const rows = this.operations();
    this.#check(operation, rows);
    if (operation.group) operation = { ...operation, group: this.#gesture(operation.group) };
    const { id } = operation;
    const place = placeOf(operation);
    const waiter = { row: id, stored: defer(), done: defer() };
    waiter.stored.promise.catch(() => {}); // whoever wants to know waits for it; nobody has to
    this.#waiters.set(id, waiter);
    if (!rows.some(isLive)) this.#done = 0;
    if (rows.length >= this.#options.limit && !this.#merge(rows, operation)) {
      queueMicrotask(() => this.#notStored(operation, 'queue_full', 'Too much waits to be saved already.'));
    } else {
      this.#fresh.push(operation);
      this.#pacing.click(now());
      this.#view.push(operation);
      this.#show([place]);
      this.#emit('enqueue', { operation });
      this.#store();
      this.#arm();
    }
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
    await this.#transact((draft) => this.#renew(draft, chosen(draft, id)));
    void this.flush();
  }

  /** @param {string} [id] */
  async discard(id) {
    await this.#transact((draft) => drop(draft, chosen(draft, id)));
    this.#arm();
  }

  pause() {
    this.#stop('paused');
  }

  resume() {
    this.#refusedToken = false;
    this.#token = undefined;
    this.#stop(undefined);
    if (this.#mirror.meta.held) void this.#hold(undefined);
  }

  pull() {
    return (this.#pulling ??= this.#pull()
      .catch(() => false)
      .finally(() => (this.#pulling = undefined)));
  }

  async drain({ timeout = 5000 } = {}) {
    const { now } = this.#env;
    const end = now() + timeout;
    for (let ms = timeout; ms > 0; ms = end - now()) {
      if (await Promise.race([this.flush(), this.#sleep(ms)])) break;
      await this.#sleep(Math.min(end - now(), POLL / 10));
    }
    return this.stats().pending;
  }

  async logOut({ discard = false } = {}) {
    const count = await this.#transact((draft) => {
      const kept = draft.rows.filter((row) => isLive(row) || isRefused(row)).length;
      if (discard) draft.clear();
      return kept;
    });
    this.#tabs.tell('over');
    this.#end();
    return count;
  }

  async close() {
    this.#stop('closed');
    this.#listening.abort();
    this.#tabs.close();
    await this.#storing;
    await this.#log.close();
  }

  /** @returns {Stats} */
  stats() {
    const rows = this.operations();
    const { meta } = this.#mirror;
    /** @param {(row: Operation) => boolean} test */
    const count = (test) => rows.filter(test).length;
    /** @param {Cause} cause */
    const caused = (cause) => count((row) => causeOf(row) === cause);
    const pending = count(isLive);
    return {
      state: this.#state(rows),
      held: meta.held,
      pending,
      inflight: count((row) => row.state === 'inflight'),
      unknown: count((row) => row.state === 'unknown'),
      failed: count(isRefused),
      causes: { network: caused('network'), validation: caused('validation'), conflict: caused('conflict'), refused: caused('refused') },
      done: this.#done,
      total: this.#done + pending,
      until: this.#delay() && meta.notBefore,
      mode: left(meta.singleUntil, this.#env.wall()) ? 'single' : 'batch',
      durable: !!this.#log.durable,
    };
  }

  operations() {
    return [...this.#mirror.rows.filter((row) => isLive(row) || isRefused(row)), ...this.#fresh];
  }

  // --- taking operations ---

  /**
   * @param {Operation} operation
   * @param {Operation[]} rows
   */
  #check({ id, lid = '', target, data }, rows) {
    const { ids } = this.#mirror;
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
        await this.#transact((draft) => added.forEach((row) => this.#place(draft, row)), stored);
        for (const { id } of added) this.#waiters.get(id)?.stored.resolve();
      } catch (cause) {
        stored();
        this.#follow();
        for (const row of added) this.#notStored(row, 'not_stored', `This device could not keep it: ${cause}`, cause);
      }
      this.#arm();
    }
  }

  /**
   * Put an operation into the log, merged into one that waits there if the two can be one.
   *
   * @param {Draft} draft
   * @param {Operation} operation
   */
  #place(draft, operation) {
    const row = { ...operation, depends_on: operation.depends_on?.map((id) => this.#waiters.get(id)?.row ?? id) };
    const broken = draft.rows.find((other) => isRefused(other) && dependsOn(row, other));
    const merge = !broken && !draft.marks.has(row.id) && this.#merge(draft.rows, row, draft.ids);
    if (!merge) return draft.append({ ...row, ...(broken && failedWith(broken)) });
    const waiter = this.#waiters.get(row.id);
    if (waiter) waiter.row = merge.into.id;
    return draft.replace(merge.merged ?? { ...merge.into, state: 'cancelled' });
  }

  /**
   * @param {Operation[]} rows
   * @param {Operation} operation
   */
  #merge(rows, operation, ids = this.#mirror.ids) {
    return findMerge(rows, operation, this.#options.coalesce, ids, this.#options.exclusive);
  }

  /**
   * @param {Operation} operation
   * @param {string} code
   * @param {string} detail
   * @param {unknown} [cause]
   */
  #notStored(operation, code, detail, cause = new Error(detail)) {
    const waiter = this.#waiters.get(operation.id);
    waiter?.stored.reject(cause);
    if (waiter) waiter.row = operation.id;
    this.#show([placeOf(operation)]);
    const error = { status: 0, code, title: 'Not stored', detail, outcome: /** @type {const} */ ('not-applied') };
    this.#publish([{ ...operation, state: 'failed', error }]);
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
      const patience = 2 * this.#options.timeout;
      const round = () => this.#round();
      while (this.#dueIn() <= 0 && (await this.#tabs.inTurn(round, patience, () => this.#abort.abort('robbed'))));
    } catch (cause) {
      this.#emit('error', { message: 'Sending failed', cause });
      this.#after = this.#env.now() + this.#backoff();
    }
  }

  /**
   * Send one request.
   *
   * @returns {Promise<boolean>} whether there was anything to send
   */
  async #round() {
    const { now, uuid, wall } = this.#env;
    const { maxBytes, timeout, ttl } = this.#options;
    if (this.#dueIn() > 0 || !(await this.#isOwner())) return false;
    const limit = { rows: this.#broken > 1 ? 1 : this.#pacing.size, bytes: this.#hidden ? KEEPALIVE : maxBytes };
    const terms = { limit, ttl, wall: wall(), lease: this.#tabs.exclusive ? 0 : timeout };
    const rows = await this.#transact((draft) => claim(draft, terms));
    const started = now();
    if (!rows.length) this.#after = started + POLL;
    if (!rows.length) return false;
    this.#pacing.sent(started, !this.#mirror.rows.some(isWaiting));
    const request = requestFor(rows, this.#options, this.#mirror.ids, uuid());
    const { method, url, bytes } = request;
    const ids = rows.map((row) => row.id);
    this.#emit('request', { ids, method, url, bytes });
    this.#tell();
    this.#sending = rows;
    const { signal } = (this.#abort = new AbortController());
    const { verdict, answer } = await deliver(request, rows, this.#options, this.#env, this.#abort, this.#hidden);
    this.#sending = [];
    if (signal.aborted && signal.reason !== 'timeout') return false; // another tab has taken over, or will
    const ms = now() - started;
    if (answer) this.#pacing.answered(now(), ms, answer.headers, rows.length);
    this.#emit('response', { ids, status: answer?.status, ms });
    await this.#settle(rows, verdict);
    return true;
  }

  /**
   * The page is going, and nothing that takes time will end: what waits leaves at once, as it is, without lock and log. It
   * is marked, so that it does not change any more, and stays in the log until somebody learns what became of it.
   */
  #leave() {
    const { wall, uuid } = this.#env;
    const { meta, ids } = this.#mirror;
    if (this.#stopped || meta.held || left(meta.notBefore, wall()) || this.#env.navigator?.onLine === false) return;
    /** What is on its way would be cut off; what another tab has added may still change there. @type {(row: Operation) => Operation} */
    const seen = (row) => {
      if (this.#sending.includes(row)) return { ...row, state: 'sealed' };
      return row.state === 'open' && row.tab !== this.#tab ? { ...row, state: 'inflight' } : row;
    };
    const leaving = nextRequest(this.operations().map(seen), { rows: this.#options.maxRows, bytes: KEEPALIVE }, ids);
    if (!leaving.length) return;
    this.#log.mark?.(leaving.map(({ id }) => id));
    const request = requestFor(leaving, this.#options, ids, uuid());
    void deliver(request, leaving, this.#options, this.#env, new AbortController(), true).then(({ verdict, answer }) => {
      if (Number(answer?.status) < 300) void this.#settle(leaving, verdict); // the page is still there
    });
  }

  /**
   * @param {Operation[]} rows
   * @param {Verdict} verdict
   */
  async #settle(rows, verdict) {
    const proven = this.#proven;
    const meta = this.#heed(rows, verdict);
    await this.#transact((draft) => settle(draft, rows, verdict, meta, proven));
    const { included, fault, fates } = verdict;
    if (included) this.#emit('included', { included });
    if (fault) this.#emit('error', { message: 'The answer broke the protocol' });
    if (meta.held) this.#emit('authrequired', { reason: meta.held });
    if (meta.notBefore) this.#emit('wait', { until: meta.notBefore });
    if ([...fates.values()].some(({ state }) => state === 'conflicted')) void this.pull();
  }

  /**
   * What a verdict means for the queue itself: how much to send at once, whether to send at all, and when.
   *
   * @param {Operation[]} rows
   * @param {Verdict} verdict
   * @returns {Partial<LogMeta>} what it means for all tabs
   */
  #heed(rows, { fates, wait, hold, shrink, single, broken }) {
    const { random, wall } = this.#env;
    const states = [...fates.values()].map(({ state }) => state);
    const [several, acked] = [rows.length > 1, states.includes('acked')];
    /** @type {Partial<LogMeta>} */
    const meta = { notBefore: 0 };
    if (shrink) this.#pacing.shrink(rows.length);
    else if (acked) this.#pacing.grow();
    this.#proven = acked || (this.#proven && !broken);
    if (several && broken && !this.#suspect) this.#broken++;
    if (single || (several && broken && this.#suspect)) meta.singleUntil = wall() + SINGLE * (0.9 + random() / 5);
    // A batch that fails twice may be the batch endpoint, or the server: a single operation tells which.
    if (acked) this.#suspect = !several && (this.#suspect || this.#broken > 1);
    if (acked || meta.singleUntil) this.#broken = 0;
    if (hold === 'auth' || (hold && this.#refusedToken)) meta.held = 'auth';
    this.#refusedToken = hold === 'csrf';
    if (wait === undefined && !states.includes('silent')) this.#failures = 0;
    else meta.notBefore = wall() + Math.max(wait || 0, this.#backoff()) * (1 + random() / 4);
    return meta;
  }

  /** Full jitter, so that clients which failed together do not come back together. */
  #backoff() {
    return 1 + this.#env.random() * Math.min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** this.#failures++);
  }

  /** Whether it is still the owner of the queue who is logged in; Django changes the CSRF token at each login. */
  async #isOwner() {
    const { identify, user } = this.#options;
    const token = tokenIn(this.#env.document);
    if (!identify || token === this.#token) return true;
    const who = await identify();
    const owns = String(who) === String(user);
    if (owns) this.#token = token;
    else await this.#hold(who === null ? 'auth' : 'user');
    return owns;
  }

  /** @param {LogMeta['held']} reason  undefined: go on */
  async #hold(reason) {
    await this.#transact((draft) => void (draft.meta.held = reason));
    if (reason) this.#emit('authrequired', { reason });
    this.#arm();
  }

  /**
   * Send again: an operation that was given up as it is, so that the server may recognize it; one that was refused as a new
   * one, because its author has seen the verdict.
   *
   * @param {Draft} draft
   * @param {Operation[]} rows
   */
  #renew(draft, rows) {
    const { uuid, wall } = this.#env;
    const at = wall();
    const refused = rows.filter((row) => row.state !== 'unknown');
    for (const row of rows) {
      if (row.state !== 'unknown') draft.remove(row);
      else draft.replace({ ...row, state: 'sealed', limbo: true, at, faults: 0, error: undefined });
    }
    const names = new Map(refused.flatMap(({ id, group }) => [id, group]).map((name) => [name, uuid()]));
    for (const { error, limbo, faults, ...row } of refused) {
      this.#place(draft, {
        ...row,
        id: /** @type {string} */ (names.get(row.id)),
        group: row.group && names.get(row.group),
        depends_on: row.depends_on?.map((id) => names.get(id) ?? id),
        if_match: row.state === 'conflicted' ? error?.current?.etag : row.if_match,
        state: 'open',
        attempts: 0,
        at,
        tab: this.#tab,
      });
    }
  }

  // --- the world outside ---

  /**
   * @param {string} type
   * @param {Event & {persisted?: boolean}} event
   */
  #notice(type, event) {
    const { navigator, now, random } = this.#env;
    if (type === 'pagehide') this.#leave();
    if (type === 'pagehide' || type === 'freeze') {
      this.#abort.abort('frozen');
      this.#tabs.release();
    } else if (type === 'visibilitychange' && this.#hidden) {
      if (navigator?.onLine !== false) void this.flush();
    } else if (type === 'offline') this.#arm();
    else if (type !== 'pageshow' || event.persisted) {
      if (type === 'online') this.#after = now() + random() * RETURN;
      void this.#sync();
      void this.pull();
    }
  }

  async #load() {
    try {
      const [, snapshot] = await this.#log.transact((draft) => void (draft.meta.held = undefined)); // the page says who it is
      this.#adopt(snapshot, true);
      if (snapshot.rows.some(isLive)) this.#pacing.follow(this.#env.now(), 0);
      this.#arm();
    } catch (cause) {
      this.#emit('error', { message: 'The log failed', cause });
    }
  }

  /** Learn what other tabs have done. */
  async #sync() {
    try {
      await this.#transact(() => {});
    } catch (cause) {
      this.#emit('error', { message: 'The log failed', cause });
    }
    this.#arm();
  }

  async #pull() {
    const { feed } = this.#options;
    if (!feed || this.#stopped === 'closed') return false;
    const url = this.since === undefined ? feed : `${feed}?since=${this.since}`;
    const { status, body } = await ask({ url, method: 'GET' }, this.#options, this.#env, new AbortController());
    if (status !== 200 || !isObject(body?.changed)) return false;
    const { revision, reset, changed, deleted, included } = body;
    const places = reset && this.since !== undefined ? this.#view.forget() : [];
    /** @type {(resource: string, target: number | string, data: Data | null, revision: unknown) => void} */
    const learn = (resource, target, data, tag) => {
      this.#view.setBase({ resource, target, data, revision: revisionOf(tag) });
      places.push(/** @type {any} */ ({ resource, target }));
    };
    for (const [resource, rows] of Object.entries(changed)) for (const row of rows) learn(resource, row.id, row, row.revision);
    for (const [resource, keys] of Object.entries(deleted)) for (const key of keys) learn(resource, key, null, revision);
    this.since = revision;
    this.#show(places);
    if (included) this.#emit('included', { included });
    return true;
  }

  /** @param {number} ms */
  #sleep(ms) {
    return new Promise((resolve) => void this.#env.setTimeout(() => resolve(undefined), ms));
  }

  // --- state ---

  /** @param {'paused' | 'closed' | undefined} why */
  #stop(why) {
    if (this.#stopped !== 'closed') this.#stopped = why;
    this.#arm();
  }

  #end() {
    void this.close();
  }

  /** @returns {QueueState} */
  #state(rows = this.operations()) {
    if (this.#stopped) return this.#stopped;
    if (this.#mirror.meta.held) return 'held';
    if (rows.some(({ state }) => state === 'inflight')) return 'saving';
    if (!rows.some(isLive)) return 'idle';
    if (this.#env.navigator?.onLine === false) return 'offline';
    return this.#delay() ? 'waiting' : 'collecting';
  }

  /** Ms until the next request is due; Infinity if there will be none as things stand. */
  #dueIn() {
    const rows = this.operations();
    const state = this.#state(rows);
    if (!/^(coll|wait|sav)/.test(state) && !(state === 'offline' && this.#urgent)) return Infinity;
    const due = this.#urgent ? 0 : Math.max(this.#after, this.#pacing.due(rows.filter(isWaiting).length)) - this.#env.now();
    return Math.max(this.#delay(), due);
  }

  /** Ms for which the server wants to be left alone. */
  #delay() {
    return left(this.#mirror.meta.notBefore, this.#env.wall());
  }

  get #hidden() {
    return this.#env.document?.visibilityState === 'hidden';
  }

  /**
   * Change the log; the page follows in one go.
   *
   * @template T
   * @param {(draft: Draft) => T} work
   * @param {() => void} [first]  what must happen before the page follows
   */
  async #transact(work, first) {
    const [value, snapshot] = await this.#log.transact(work);
    first?.();
    this.#adopt(snapshot);
    return value;
  }

  /**
   * Take over what the log holds now, whichever tab has changed it.
   *
   * @param {LogSnapshot} snapshot
   * @param {boolean} [silent]  what happened before this page was there is no news
   */
  #adopt(snapshot, silent) {
    const before = new Map(this.#mirror.rows.map((row) => [row.id, row]));
    this.#mirror = snapshot;
    const changed = snapshot.rows.filter((row) => before.get(row.id) !== row);
    const ended = changed.filter((row) => !isLive(row) && before.get(row.id)?.state !== row.state);
    for (const row of ended) this.#learn(row, silent);
    if (changed.some((row) => isLive(row) && !before.has(row.id) && !this.#waiters.has(row.id))) this.#pacing.follow(this.#env.now());
    this.#follow();
    const known = new Set([...snapshot.rows, ...this.#fresh].map(({ id }) => id));
    const gone = [...before.values()].filter(({ id }) => !known.has(id));
    this.#show([...changed, ...gone].map(placeOf));
    if (silent) return;
    this.#publish(ended);
    // A page that slept for long does not learn any more what became of its operations.
    for (const row of gone) this.#finish({ ...row, state: 'unknown', error: LOST }, false);
  }

  #follow() {
    const rows = this.operations();
    this.#view.follow(rows, this.#mirror.ids);
    if (!rows.some(isWaiting)) this.#pacing.clear();
  }

  /**
   * What a verdict says of a row becomes its base.
   *
   * @param {Operation} operation
   * @param {boolean} [past]  the page may be newer
   */
  #learn({ result, error, ...row }, past) {
    const { resource, target } = row;
    const { current } = error ?? {};
    if (row.state === 'acked' && result && (!past || result.etag || result.gone)) this.#view.acknowledge(row, result);
    if (current?.data && target !== undefined && !isObject(target)) {
      this.#view.setBase({ resource, target, data: current.data, revision: revisionOf(current.etag) });
    }
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
   * Tell everybody what became of operations; the view shows it already.
   *
   * @param {Operation[]} rows
   */
  #publish(rows) {
    /** @type {Map<string, Operation[]>} by the one that was refused: it, and those that failed with it */
    const refused = new Map();
    for (const row of rows) {
      const culprit = row.error?.culprit ?? row.id;
      const group = refused.get(culprit) ?? [];
      if (!isRefused(row)) this.#finish(row);
      else refused.set(culprit, culprit === row.id ? [row, ...group] : [...group, row]);
    }
    for (const operations of refused.values()) {
      for (const row of operations) this.#finish(row);
      const error = /** @type {Problem} */ (operations[0].error);
      this.#emit('rollback', { ids: operations.map(({ id }) => id), keys: operations.map(placeOf), operations, error });
    }
  }

  /**
   * @param {Operation} operation
   * @param {boolean} [aloud]
   */
  #finish(operation, aloud = true) {
    const { state, result, error } = operation;
    const outcome = /** @type {any} */ ({ state, ...result, ...(isRefused(operation) && { error }) });
    for (const [id, waiter] of this.#waiters) {
      if (waiter.row === operation.id && this.#waiters.delete(id)) waiter.done.resolve(outcome);
    }
    if (!aloud) return;
    this.#done++;
    this.#emit(/** @type {'acked'} */ (state), { operation, ...outcome });
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

/** @type {Problem} */
const LOST = { status: 0, code: 'no_answer', title: 'Lost', detail: 'Nobody remembers what became of it.', outcome: 'unknown' };

/** @param {Operation} row */
function causeOf({ state, limbo, error }) {
  if (!error) return limbo && 'network';
  if (state === 'conflicted') return 'conflict';
  return error.status === 400 || error.status === 422 ? 'validation' : state === 'unknown' ? 'network' : 'refused';
}

/**
 * The operations that a person means: one with those that failed because of it, or all that need attention.
 *
 * @param {Draft} draft
 * @param {string} [id]
 */
function chosen(draft, id) {
  const named = draft.find(id);
  return draft.rows.filter((row) => {
    if (row === named) return isLive(row) || isRefused(row);
    return isRefused(row) && (!id || row.error?.culprit === id || (named?.group && row.group === named.group));
  });
}

/**
 * Give operations up with all that cannot happen without them. What may have reached the server stays, unless nobody will
 * ever know.
 *
 * @param {Draft} draft
 * @param {Operation[]} rows
 */
function drop(draft, rows) {
  const dropped = new Set(rows.filter((row) => isRefused(row) || (isWaiting(row) && !row.limbo)));
  for (const row of dropped) {
    for (const other of dependentsOf(draft, row)) dropped.add(other);
    draft.replace({ ...row, state: 'discarded' });
  }
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

/** @param {Environment['document']} document */
const tokenIn = (document) => /(?:^|;\s*)csrftoken=([^;]*)/.exec(document?.cookie ?? '')?.[1];

/**
 * @param {Options} options
 * @param {Environment} env
 * @returns {Required<Omit<Options, keyof Wire | 'env' | 'identify' | 'user' | 'feed' | 'since'>> & Pick<Options, 'identify' | 'user' | 'feed' | 'since'> & Wire}
 */
function readOptions(options, { document }) {
  const defaults = {
    url: undefined,
    user: undefined,
    feed: undefined,
    since: undefined,
    include: undefined,
    identify: undefined,
    reducers: {},
    coalesce: {},
    exclusive: [],
    maxRows: 50,
    maxBytes: 256 * 1024,
    timeout: 30_000,
    limit: 1000,
    ttl: 30 * 24 * HOUR,
    route: routesBeside(String(options.url)),
    headers: undefined,
    env: undefined,
  };
  if (!options.url) throw new TypeError('options.url must be the address of the batches');
  for (const name of Object.keys(options)) if (!(name in defaults)) throw new TypeError(`options.${name} is unknown`);
  const headers = async () => {
    // Read anew for each request: Django changes the token at login, which may happen in another tab.
    const token = tokenIn(document);
    return { ...(token && { 'X-CSRFToken': token }), ...(await options.headers?.()) };
  };
  return /** @type {any} */ ({ ...defaults, ...options, headers });
}

/**
 * @param {Partial<Environment>} [given]
 * @returns {Environment}
 */
function environment(given) {
  const { document, window, navigator, indexedDB, BroadcastChannel } = globalThis;
  const wall = given?.wall ?? (() => Date.now());
  return {
    fetch: (url, init) => fetch(url, init),
    setTimeout: (callback, ms) => setTimeout(callback, ms),
    clearTimeout: (timer) => clearTimeout(timer),
    now: () => performance.now(),
    wall,
    random: Math.random,
    uuid: () => uuid7(wall(), crypto.getRandomValues(new Uint8Array(9))),
    log: undefined,
    document,
    window,
    navigator,
    indexedDB,
    locks: navigator?.locks,
    BroadcastChannel,
    report: globalThis.reportError ?? console.error,
    ...given,
  };
}
