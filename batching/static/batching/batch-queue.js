/**
 * The browser queue: clicks become operations, operations that belong together become one, and few requests carry them.
 *
 * @import { Data, Handle, LogMeta, LogSnapshot, NewOperation, Operation, OperationLog, Options } from './index.js'
 * @import { Place, Problem, QueueEvents, QueueState, Refused, Stats, Target } from './index.js'
 * @import { Draft } from './operation-log.js'
 * @import { Verdict } from './wire.js'
 */
import { findMerge } from './coalesce.js';
import { chosen, drop, renew } from './decisions.js';
import { environment, readOptions, tokenIn } from './environment.js';
import { Handles } from './handles.js';
import { dependsOn, isObject, lidsIn, placeOf, readOperation } from './operation.js';
import { StoredLog } from './operation-log.js';
import { OptimisticView, revisionOf } from './optimistic-view.js';
import { Pacing } from './pacing.js';
import { isLive, isRefused, isWaiting, nextRequest } from './planning.js';
import { ask, claim, failedWith, KEEPALIVE, left, refusal, settle } from './sender.js';
import { ServerHealth } from './server-health.js';
import { Tabs } from './tabs.js';
import { requestFor, verdictOf } from './wire.js';

const POLL = 2000; // ms until the next look at what waits and may not go yet
const RETURN = 750; // ms in which to hear what changed elsewhere; over as many more, clients come back that left together
const EVENTS = ['visibilitychange', 'pagehide', 'pageshow', 'freeze', 'resume', 'online', 'offline'];

export class BatchQueue extends EventTarget {
  #options;
  #env;
  #health;
  #pacing;
  #view;
  #tabs;
  #tab; // name of this visit
  /** @type {OperationLog} */
  #log;
  /** What the log holds, as far as this tab knows. */
  #mirror;
  /** What is not over of it. @type {Operation[]} */
  #known = [];
  /** What the log is about to hold. @type {Draft | undefined} */
  #draft;
  /** @type {Operation[]} added, but not in the log yet */
  #fresh = [];
  #handles = new Handles();
  /** @type {string | undefined} what tells the groups of this task from those of others */
  #task;
  /** @type {Promise<void> | undefined} */
  #storing;
  /** @type {Promise<void> | undefined} */
  #running;
  /** @type {any} */
  #timer;
  /** @type {'closed' | 'paused' | undefined} why this tab sends nothing, if it is not for the operations themselves */
  #stopped;
  /** Ids of what left without the log as the page was closed: if it opens again, they must not change any more. @type {Set<string>} */
  #left = new Set();
  /** @type {Operation[]} what this tab has on its way */
  #sending = [];
  #abort = new AbortController();
  #urgent = false;
  #after = 0; // nothing is sent before
  #token; // the CSRF token that the owner is known to have
  #done = 0;
  #told = ''; // the last status event
  #listening = new AbortController();

  /** @param {Options} options */
  constructor(options) {
    super();
    const env = (this.#env = environment(options.env));
    const { url, user, since, maxRows, reducers } = (this.#options = readOptions(options, env));
    const name = `batching ${url} ${user}`;
    const shared = user !== undefined;
    const degrade = (/** @type {unknown} */ cause) => this.#emit('degraded', { cause });
    this.#tabs = new Tabs(name, shared ? env : {}, (message) => void (message === 'over' ? this.close() : this.#sync()));
    const log = new StoredLog(name, shared ? env : undefined, degrade, () => this.#tabs.tell('changed'));
    this.#mirror = log.stored;
    this.#log = env.log ?? log;
    this.#view = new OptimisticView(reducers);
    this.#pacing = new Pacing(maxRows, env.navigator);
    this.#health = new ServerHealth(env);
    this.#token = tokenIn(env.document);
    this.#tab = String(env.wall() + env.random());
    this.since = since;
    this.ready = this.#refresh(true);
    // Captured: some of these are for the document, and do not bubble.
    const how = { capture: true, signal: this.#listening.signal };
    for (const type of EVENTS) env.window?.addEventListener(type, (event) => this.#notice(event), how);
  }

  /**
   * @param {NewOperation} input
   * @returns {Handle}
   */
  add(input) {
    const env = this.#env;
    if (this.#stopped === 'closed') throw new Error('The queue is closed');
    let operation = readOperation(input, { id: env.uuid(), at: env.wall(), tab: this.#tab });
    const rows = this.operations();
    const { group } = operation;
    this.#check(operation, rows);
    if (group) operation = { ...operation, group: this.#gesture(group) };
    const handle = this.#handles.open(operation);
    if (!rows.some(isLive)) this.#done = 0;
    if (rows.length >= this.#options.limit && !this.#merge(rows, operation)) {
      queueMicrotask(() => this.#refuse(operation, refusal('queue_full', 'Too much waits.')));
    } else {
      this.#fresh.push(operation);
      this.#pacing.click(env.now());
      this.#view.push(operation);
      this.#show([placeOf(operation)]);
      this.#emit('enqueue', { operation });
      this.#store();
      this.#arm();
    }
    return handle;
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
    const key = () => this.#view.key(resource, target);
    const heard = (/** @type {any} */ { detail }) => {
      if (detail.keys.some((/** @type {Place} */ place) => this.#view.key(place.resource, place.target) === key())) listener(this.#view.view(key()));
    };
    this.addEventListener('change', heard);
    return () => this.removeEventListener('change', heard);
  }

  async flush() {
    this.#urgent = true;
    await this.#run();
    return !this.stats().pending;
  }

  /** @param {string} [id] */
  async retry(id) {
    const { uuid, wall } = this.#env;
    const fresh = { at: wall(), tab: this.#tab, uuid };
    await this.#transact((draft) => renew(draft, chosen(draft, id), fresh, (row) => this.#place(draft, row)));
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
    this.#health.forgive();
    this.#token = undefined;
    this.#stop(undefined);
    if (this.#mirror.meta.held) void this.#hold(undefined);
  }

  async pull() {
    const { feed } = this.#options;
    const { since } = this;
    if (!feed) return false;
    const url = since === undefined ? feed : `${feed}?since=${since}`;
    const { status, body } = await ask({ url, method: 'GET' }, this.#options, this.#env, new AbortController());
    if (status !== 200 || !isObject(body?.changed)) return false;
    const { revision, reset, changed, deleted, included } = body;
    if (reset && since !== undefined) this.#show(this.#view.forget());
    for (const [resource, rows] of Object.entries(changed)) for (const row of rows) this.setBase(resource, row.id, row);
    for (const [resource, keys] of Object.entries(deleted)) for (const key of keys) this.setBase(resource, key, null, { revision });
    this.since = revision;
    if (included) this.#emit('included', { included });
    return true;
  }

  async drain({ timeout = 5000 } = {}) {
    const env = this.#env;
    const end = env.now() + timeout;
    do {
      void this.flush(); // not awaited: a request may hang
      await new Promise((resolve) => env.setTimeout(() => resolve(0), POLL / 40));
    } while (this.#dueIn() < end - env.now());
    return this.stats();
  }

  async logOut({ discard = false } = {}) {
    await this.#store();
    const rows = this.operations();
    if (discard) {
      await this.#transact((draft) => rows.forEach((row) => draft.change(row, { state: 'discarded' })));
      await this.#transact((draft) => draft.rows.forEach((row) => draft.remove(row)));
    }
    this.#tabs.tell('over');
    void this.close();
    return rows.length;
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
    const { held, notBefore, singleUntil } = this.#mirror.meta;
    /** @param {(row: Operation) => boolean} test */
    const count = (test) => rows.filter(test).length;
    const pending = count(isLive);
    return {
      state: this.#state(),
      held,
      pending,
      inflight: count(({ state }) => state === 'inflight'),
      unknown: count(({ state }) => state === 'unknown'),
      failed: rows.length - pending,
      done: this.#done,
      total: this.#done + pending,
      until: this.#delay() && notBefore,
      mode: left(singleUntil, this.#env.wall()) ? 'single' : 'batch',
      durable: !!this.#log.durable,
    };
  }

  operations() {
    return [...this.#known, ...this.#fresh];
  }

  // --- taking operations ---

  /**
   * @param {Operation} operation
   * @param {Operation[]} rows
   */
  #check({ id, lid, target, data }, rows) {
    /** @param {string} name */
    const isKnown = (name) => this.#mirror.ids.has(name) || rows.some((row) => row.lid === name);
    if ((lid && isKnown(lid)) || rows.some((row) => row.id === id)) throw new TypeError('operation.id and lid must be new');
    const stranger = lidsIn(target, data).find((name) => !isKnown(name));
    if (stranger) throw new TypeError(`operation refers to the unknown lid ${stranger}`);
  }

  /**
   * A group is what one task adds under one name; on the wire it has a name of its own.
   *
   * @param {string} name
   */
  #gesture(name) {
    if (!this.#task) queueMicrotask(() => (this.#task = undefined));
    return `${(this.#task ??= this.#env.uuid())}.${name.slice(0, 27)}`;
  }

  /** Bring what was added into the log. Clicks of one task share a transaction. */
  #store() {
    return (this.#storing ??= this.#storeAll());
  }

  async #storeAll() {
    await null;
    while (this.#fresh.length) {
      const added = [...this.#fresh];
      const stored = () => (this.#fresh = this.#fresh.slice(added.length));
      try {
        await this.#transact((draft) => added.forEach((row) => this.#place(draft, row)), stored);
        for (const { id } of added) this.#handles.stored(id);
      } catch (cause) {
        stored();
        this.#follow();
        for (const row of added) this.#refuse(row, refusal('not_stored', `It was not stored: ${cause}`), cause);
      }
      this.#arm();
    }
    this.#storing = undefined;
  }

  /**
   * Put an operation into the log, merged into one that waits there if the two can be one.
   *
   * @param {Draft} draft
   * @param {Operation} operation
   */
  #place(draft, operation) {
    const row = { ...operation, depends_on: operation.depends_on?.map((id) => this.#handles.rowOf(id)) };
    const broken = draft.rows.find((other) => isRefused(other) && dependsOn(row, other));
    const gone = this.#left.has(row.id);
    const merge = !broken && !gone && this.#merge(draft.rows, row, draft.ids);
    if (!merge) return draft.append({ ...row, ...(gone && SENT), ...(broken && failedWith(broken)) });
    const { into, merged } = merge;
    this.#handles.merged(row.id, into.id);
    return draft.change(into, merged ?? { state: 'cancelled' });
  }

  /**
   * @param {Operation[]} rows
   * @param {Operation} operation
   */
  #merge(rows, operation, ids = this.#mirror.ids) {
    const { coalesce, exclusive } = this.#options;
    return findMerge(rows, operation, coalesce, ids, exclusive);
  }

  /**
   * Give back what the log cannot take.
   *
   * @param {Operation} operation
   * @param {Refused} refused
   * @param {unknown} [cause]
   */
  #refuse(operation, refused, cause = refused.error) {
    this.#handles.lost(operation.id, cause);
    this.#show([placeOf(operation)]);
    this.#publish([{ ...operation, ...refused }]);
  }

  // --- sending ---

  /** See to it that whatever waits has a timer or a request. */
  #arm() {
    const env = this.#env;
    env.clearTimeout(this.#timer);
    const ms = this.#running ? Infinity : this.#dueIn();
    if (ms < Infinity) this.#timer = env.setTimeout(() => void (this.#dueIn() > 0 ? this.#arm() : this.#run()), ms);
    this.#tell();
  }

  /** One request after the other, as long as there is one to send now. One chain at a time. */
  #run() {
    return (this.#running ??= this.#rounds());
  }

  async #rounds() {
    try {
      await this.#store();
      const robbed = () => this.#abort.abort();
      while (this.#dueIn() <= 0 && (await this.#tabs.inTurn(() => this.#round(), 2 * this.#options.timeout, robbed)));
    } catch (cause) {
      this.#emit('error', { message: 'Sending failed', cause });
      this.#after = this.#env.now() + this.#health.backoff();
    }
    this.#running = undefined;
    this.#urgent = false;
    this.#arm();
  }

  /**
   * Send one request.
   *
   * @returns {Promise<boolean>} whether there was anything to send
   */
  async #round() {
    const env = this.#env;
    const { maxBytes, ttl } = this.#options;
    if (this.#dueIn() > 0 || !(await this.#isOwner())) return false;
    const terms = { rows: this.#health.asksForCanary ? 1 : this.#pacing.size, bytes: this.#hidden ? KEEPALIVE : maxBytes, ttl, wall: env.wall() };
    const rows = (this.#sending = await this.#transact((draft) => claim(draft, terms)));
    const started = env.now();
    if (rows.length) this.#pacing.sent(started, !this.#mirror.rows.some(isWaiting));
    else if (this.#mirror.rows.some(isLive)) this.#after = started + POLL;
    const verdict = rows.length && (await this.#send(rows, this.#hidden, (this.#abort = new AbortController())));
    this.#sending = [];
    if (verdict) await this.#settle(rows, verdict);
    return !!verdict;
  }

  /**
   * @param {Operation[]} rows
   * @param {boolean} leaving
   * @param {AbortController} abort
   * @returns {Promise<Verdict | undefined>} undefined: another tab has taken over, or will
   */
  async #send(rows, leaving, abort) {
    const env = this.#env;
    const request = requestFor(rows, this.#options, this.#mirror.ids, env.uuid());
    const { method, url, bytes } = request;
    const ids = rows.map(({ id }) => id);
    const started = env.now();
    this.#emit('request', { ids, method, url, bytes });
    this.#tell();
    const answer = await ask(request, this.#options, env, abort, leaving && bytes <= KEEPALIVE);
    const { status, late } = answer;
    const ms = env.now() - started;
    if (status) this.#pacing.answered(env.now(), ms, answer.headers, rows.length);
    else if (abort.signal.aborted && !late) return undefined;
    this.#emit('response', { ids, status: status || undefined, ms });
    return verdictOf(rows, answer);
  }

  /**
   * The page is going, and nothing that takes time will end: what waits leaves at once, as it is, without lock and log. It
   * stays in the log until somebody learns what became of it. No other page changes what this one has added.
   */
  #leave() {
    if (!/^(coll|sav)/.test(this.#state())) return;
    /** What is on its way would be cut off; what another tab has added may still change there. @type {(row: Operation) => Operation} */
    const seen = (row) => {
      if (this.#sending.includes(row)) return { ...row, state: 'sealed' };
      return row.state === 'open' && row.tab !== this.#tab ? { ...row, state: 'inflight' } : row;
    };
    const stored = (this.#draft ?? this.#mirror).rows;
    const fresh = this.#fresh.filter(({ id }) => this.#handles.rowOf(id) === id && !stored.some((row) => row.id === id));
    const room = { rows: this.#options.maxRows, bytes: KEEPALIVE };
    const rows = nextRequest([...stored, ...fresh].map(seen), room, this.#mirror.ids);
    if (!rows.length) return;
    for (const { id } of rows) this.#left.add(id);
    void this.#send(rows, true, new AbortController()).then((verdict) => {
      if (verdict?.included) void this.#settle(rows, verdict); // the page is still there
    });
  }

  /**
   * @param {Operation[]} rows
   * @param {Verdict} verdict
   */
  async #settle(rows, verdict) {
    const { included, fault, fates, shrink } = verdict;
    const states = [...fates.values()].map((fate) => fate?.state);
    const acked = states.includes('acked');
    const { proven } = this.#health;
    const meta = this.#health.heed(rows, verdict, acked);
    if (shrink) this.#pacing.shrink(rows.length);
    else if (acked) this.#pacing.grow();
    await this.#transact((draft) => settle(draft, rows, verdict, meta, proven));
    if (included) this.#emit('included', { included });
    if (fault) this.#emit('error', { message: 'The answer broke the protocol' });
    if (meta.held) this.#emit('authrequired', { reason: meta.held });
    if (meta.notBefore) this.#emit('wait', { until: meta.notBefore });
    if (states.includes('conflicted')) void this.pull();
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

  // --- the world outside ---

  /** @param {Event & {persisted?: boolean}} event */
  #notice({ type, persisted }) {
    const env = this.#env;
    const online = env.navigator?.onLine !== false;
    if (type === 'pagehide') this.#leave();
    if (type === 'pagehide' || type === 'freeze') {
      this.#abort.abort(); // and with it the lock is given back
    } else if (online && this.#hidden) void this.flush();
    else if (type !== 'pageshow' || persisted) {
      if (type === 'online') this.#after = env.now() + RETURN * (1 + env.random());
      void this.#refresh();
    }
  }

  /**
   * The page may be behind: what have other tabs done, and what has changed elsewhere?
   *
   * @param {boolean} [first]
   */
  #refresh(first) {
    if (this.#env.navigator?.onLine !== false) void this.pull();
    return this.#sync(first);
  }

  /**
   * Learn what other tabs have done.
   *
   * @param {boolean} [first]  the page has just been made, for whoever is logged in
   */
  async #sync(first) {
    try {
      const [, snapshot] = await this.#log.transact((draft) => void (first && (draft.meta.held = undefined)));
      this.#adopt(snapshot, first);
    } catch (cause) {
      this.#emit('error', { message: 'The log failed', cause });
    }
    this.#arm();
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
    if (this.#stopped) return this.#stopped;
    if (this.#mirror.meta.held) return 'held';
    if (rows.some(({ state }) => state === 'inflight')) return 'saving';
    if (!rows.some(isLive)) return 'idle';
    if (this.#env.navigator?.onLine === false) return 'offline';
    return this.#delay() ? 'waiting' : 'collecting';
  }

  /** Ms until the next request is due; Infinity if there will be none as things stand. */
  #dueIn() {
    const state = this.#state();
    if (!/^(coll|wait|sav)/.test(state) && !(state === 'offline' && this.#urgent)) return Infinity;
    const due = this.#urgent ? 0 : Math.max(this.#after, this.#pacing.due(this.operations().filter(isWaiting).length)) - this.#env.now();
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
    try {
      const [value, snapshot] = await this.#log.transact((draft) => {
        for (const row of this.#left.size ? draft.rows : []) {
          if (row.state === 'open' && this.#left.has(row.id)) draft.change(row, SENT);
        }
        const value = work(draft);
        this.#draft = draft;
        return value;
      });
      first?.();
      this.#adopt(snapshot);
      return value;
    } finally {
      this.#draft = undefined;
    }
  }

  /**
   * Take over what the log holds now, whichever tab has changed it.
   *
   * @param {LogSnapshot} snapshot
   * @param {boolean} [past]  what happened before this page was there is no news, and the page may know more
   */
  #adopt(snapshot, past) {
    const before = new Map(this.#mirror.rows.map((row) => [row.id, row]));
    this.#mirror = snapshot;
    this.#known = snapshot.rows.filter((row) => isLive(row) || isRefused(row));
    const changed = snapshot.rows.filter((row) => before.get(row.id) !== row);
    const ended = changed.filter((row) => !isLive(row) && before.get(row.id)?.state !== row.state);
    for (const row of ended) this.#view.conclude(row, past ? this.since ?? -1 : undefined);
    const foreign = changed.some((row) => isLive(row) && !before.has(row.id) && !this.#handles.has(row.id));
    if (foreign) this.#pacing.follow(this.#env.now(), past);
    this.#follow();
    for (const { id } of [...snapshot.rows, ...this.#fresh]) before.delete(id);
    this.#show([...changed, ...before.values()].map(placeOf));
    if (past) return;
    this.#publish(ended);
    // A page that slept for long does not learn any more what became of its operations.
    for (const row of before.values()) this.#finish({ ...row, ...refusal('no_answer', 'Nobody knows.', true) }, true);
  }

  #follow() {
    const rows = this.operations();
    this.#view.follow(rows, this.#mirror.ids);
    if (!rows.some(isWaiting)) this.#pacing.clear();
  }

  // --- telling ---

  /**
   * Bring views up to date and tell who looks at them.
   *
   * @param {Place[]} places
   */
  #show(places) {
    const changed = this.#view.refresh(places);
    if (changed.size) this.#emit('change', { keys: [...changed.values()] });
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
    for (const row of rows) this.#finish(row);
    const refused = rows.filter(isRefused);
    for (const row of refused) {
      const error = /** @type {Problem} */ (row.error);
      if (refused.some(({ id }) => id === error.culprit)) continue;
      const operations = [row, ...refused.filter((other) => other.error?.culprit === row.id)];
      this.#emit('rollback', { ids: operations.map(({ id }) => id), keys: operations.map(placeOf), operations, error });
    }
  }

  /**
   * @param {Operation} operation
   * @param {boolean} [quietly]
   */
  #finish(operation, quietly) {
    const outcome = this.#handles.finish(operation);
    if (quietly) return;
    this.#done++;
    this.#emit(/** @type {'acked'} */ (operation.state), { operation, ...outcome });
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

const SENT = /** @type {const} */ ({ state: 'sealed', limbo: true });
