/**
 * What was done on this page, step by step, so that it can be undone and done again. It goes the way of every change, through
 * the queue, and never over what came from elsewhere. The history lives as long as the page.
 *
 * @import { BatchQueue, Data, Handle, NewOperation, Operation, Outcome, Reducers, Target } from '../batching/index.js'
 * @import { Edit } from './recording.js'
 *
 * @typedef {object} Change  of a row
 * @property {string} resource
 * @property {Target} target  follows the row, also when it is made anew
 * @property {Data | null} before  null: there was no row
 * @property {Data | null} after  null: it was deleted
 * @property {string[]} fields  of an edit: the columns that are different
 * @property {{field?: string, by: number}} [moved]  if it was nothing but steps up and down
 * @property {Data} [data]  of a new row: what made it
 *
 * @typedef {object} Step  what one gesture did
 * @property {Change[]} changes
 * @property {number} at  when it was added to last
 * @property {string} [group]
 * @property {Set<string>} ids  of its operations
 *
 * @typedef {Pick<BatchQueue, 'add' | 'view' | 'pending' | 'discard' | 'addEventListener'>} Queue
 * @typedef {Change & {from: Data | null, to: Data | null, sign: number, origin?: Data}} Way  a change in the direction that it is to go
 *   now; `origin`: the row as the page showed it when the first of those was sent that are on their way
 */
import { anew, changedIn, isSame, pick } from './columns.js';

const BURST = 1000; // ms between clicks on one row that are one gesture

export class History extends EventTarget {
  /** @type {Step[]} */
  #done = [];
  /** @type {Step[]} */
  #undone = [];
  /** Revisions that came of what was done in this browser. @type {Set<string>} */
  #own = new Set();
  /** By row, the latest that has no verdict. @type {Map<string, Way>} */
  #underway = new Map();
  #queue;
  #reducers;
  #now;
  #replaying = false;

  /**
   * @param {Queue} queue
   * @param {Reducers} reducers
   * @param {() => number} [now]  ms
   */
  constructor(queue, reducers, now = () => performance.now()) {
    super();
    this.#queue = queue;
    this.#reducers = reducers;
    this.#now = now;
    queue.addEventListener('acked', ({ detail: { operation, target, etag } }) => this.#acked(operation, target, etag));
  }

  /** The step that would be undone next, and the one that would be done again. */
  get next() {
    return { undo: this.#done.at(-1), redo: this.#undone.at(-1) };
  }

  /** Whether what is being added goes back or forth. */
  get isReplaying() {
    return this.#replaying;
  }

  /**
   * Something was done on the page.
   *
   * @param {Edit} edit
   */
  record({ operation, handle, before, after }) {
    if (this.#replaying) return;
    const change = changeOf(operation, handle.target, before ?? null, after ?? null);
    if (!change) return;
    this.#add(change, operation.group, handle.id);
    this.#undone = [];
    void handle.result.then(({ state }) => isOver(state) || this.#forget((step) => step.ids.has(handle.id)));
    this.#tell();
  }

  undo() {
    return this.#go(this.#done, this.#undone, backwards);
  }

  redo() {
    return this.#go(this.#undone, this.#done, forwards);
  }

  // --- what was done ---

  /**
   * @param {Change} change
   * @param {string | undefined} group
   * @param {string} id
   */
  #add(change, group, id) {
    const at = this.#now();
    const last = this.#done.at(-1);
    const burst = last && !this.#undone.length && at - last.at < BURST ? joined(last, change, group) : undefined;
    if (burst) this.#done.pop();
    const step = { changes: burst ?? [change], at, group, ids: new Set([...(burst ? /** @type {Step} */ (last).ids : []), id]) };
    if (step.changes.length) this.#done.push(step);
  }

  /**
   * A row has a key, and a revision that came from here.
   *
   * @param {Operation} operation
   * @param {Target | undefined} target
   * @param {string | undefined} etag
   */
  #acked({ resource, lid }, target, etag) {
    if (etag) this.#own.add(`${resource} ${target} ${etag}`);
    if (lid !== undefined && target !== undefined) this.#follow(resource, { lid }, target);
  }

  /**
   * @param {string} resource
   * @param {Target} old
   * @param {Target} target
   */
  #follow(resource, old, target) {
    for (const { changes } of [...this.#done, ...this.#undone]) {
      for (const change of changes) if (change.resource === resource && isSame(change.target, old)) change.target = target;
    }
  }

  /** @param {(step: Step) => boolean} test */
  #forget(test) {
    this.#done = this.#done.filter((step) => !test(step));
    this.#undone = this.#undone.filter((step) => !test(step));
    this.#tell();
  }

  // --- going back and forth ---

  /**
   * @param {Step[]} from
   * @param {Step[]} to
   * @param {(step: Step) => Way[]} direction
   * @returns {Step | undefined} the step that was gone, if it could be
   */
  #go(from, to, direction) {
    const step = from.pop();
    if (!step) return undefined;
    const ways = direction(step);
    if (!ways.every((way) => this.#isAsLeft(way))) return void this.#refuse(step);
    to.push(step);
    for (const way of ways) this.#send(way, step);
    this.#tell();
    return step;
  }

  /**
   * Whether a row still is as this page left it.
   *
   * @param {Way} way
   */
  #isAsLeft({ resource, target, from, to, fields, before }) {
    const row = this.#queue.view(resource, target);
    if (!from || !row) return !from && !row;
    if (to) return fields.every((name) => isSame(row[name], from[name]));
    const { revision } = row;
    return revision === undefined || revision === before?.revision || this.#own.has(`${resource} ${row.id} "${revision}"`);
  }

  /**
   * @param {Way} way
   * @param {Step} step
   * @param {string} [etag]  of the row that is to be changed, if it is not as the page shows it
   */
  #send(way, step, etag) {
    const operation = this.#operation(way, etag);
    const key = JSON.stringify([way.resource, way.target]);
    way.origin = this.#underway.get(key)?.origin ?? this.#queue.view(way.resource, way.target) ?? undefined;
    this.#underway.set(key, way);
    this.#replaying = true;
    const handle = this.#queue.add({ ...operation, ...(step.changes.length > 1 && { group: 'step' }) });
    this.#replaying = false;
    if (!way.from) this.#follow(way.resource, way.target, handle.target);
    void handle.result.then((outcome) => {
      if (this.#underway.get(key) === way) this.#underway.delete(key);
      return this.#settled(way, step, handle, outcome);
    });
  }

  /**
   * @param {Way} way
   * @param {string | undefined} etag
   * @returns {NewOperation}
   */
  #operation(way, etag) {
    const { resource, target, from, to, fields, data } = way;
    if (!from) return { resource, action: 'create', data: data ?? anew(resource, /** @type {Data} */ (to)) };
    const row = this.#queue.view(resource, target) ?? {};
    const tag = row.revision === undefined ? undefined : `"${row.revision}"`;
    // What this page has added to the row meanwhile will change its revision.
    if (!to) return { resource, target, action: 'delete', if_match: this.#queue.pending(resource, target) ? undefined : tag };
    return this.#inverse(way, row) ?? { resource, target, action: 'update', data: pick(to, fields), if_match: etag ?? tag };
  }

  /**
   * Steps the other way, where these lead back exactly: they merge with those that were not sent, and add up with those of
   * other devices.
   *
   * @param {Way} way
   * @param {Data} row
   * @returns {NewOperation | undefined}
   */
  #inverse({ resource, target, to, fields, moved, sign }, row) {
    if (!moved?.by) return undefined;
    const operation = { resource, target, action: 'increment', data: { ...moved, by: sign * moved.by } };
    const there = this.#after(operation, row);
    return there && fields.every((name) => isSame(there[name], to?.[name])) ? operation : undefined;
  }

  /**
   * @param {NewOperation & {data: Data}} operation
   * @param {Data} row
   */
  #after(operation, row) {
    try {
      return this.#reducers[operation.resource]?.increment(row, operation.data, /** @type {any} */ (operation));
    } catch {
      return undefined; // it cannot go there
    }
  }

  /**
   * A revision that is not the one that was asked for may still be one of our own, that came of what was under way.
   *
   * @param {Way} way
   * @param {Step} step
   * @param {Handle} handle
   * @param {Outcome} outcome
   */
  async #settled(way, step, handle, outcome) {
    if (isOver(outcome.state)) return;
    if (outcome.state !== 'conflicted') return this.#forget((each) => each === step);
    await this.#queue.discard(handle.id);
    const { data, etag } = outcome.error.current ?? {};
    const isOurs = way.from && way.to && data && etag && way.fields.every((name) => isSame(data[name], way.origin?.[name]));
    if (isOurs && step.changes.length === 1) this.#send({ ...way, moved: undefined }, step, etag);
    else this.#refuse(step);
  }

  /** @param {Step} step */
  #refuse(step) {
    this.#forget((each) => each === step);
    this.dispatchEvent(new CustomEvent('refused', { detail: step }));
  }

  #tell() {
    this.dispatchEvent(new Event('change'));
  }
}

/** @param {Step} step @returns {Way[]} */
const backwards = ({ changes }) => changes.map((change) => ({ ...change, from: change.after, to: change.before, sign: -1, data: undefined })).reverse();

/** @param {Step} step @returns {Way[]} */
const forwards = ({ changes }) => changes.map((change) => ({ ...change, from: change.before, to: change.after, sign: 1 }));

/** @param {Outcome['state']} state */
const isOver = (state) => state === 'acked' || state === 'cancelled';

/**
 * @param {NewOperation} operation
 * @param {Target} target
 * @param {Data | null} before
 * @param {Data | null} after
 * @returns {Change | undefined} undefined: nothing that could be undone
 */
function changeOf(operation, target, before, after) {
  const { resource, action, data = {} } = operation;
  if (!before && !after) return undefined;
  if (!before || !after) return { resource, target, before, after, fields: [], ...(action === 'create' && { data }) };
  const fields = changedIn(resource, before, after);
  const moved = action === 'increment' ? /** @type {Change['moved']} */ (data) : undefined;
  return fields.length ? { resource, target, before, after, fields, moved } : undefined;
}

/**
 * What a step and a change right after it are together; undefined if they are two gestures.
 *
 * @param {Step} step
 * @param {Change} change
 * @param {string | undefined} group
 * @returns {Change[] | undefined}
 */
function joined({ changes, group: last }, change, group) {
  if (group !== undefined && group === last) return [...changes, change];
  const [one] = changes;
  const isSameRow = changes.length === 1 && one.resource === change.resource && isSame(one.target, change.target);
  if (group !== last || !isSameRow || !one.before || !one.after || !change.after) return undefined;
  const fields = changedIn(change.resource, one.before, change.after);
  return fields.length ? [{ ...change, before: one.before, fields, moved: sum(one, change) }] : [];
}

/**
 * @param {Change} one
 * @param {Change} other
 */
function sum({ moved: one }, { moved: other }) {
  return one && other && one.field === other.field ? { ...one, by: one.by + other.by } : undefined;
}
