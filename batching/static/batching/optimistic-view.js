/**
 * What the page shows of a row: its last known state on the server, with every pending operation replayed on top. Nothing
 * is ever undone; an operation that failed is simply no longer replayed.
 *
 * @import { Data, Ids, Operation, Place, Reducer, Reducers, Result, Target } from './index.js'
 */
import { stepOf } from './coalesce.js';
import { keyOf, placeOf, rowKey } from './operation.js';
import { isLive } from './planning.js';

/**
 * A row after the operations; `undefined` if it is unknown, `null` if it is gone. Pure.
 *
 * @param {Data | null | undefined} base
 * @param {readonly Operation[]} operations  those on this row, in order
 * @param {Reducers} reducers  the application's
 * @returns {Data | null | undefined}
 */
export function replay(base, operations, reducers) {
  let row = base;
  for (const operation of operations) {
    const reduce = reducers[operation.resource]?.[operation.action] ?? standard[operation.action];
    if (!reduce || (operation.action !== 'create' && !row)) continue;
    try {
      row = reduce(row ?? {}, operation.data, operation);
    } catch {
      // The row is not in a state that the operation can work on. The server will say so; there is nothing to show.
    }
  }
  return row;
}

/** @type {Record<string, Reducer>} */
const standard = {
  create: (row, data) => ({ ...row, ...data }),
  update: (row, data) => ({ ...row, ...data }),
  delete: () => null,
  increment: step,
  decrement: step,
};

/** @type {Reducer} */
function step(row, _, operation) {
  const change = stepOf(operation);
  return change?.field === undefined ? row : { ...row, [change.field]: row[change.field] + change.by };
}

/**
 * The revision in an entity tag (`"42"`) or in a row's own `revision`; NaN if there is none.
 *
 * @param {unknown} tag
 */
export const revisionOf = (tag) => Number(/^(?:W\/)?"?(\d+)"?$/.exec(String(tag))?.[1]);

/** @typedef {Place & {target: number | string, data: Data | null, revision: number}} Base  `revision`: NaN if it is unknown */

/** Bases, the operations pending on each row, and the views made of them. */
export class OptimisticView {
  /** @type {Map<string, Base>} */
  #bases = new Map();
  /** @type {Map<string, Base>} bases that came while it was open whether they contain an operation that is on its way */
  #early = new Map();
  /** @type {{row: Operation, revision: number}[]} acknowledged without data: replayed until the base shows them */
  #acked = [];
  /** @type {Map<string, Operation[]>} */
  #pending = new Map();
  /** @type {Ids} */
  #ids = new Map();
  /** @type {Map<string, Data | null | undefined>} */
  #shown = new Map();

  /** @param {Reducers} reducers */
  constructor(reducers) {
    this.reducers = reducers;
  }

  /**
   * @param {string} resource
   * @param {Target} target
   */
  key(resource, target) {
    return keyOf(resource, target, this.#ids);
  }

  /**
   * Take over what is pending now.
   *
   * @param {readonly Operation[]} rows
   * @param {Ids} ids
   */
  follow(rows, ids) {
    this.#ids = ids;
    this.#pending = new Map();
    for (const row of rows) if (isLive(row)) this.push(row);
    for (const [key, base] of this.#early) {
      if (this.#isInDoubt(key)) continue;
      this.#early.delete(key);
      this.#place(key, base);
    }
  }

  /** @param {Operation} row */
  push(row) {
    const key = rowKey(row, this.#ids);
    const rows = this.#pending.get(key);
    if (rows) rows.push(row);
    else this.#pending.set(key, [row]);
  }

  /** @param {string} key */
  pending(key) {
    return this.#pending.get(key) ?? [];
  }

  /** @param {string} key */
  view(key) {
    if (!this.#shown.has(key)) this.#shown.set(key, this.#replay(key));
    return this.#shown.get(key);
  }

  /** @param {string} resource */
  list(resource) {
    /** @type {Map<string, Place>} */
    const places = new Map(this.#bases);
    for (const [key, [row]] of this.#pending) if (row.lid !== undefined) places.set(key, placeOf(row));
    return [...places].flatMap(([key, place]) => {
      const data = place.resource === resource && this.view(key);
      return data ? { target: place.target, data } : [];
    });
  }

  /**
   * @param {Base} base
   */
  setBase(base) {
    const key = this.key(base.resource, base.target);
    if (!this.#isInDoubt(key)) this.#place(key, base);
    else if (!isOlder(base, this.#early.get(key))) this.#early.set(key, base);
  }

  /**
   * The server has decided on an operation: what it showed of the row is the new base, or else an operation that it applied
   * is replayed until a base shows it.
   *
   * @param {Operation} row
   * @param {number} [since]  it has decided before this page was there: whatever is not newer than this, the page knows
   */
  conclude(row, since) {
    const { resource, result, error } = row;
    const { etag, data, gone } = /** @type {Partial<Result>} */ (result ?? error?.current ?? {});
    const target = result?.target ?? row.target;
    const revision = revisionOf(etag ?? data?.revision);
    if (typeof target === 'object' || target === undefined || (since !== undefined && !gone && !(revision > since))) return;
    const key = this.key(resource, target);
    const known = this.#bases.get(key);
    // A deleted row is newer than all that was ever read of it.
    if (gone) this.#place(key, { resource, target, data: null, revision: Number(known?.revision) + 1 });
    else if (data) this.#place(key, { resource, target, data, revision });
    else if (result && revision) this.#acked.push({ row, revision });
    else if (result && known) this.#bases.set(key, { ...known, data: replay(known.data, [row], this.reducers) ?? null });
  }

  /**
   * The server has been set back: nothing that it said before counts.
   *
   * @returns {Place[]} what was known
   */
  forget() {
    const places = [...this.#bases.values()];
    this.#bases.clear();
    this.#acked = [];
    return places;
  }

  /**
   * Bring the views of some rows up to date.
   *
   * @param {Iterable<Place>} places
   * @returns {Map<string, Place>} those that look different now, by key
   */
  refresh(places) {
    /** @type {Map<string, Place>} */
    const changed = new Map();
    for (const { resource, target } of places) {
      const key = this.key(resource, target);
      const view = this.#replay(key);
      if (JSON.stringify(view) === JSON.stringify(this.#shown.get(key))) continue;
      this.#shown.set(key, view);
      changed.set(key, { resource, target: this.#bases.get(key)?.target ?? target });
    }
    return changed;
  }

  /** @param {string} key */
  #replay(key) {
    const overlay = this.#acked.flatMap(({ row }) => (rowKey(row, this.#ids) === key ? row : []));
    return replay(this.#bases.get(key)?.data, [...overlay, ...this.pending(key)], this.reducers);
  }

  /**
   * A base read while an operation is under way may or may not contain it. To replay the operation on it could show it
   * twice, so it has to wait for the verdict.
   *
   * @param {string} key
   */
  #isInDoubt(key) {
    return this.#bases.has(key) && this.pending(key).some((row) => row.state === 'inflight' || row.limbo);
  }

  /**
   * @param {string} key
   * @param {Base} base
   */
  #place(key, base) {
    if (isOlder(base, this.#bases.get(key))) return;
    this.#bases.set(key, { ...base, data: base.data && Object.freeze({ ...base.data }) });
    this.#acked = this.#acked.filter(({ row, revision }) => rowKey(row, this.#ids) !== key || revision > base.revision);
  }
}

/**
 * Equal revisions may replace each other: derived numbers of a row change without the row.
 *
 * @param {Base} base
 * @param {Base | undefined} known
 */
const isOlder = (base, known) => base.revision < Number(known?.revision); // false where one is not known
