/**
 * Types of the browser queue. `BatchQueue` in `batch-queue.js` has exactly this face; what is not declared here is private.
 */

/** A row of a resource as JSON shows it. */
export type Data = Record<string, any>;

/** Key of a row, or the local id of one that is not created yet. */
export type Target = number | string | { lid: string };

/** Where a row is. */
export interface Place {
  resource: string;
  target: Target;
}

/** Problem document (RFC 9457), as the server sent it. */
export interface Problem {
  status: number;
  code: string;
  title: string;
  detail: string;
  fields?: Record<string, any>;
  /** With a conflict: the row as it is on the server. */
  current?: { data?: Data; etag?: string };
  /** Id of the operation because of which this one failed, too. */
  culprit?: string;
  /** Set by the queue on what it gave up itself. */
  outcome?: 'not-applied' | 'unknown';
  [member: string]: any;
}

/** What `add()` takes. `data` must be JSON; it is copied. */
export interface NewOperation {
  /** UUID; made by the queue if left out. */
  id?: string;
  resource: string;
  /** `create`, `update` (partial), `delete`, or a row action of the resource such as `increment`. */
  action: string;
  /** Left out for `create`. */
  target?: Target;
  data?: Data;
  /** Only for `create`: the name under which later operations refer to the new row. Made by the queue if left out. */
  lid?: string;
  /** Ids of operations without which this one must not happen. */
  depends_on?: string[];
  /** Entity tag that the row must still have. */
  if_match?: string;
  /** Operations added in one go (one task) under one name succeed or fail together. */
  group?: string;
  /** Higher goes first; 0 if left out. Never before what it depends on. */
  priority?: number;
}

/**
 * Pending: `open` (never sent, may merge), `sealed` (was claimed once; payload and id are frozen for ever), `inflight` (on its
 * way). Waiting for a person: `failed`, `conflicted` (refused, certainly not applied), `unknown` (given up; it may have been
 * applied). Over, and kept for a while to tell other tabs: `acked`, `cancelled`, `discarded`.
 */
export type OperationState =
  | 'open' | 'sealed' | 'inflight'
  | 'failed' | 'conflicted' | 'unknown'
  | 'acked' | 'cancelled' | 'discarded';

/** An operation as the log holds it. Immutable. */
export interface Operation extends NewOperation {
  readonly id: string;
  readonly data: Data;
  readonly state: OperationState;
  /** Place in the log; the order of all operations of all tabs. */
  readonly seq: number;
  /** How often it was claimed: an answer to an earlier attempt decides nothing any more, unless it is a verdict. */
  readonly attempts: number;
  /** Wall clock when it was added, in ms. */
  readonly at: number;
  /** The visit that added it: operations of different tabs do not merge. */
  readonly tab?: string;
  /** Wall clock when it was claimed last, in ms. */
  readonly sent?: number;
  /** How often the server failed with 500 on it alone: it goes last, and is given up after a few. */
  readonly faults?: number;
  /** It was sent and got no answer at least once: the server may or may not have applied it. */
  readonly limbo?: boolean;
  /** Why it was refused, or given up. */
  readonly error?: Problem;
  /** What the server said when it applied it. */
  readonly result?: Result;
}

/**
 * What became of an operation. `cancelled`: it and a later one left nothing to send. `discarded`: by `discard()`.
 */
export type Outcome = ({ state: 'acked' } & Result) | Refused | { state: 'cancelled' | 'discarded' };

/**
 * `failed` and `conflicted`: certainly not applied. `unknown`: it may have been applied, nobody can tell. Codes of the queue's own,
 * beside those of the server: `expired`, `queue_full`, `not_stored`, `failed_dependency`, `no_answer`.
 */
export interface Refused {
  state: 'failed' | 'conflicted' | 'unknown';
  error: Problem;
}

export interface Handle {
  readonly id: string;
  /** How to refer to the row: the operation's target, or the local id of the row that it creates. */
  readonly target: Target;
  /** Resolves when the operation is in the log, rejects if the log refused it. */
  readonly persisted: Promise<void>;
  /** Resolves with what became of the operation. Never rejects: a click needs no `catch`. */
  readonly result: Promise<Outcome>;
}

/** Row before and data of the operation in, row after out; `null` is a deleted row. Pure; must not change `row`. */
export type Reducer = (row: Data, data: Data, operation: Operation) => Data | null;
export type Reducers = Record<string, Record<string, Reducer>>;

/**
 * What a later operation `b` makes of a waiting `a` on the same row: the action and data of the merged operation,
 * `null` if they cancel each other, `undefined` to keep both in order, `'apart'` to keep both although their order does not
 * matter. `standard` is the built-in rule.
 */
export type Merge = (a: Operation, b: Operation, standard?: Merge) => Merged | null | undefined | 'apart';
export type Merged = Pick<Operation, 'action' | 'data'>;
/** By resource and action of the later operation; `false`: never merge. */
export type MergeRules = Record<string, Record<string, Merge | false>>;

export interface Options {
  /** Address of the batches, such as `/api/batch/`. */
  url: string;
  /**
   * Whose queue this is. With it the operations live in a database of that user in this browser, and tabs share them;
   * without it, in the memory of the page.
   */
  user?: number | string;
  /** Address of the changes feed, such as `/api/characters/12/changes/`: asked on load, reconnection, foreground and conflict. */
  feed?: string;
  /** Revision that the page was built from: the first `since` of the feed. What the log remembers is applied only if it is newer. */
  since?: number;
  /** Derived state to ask for with every request, such as `['sheet']`; comes back in `included` events. */
  include?: string[];
  reducers?: Reducers;
  coalesce?: MergeRules;
  /** Fields that say the same in different words, such as `[['score', 'experience_points']]`: the later replaces the earlier. */
  exclusive?: string[][];
  /**
   * Who is logged in now (`null`: nobody). Asked before sending goes on after a refused login or a changed CSRF token; unless it
   * is `user`, nothing is sent.
   */
  identify?: () => Promise<number | string | null>;
  /** Single route of an operation (its target is a key by then); by default `url/../<resource>/<target>/<action>/`. */
  route?: (operation: Operation) => { method: string; url: string };
  /**
   * More headers for each request, such as an `Authorization`; asked for each time, never stored. The cookie `csrftoken`
   * is sent as `X-CSRFToken` unless this says otherwise.
   */
  headers?: () => Record<string, string> | Promise<Record<string, string>>;
  /** Operations in one request (50). */
  maxRows?: number;
  /** Bytes of operations in one request (256 KiB). */
  maxBytes?: number;
  /** Ms after which a request counts as unanswered (30,000). */
  timeout?: number;
  /** Operations that the queue keeps (1000); `add()` beyond it ends as `failed` with code `queue_full`. */
  limit?: number;
  /** Ms that an operation lives (30 days); shorter than the server remembers ids. */
  ttl?: number;
  /** Everything outside, replaceable for tests and workers. */
  env?: Partial<Environment>;
}

/** What the queue touches outside itself. */
export interface Environment {
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  setTimeout: (callback: () => void, ms: number) => any;
  clearTimeout: (timer: any) => void;
  /** Monotonic clock, ms. */
  now: () => number;
  /** Wall clock, ms. */
  wall: () => number;
  random: () => number;
  uuid: () => string;
  /** Replaces the log that the queue would open. */
  log: OperationLog | undefined;
  indexedDB: IDBFactory | undefined;
  locks: Pick<LockManager, 'request'> | undefined;
  BroadcastChannel: typeof BroadcastChannel | undefined;
  document: (Pick<Document, 'cookie' | 'visibilityState'> & Partial<Pick<Document, 'addEventListener'>>) | undefined;
  window: Pick<Window, 'addEventListener'> | undefined;
  navigator:
    | {
        onLine?: boolean;
        connection?: { effectiveType?: string; saveData?: boolean };
        storage?: { persist?: () => Promise<boolean> };
      }
    | undefined;
}

/**
 * `idle`: nothing waits. `collecting`: the window is open. `saving`: a request is on its way, from this tab or another.
 * `waiting`: the server asked to wait, or a retry is due later (`until`). `offline`. `held`: logged out, or another user is
 * logged in (`held` says which). `paused`. `closed`.
 */
export type QueueState = 'idle' | 'collecting' | 'saving' | 'waiting' | 'offline' | 'held' | 'paused' | 'closed';

export interface Stats {
  state: QueueState;
  /** Why the queue is `held`: nobody is logged in, or somebody else. */
  held: 'auth' | 'user' | undefined;
  /** Operations of all tabs without a verdict (after merging). */
  pending: number;
  inflight: number;
  /** Operations that were given up and may have been applied. */
  unknown: number;
  /** Operations that wait for a person: refused, conflicts, `unknown` ones. */
  failed: number;
  /** Operations of this sync that have a verdict, and all of them: a progress bar's value and max. */
  done: number;
  total: number;
  /** Wall clock in ms until which nothing is sent, or 0. */
  until: number;
  /** `single` while the batch endpoint is out of order. */
  mode: 'batch' | 'single';
  /** Whether operations survive this page. */
  durable: boolean;
}

export interface QueueEvents {
  /** An operation was added; the view shows it already. */
  enqueue: { operation: Operation };
  request: { ids: string[]; method: string; url: string; bytes: number };
  /** `status` is undefined if there was no answer. */
  response: { ids: string[]; status: number | undefined; ms: number };
  acked: { operation: Operation } & Extract<Outcome, { state: 'acked' }>;
  failed: { operation: Operation } & Refused;
  /** As `failed`, because the row is not what the operation expected. `error.current` shows it, where the server sent it. */
  conflicted: { operation: Operation } & Refused;
  cancelled: { operation: Operation };
  discarded: { operation: Operation };
  /** Operations left the view, and nothing else changed: `ids` of one that failed and of those that failed with it. */
  rollback: { ids: string[]; keys: Place[]; operations: Operation[]; error: Problem };
  /** Given up: expired, or the server fails on it again and again. It may have been applied. */
  unknown: { operation: Operation } & Refused;
  /** Nothing is sent before `until` (wall clock, ms). */
  wait: { until: number };
  /** Log in (again) as the owner of the queue, then `resume()`. Told once, in the tab whose request was refused. */
  authrequired: { reason: 'auth' | 'user' };
  /** Operations do not survive this page: storage is blocked, full or broken. */
  degraded: { cause: unknown };
  /** Derived state that came with an answer or from the feed. */
  included: { included: Record<string, any[]> };
  /** Rows whose view changed. */
  change: { keys: Place[] };
  status: Stats;
  /** The server broke the protocol, or the log failed. Nothing is lost by it. */
  error: { message: string; cause?: unknown };
}

export declare class BatchQueue extends EventTarget {
  constructor(options: Options);
  /** Resolves when operations of earlier visits and other tabs are in the views. */
  readonly ready: Promise<void>;
  /** Add an operation: the view shows it before this returns, the server gets it when the person pauses. */
  add(operation: NewOperation): Handle;
  /** The row with all pending operations applied; `undefined` if it is unknown, `null` if it is gone. */
  view(resource: string, target: Target): Data | null | undefined;
  /** All rows of a resource that are known here, as `view` shows them, pending new ones included. */
  list(resource: string): { target: Target; data: Data }[];
  /** Number of operations on the row that have no verdict. */
  pending(resource: string, target: Target): number;
  /** Tell what the server says of a row (`null`: it is gone). Ignored if older than what is known already. */
  setBase(resource: string, target: number | string, data: Data | null, options?: { revision?: number | string }): void;
  /** Be told whenever the view of a row changes. Returns the function that ends it. */
  subscribe(resource: string, target: Target, listener: (view: Data | null | undefined) => void): () => void;
  /** Send now. Resolves with true when everything has a verdict, with false when something keeps it waiting. */
  flush(): Promise<boolean>;
  /**
   * Send again what was refused (as a new operation) or given up (under its old id): one operation with those that failed
   * because of it, or all.
   */
  retry(id?: string): Promise<void>;
  /** Give up what was refused, given up or never sent: one operation (with its dependents), or all that need attention. */
  discard(id?: string): Promise<void>;
  /** Send nothing until `resume()`. Clicks are still taken. */
  pause(): void;
  /** Go on after `pause()`, or after a new login. */
  resume(): void;
  /** Ask the feed what changed elsewhere; pending operations are replayed on top. False if there was no answer. */
  pull(): Promise<boolean>;
  /**
   * Send everything, for at most `timeout` ms (5,000); not even that long if nothing can be sent. Resolves with `stats()`: what
   * is `pending` still, and in its `state` why.
   */
  drain(options?: { timeout?: number }): Promise<Stats>;
  /**
   * End the queue of this user in all tabs. What is not saved waits on this device for its owner, unless `discard` is true.
   * Resolves with the number of operations that were not saved. `drain()` first.
   */
  logOut(options?: { discard?: boolean }): Promise<number>;
  stats(): Stats;
  /** Every operation in the log that is not over, the refused included, in order. */
  operations(): Operation[];
  /** Stop in this tab: no more requests, timers or listeners. The log stays. */
  close(): Promise<void>;
  addEventListener<Type extends keyof QueueEvents>(
    type: Type,
    listener: ((event: CustomEvent<QueueEvents[Type]>) => void) | EventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

// --- between the modules ---

/** Keys of created rows by their local id. */
export type Ids = ReadonlyMap<string, number | string>;

export interface LogMeta {
  lastSeq: number;
  /** Counts the changes of the log. */
  version: number;
  /** Wall clock until which no tab sends. */
  notBefore: number;
  /** Wall clock until which operations travel one by one. */
  singleUntil: number;
  held?: 'auth' | 'user';
  /** The browser was asked to keep what is stored. */
  asked?: boolean;
}

export interface LogSnapshot {
  readonly rows: readonly Operation[];
  readonly ids: Ids;
  readonly meta: LogMeta;
}

export interface OperationLog {
  /**
   * Run `work` on a draft of the log and store what it changed: all of it, or nothing if it throws or storing fails.
   * Resolves, when it is durable, with what `work` returned and the log as it is now. `work` must be synchronous.
   */
  transact<T>(work: (draft: import('./operation-log.js').Draft) => T): Promise<[T, LogSnapshot]>;
  /** Whether it outlives the page. */
  readonly durable?: boolean;
  close(): Promise<void>;
}

/** How operations travel. */
export interface Wire {
  url: string;
  include: string[] | undefined;
  timeout: number;
  route: (operation: Operation) => { method: string; url: string };
  headers: () => Promise<Record<string, string>>;
}

/** What a server says of an operation that it applied. */
export interface Result {
  status: number;
  data?: Data;
  etag?: string;
  target?: number | string;
  /** The row is no more. */
  gone?: boolean;
  replayed?: boolean;
}

/** The part of the environment that the sender needs. */
export type Sending = Pick<Environment, 'fetch' | 'setTimeout' | 'clearTimeout'>;

export interface Answer {
  status: number;
  headers: Headers;
  /** Parsed, if it is JSON. */
  body?: any;
  redirected?: boolean;
  /** There is none, because it did not come in time. */
  late?: boolean;
}
