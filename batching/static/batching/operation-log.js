/**
 * The log of operations: those that have no verdict yet, those that were refused and wait for their author, and for a while
 * those that are over, so that every tab learns what became of them.
 *
 * Everything happens in transactions: `transact(work)` reads the log, runs `work` on a draft of it and stores what `work`
 * changed, all or nothing. `work` is synchronous, because an IndexedDB transaction ends as soon as somebody waits for
 * anything else; to merge a click is therefore always one transaction, whatever other tabs do.
 *
 * @import { Environment, Ids, LogMeta, LogSnapshot, Operation, OperationLog } from './index.js'
 */

const MOST_IDS = 500; // keys of created rows to remember: many more than a page that was built before can refer to

/** What a transaction sees and changes. Reads show the transaction's own writes. */
export class Draft {
  /** @type {Map<number, Operation>} */
  #rows;
  /** @type {Map<string, number | string>} */
  #ids;
  /** What was put or, if it is undefined, removed; by `seq`. @type {Map<number, Operation | undefined>} */
  changes = new Map();

  /** @param {LogSnapshot} snapshot */
  constructor({ rows, ids, meta }) {
    this.#rows = new Map(rows.map((row) => [row.seq, row]));
    this.#ids = new Map(ids);
    this.meta = { ...meta };
  }

  /** Operations in the order of `seq`: the order of the clicks, in all tabs, whatever the clocks say. */
  get rows() {
    return [...this.#rows.values()];
  }

  /** @returns {Ids} */
  get ids() {
    return this.#ids;
  }

  /** @param {string | undefined} id */
  find(id) {
    return this.rows.find((row) => row.id === id);
  }

  /**
   * Put an operation at the end of the log.
   *
   * @param {Operation} operation
   */
  append(operation) {
    return this.change(operation, { seq: ++this.meta.lastSeq });
  }

  /**
   * Put an operation in its own place again, changed.
   *
   * @param {Operation} row
   * @param {Partial<Operation>} changes
   */
  change(row, changes) {
    const changed = Object.freeze({ ...row, ...changes });
    this.#rows.set(changed.seq, changed);
    this.changes.set(changed.seq, changed);
    return changed;
  }

  /** @param {Operation} row */
  remove(row) {
    this.#rows.delete(row.seq);
    this.changes.set(row.seq, undefined);
  }

  /**
   * @param {string} lid
   * @param {number | string} key
   */
  resolve(lid, key) {
    this.#ids.set(lid, key);
    this.meta.version++; // it has changed, even if no row has
    if (this.#ids.size > MOST_IDS) this.#ids.delete([...this.#ids.keys()][0]);
  }
}

const STORES = { rows: 'seq', meta: 'id' }; // and their keys; `meta` has one record
const FORM = 1; // of a row; a row of a later form is left to the page that understands it
const PATIENCE = 3000; // ms to open the database: a tab that does not let a later version in can block it for ever

/** @typedef {Pick<Environment, 'indexedDB' | 'setTimeout' | 'clearTimeout' | 'navigator'>} Storage */

/**
 * A log in a database of this browser, shared by all tabs. Where there is no storage, it lives as long as the page.
 *
 * @implements {OperationLog}
 */
export class StoredLog {
  /** @type {LogSnapshot} */
  stored = { rows: [], ids: new Map(), meta: { lastSeq: 0, version: 0, notBefore: 0, singleUntil: 0 } };
  #name;
  #env;
  #degrade;
  #tell;
  /** @type {Promise<void> | undefined} */
  #opening;
  /** @type {IDBDatabase | undefined} */
  #database;

  /**
   * @param {string} [name]  of the database
   * @param {Storage} [env]  where to store; nowhere if it is left out
   * @param {(cause: unknown) => void} [degrade]  told when that fails
   * @param {() => void} [tell]  told after each change
   */
  constructor(name = '', env, degrade, tell) {
    this.#name = name;
    this.#env = env;
    this.#degrade = degrade;
    this.#tell = tell;
    this.durable = !!env;
  }

  /**
   * @template T
   * @param {(draft: Draft) => T} work
   * @returns {Promise<[T, LogSnapshot]>}
   */
  async transact(work) {
    for (let tries = 0; this.durable; tries++) {
      try {
        await (this.#opening ??= this.#open());
        return await this.#attempt(work);
      } catch (/** @type {any} */ cause) {
        this.#opening = undefined;
        // Browsers close connections behind a page's back, most of all in the background; a second one works.
        if (this.#database && (tries || !/^(InvalidState|Unknown)/.test(cause?.name))) throw cause;
        if (this.#database) continue;
        this.durable = false;
        this.#degrade?.(cause);
      }
    }
    const draft = new Draft(this.stored);
    const value = work(draft);
    return [value, (this.stored = draft)];
  }

  async close() {
    this.#database?.close();
  }

  async #open() {
    const env = /** @type {Storage} */ (this.#env);
    /** @type {any} */
    let timer;
    const late = new Promise((_, reject) => (timer = env.setTimeout(() => reject(Error('The database does not open')), PATIENCE)));
    try {
      // Whatever version there is: stores are only ever added, so that what waits outlives every upgrade.
      const request = /** @type {IDBFactory} */ (env.indexedDB).open(this.#name);
      request.onupgradeneeded = () => {
        for (const [name, keyPath] of Object.entries(STORES)) request.result.createObjectStore(name, { keyPath });
      };
      const database = (this.#database = await Promise.race([late, answerOf(request)]));
      database.onversionchange = () => database.close();
    } finally {
      env.clearTimeout(timer);
    }
  }

  /**
   * @template T
   * @param {(draft: Draft) => T} work
   * @returns {Promise<[T, LogSnapshot]>}
   */
  async #attempt(work) {
    const transaction = /** @type {IDBDatabase} */ (this.#database).transaction(Object.keys(STORES), 'readwrite', { durability: 'strict' });
    const [rows, meta] = Object.keys(STORES).map((name) => transaction.objectStore(name));
    const done = answerOf(transaction);
    done.catch(() => {}); // if `work` throws, that is the reason
    try {
      const own = await answerOf(meta.get(0));
      let { stored } = this;
      if (own && own.meta.version !== stored.meta.version) {
        stored = { ...own, rows: (await answerOf(rows.getAll())).filter(({ form = FORM }) => form <= FORM) };
      }
      const draft = new Draft(stored);
      const value = work(draft);
      const { changes, ids, meta: now } = draft;
      const news = changes.size || JSON.stringify(now) !== JSON.stringify(stored.meta);
      if (news) {
        now.version++;
        if (changes.size && !now.asked) this.#askToKeep(now);
        for (const [seq, row] of changes) row ? rows.put(row) : rows.delete(seq);
        meta.put({ id: 0, ids, meta: now });
        transaction.commit?.(); // nothing that happens to the page now can undo it
      }
      await done;
      this.stored = draft;
      if (news) this.#tell?.();
      return [value, draft];
    } catch (cause) {
      if (!transaction.error) transaction.abort?.();
      throw cause;
    }
  }

  /**
   * Ask the browser not to clear what is stored when space runs short: once, because some browsers ask the person.
   *
   * @param {LogMeta} meta
   */
  #askToKeep(meta) {
    meta.asked = true;
    void this.#env?.navigator?.storage?.persist?.().catch(() => {}); // it was a wish
  }
}

/**
 * @param {any} request  or a transaction
 * @returns {Promise<any>}
 */
const answerOf = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = request.oncomplete = () => resolve(request.result);
    request.onerror = request.onabort = () => reject(request.error);
  });
