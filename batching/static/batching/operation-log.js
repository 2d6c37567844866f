/**
 * The log of operations: those that have no verdict yet, those that were refused and wait for their author, and for a while
 * those that are over, so that every tab learns what became of them.
 *
 * Everything happens in transactions: `transact(work)` reads the log, runs `work` on a draft of it and stores what `work`
 * changed, all or nothing. `work` is synchronous, because an IndexedDB transaction ends as soon as somebody waits for
 * anything else; to merge a click is therefore always one transaction, whichever tab made the click it merges with.
 *
 * @import { Environment, Ids, LogSnapshot, Operation, OperationLog } from './index.js'
 */

const MOST_IDS = 500; // keys of created rows to remember: many more than a page that was built before can refer to

/** What a transaction sees and changes. Reads show the transaction's own writes. */
export class Draft {
  /** @type {Map<number, Operation>} */
  #rows;
  /** @type {Map<string, number | string>} */
  #ids;
  /** @type {LogSnapshot['meta']} */
  meta;
  /** Ids of operations that left with a page which may be gone. @type {Set<string>} */
  marks;

  /**
   * @param {LogSnapshot} snapshot
   * @param {Set<string>} [marks]
   */
  constructor({ rows, ids, meta }, marks = new Set()) {
    this.#rows = new Map(rows.map((row) => [row.seq, row]));
    this.#ids = new Map(ids);
    this.meta = { ...meta };
    this.marks = marks;
    if (marks.size) for (const row of rows) this.#seal(row);
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
    const row = { ...operation, seq: ++this.meta.lastSeq };
    return this.#seal(row) ?? this.replace(row);
  }

  /**
   * Put an operation in its own place again, changed.
   *
   * @param {Operation} row
   */
  replace(row) {
    this.#rows.set(row.seq, Object.freeze(row));
    return row;
  }

  /** @param {Operation} row */
  remove(row) {
    this.#rows.delete(row.seq);
  }

  /**
   * @param {string} lid
   * @param {number | string} key
   */
  resolve(lid, key) {
    this.#ids.set(lid, key);
    if (this.#ids.size > MOST_IDS) this.#ids.delete([...this.#ids.keys()][0]);
  }

  clear() {
    this.#rows.clear();
    this.#ids.clear();
  }

  /** @returns {LogSnapshot} */
  snapshot() {
    return { rows: this.rows, ids: this.#ids, meta: this.meta };
  }

  /**
   * What left with a page may have arrived, so it must not change any more.
   *
   * @param {Operation} row
   */
  #seal(row) {
    return row.state === 'open' && this.marks.has(row.id) ? this.replace({ ...row, state: 'sealed', limbo: true }) : undefined;
  }
}

/** @returns {LogSnapshot} */
const empty = () => ({ rows: [], ids: new Map(), meta: { lastSeq: 0, version: 0, notBefore: 0, singleUntil: 0 } });

/**
 * A log that lives as long as the page.
 *
 * @implements {OperationLog}
 */
export class MemoryLog {
  durable = false;
  stored = empty();
  /** @type {Set<string>} */
  marks = new Set();

  /**
   * @template T
   * @param {(draft: Draft) => T} work
   * @returns {Promise<[T, LogSnapshot]>}
   */
  async transact(work) {
    const draft = new Draft(this.stored, this.marks);
    const value = work(draft);
    draft.meta.version++;
    return [value, (this.stored = draft.snapshot())];
  }

  /** @param {readonly string[]} ids */
  mark(ids) {
    for (const id of ids) this.marks.add(id);
  }

  async close() {}
}

const STORES = { rows: 'seq', meta: 'id' }; // and their keys; `meta` also holds a mark for each operation that left with a page
const VERSION = 1; // of the stores. Only ever add to them: older pages stay open, and what waits must survive
const FORM = 1; // of a row; a row of a later form is left to the page that understands it
const PATIENCE = 3000; // ms to open the database: a tab that keeps an older version open can block it for ever

/**
 * A log in a database of this browser, shared by all tabs. Where there is no storage, it lives as long as the page.
 *
 * @implements {OperationLog}
 */
export class StoredLog extends MemoryLog {
  durable = true;
  #name;
  #env;
  #degrade;
  #tell;
  #opened = false;
  /** @type {Promise<IDBDatabase> | undefined} */
  #opening;
  /** @type {IDBDatabase | undefined} */
  #database;

  /**
   * @param {string} name
   * @param {Pick<Environment, 'indexedDB' | 'setTimeout' | 'clearTimeout'>} env
   * @param {(cause: unknown) => void} degrade  told when there is no storage
   * @param {() => void} tell  told after each change
   */
  constructor(name, env, degrade, tell) {
    super();
    this.#name = name;
    this.#env = env;
    this.#degrade = degrade;
    this.#tell = tell;
  }

  /**
   * @template T
   * @param {(draft: Draft) => T} work
   * @returns {Promise<[T, LogSnapshot]>}
   */
  async transact(work) {
    // Browsers close connections behind a page's back, most of all in the background; a second one works.
    for (let tries = 0; this.durable; tries++) {
      try {
        return await this.#attempt(await this.#connect(), work);
      } catch (/** @type {any} */ cause) {
        this.#opening = this.#database = undefined;
        if (this.#opened && (tries || !/^(InvalidState|Unknown)Error/.test(cause?.name))) throw cause;
        if (!this.#opened) {
          this.durable = false;
          this.#degrade(cause);
        }
      }
    }
    return super.transact(work);
  }

  /** @param {readonly string[]} ids */
  mark(ids) {
    super.mark(ids);
    try {
      const marks = this.#database?.transaction('meta', 'readwrite').objectStore('meta');
      for (const id of ids) marks?.put({ id });
    } catch {
      // The page is going. Without the mark an operation is sent again under its id, as it is.
    }
  }

  async close() {
    (await this.#opening)?.close();
  }

  #connect() {
    /** @type {any} */
    let timer;
    return (this.#opening ??= /** @type {Promise<IDBDatabase>} */ (
      new Promise((resolve, reject) => {
        timer = this.#env.setTimeout(() => reject(new Error('The database does not open')), PATIENCE);
        const open = (/** @type {number} */ version) => {
          const request = /** @type {IDBFactory} */ (this.#env.indexedDB).open(this.#name, version);
          request.onupgradeneeded = () => {
            for (const [name, keyPath] of Object.entries(STORES)) {
              if (!request.result.objectStoreNames.contains(name)) request.result.createObjectStore(name, { keyPath });
            }
          };
          request.onerror = () => {
            if (request.error?.name === 'VersionError') open(/** @type {any} */ (undefined)); // a later page was here
            else reject(request.error);
          };
          request.onsuccess = () => {
            this.#opened = true;
            const database = (this.#database = request.result);
            database.onversionchange = () => database.close(); // a later page wants to add to it
            resolve(database);
          };
        };
        open(VERSION);
      })
    ).finally(() => this.#env.clearTimeout(timer)));
  }

  /**
   * @template T
   * @param {IDBDatabase} database
   * @param {(draft: Draft) => T} work
   * @returns {Promise<[T, LogSnapshot]>}
   */
  #attempt(database, work) {
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(Object.keys(STORES), 'readwrite', { durability: 'strict' });
      const [rows, meta] = [transaction.objectStore('rows'), transaction.objectStore('meta')];
      /** @type {T} */
      let value;
      let { stored } = this;
      let told = true;
      transaction.oncomplete = () => {
        resolve([value, (this.stored = stored)]);
        if (!told) this.#tell();
      };
      transaction.onabort = () => reject(transaction.error); // rejected already, if it was `work` that threw
      meta.getAll().onsuccess = ({ target }) => {
        const [first, ...others] = /** @type {any} */ (target).result; // the key of `meta` itself sorts first
        const marks = first?.meta ? others : first ? [first, ...others] : [];
        const run = () => {
          try {
            const before = new Set(stored.rows);
            const draft = new Draft(stored, new Set([...this.marks, ...marks.map((/** @type {any} */ mark) => mark.id)]));
            value = work(draft);
            const after = draft.snapshot();
            const [now, keys] = [JSON.stringify(after.meta), new Set(after.rows.map(({ seq }) => seq))];
            const changed = after.rows.filter((row) => !before.has(row));
            const gone = stored.rows.filter(({ seq }) => !keys.has(seq));
            if (!changed.length && !gone.length && !marks.length && now === JSON.stringify(stored.meta)) return;
            after.meta.version++;
            stored = after;
            told = false;
            for (const row of changed) rows.put(row);
            for (const { seq } of gone) rows.delete(seq);
            for (const { id } of marks) meta.delete(id);
            meta.put({ id: '', meta: after.meta, ids: after.ids });
          } catch (cause) {
            reject(cause);
            transaction.abort();
          }
        };
        if (!first?.meta || first.meta.version === stored.meta.version) return run();
        rows.getAll().onsuccess = ({ target }) => {
          const all = /** @type {any} */ (target).result;
          stored = { ...first, rows: all.filter((/** @type {any} */ { form = FORM }) => form <= FORM) };
          run();
        };
      };
    });
  }
}
