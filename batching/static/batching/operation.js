/**
 * The vocabulary of the queue: what an operation is, how rows are named, what refers to what.
 *
 * @import { Data, Ids, NewOperation, Operation, Target } from './index.js'
 */

/** @type {(value: unknown) => value is Record<string, any>} */
export const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** @type {(pattern: RegExp) => (value: unknown) => boolean} */
const json = (pattern) => (value) => pattern.test(String(JSON.stringify(value)));

const isName = json(/^"[\w.:-]{1,64}"$/); // what the server takes for the name of a resource, action, group or lid

/** @type {(value: unknown) => value is {lid: string}} */
const isLid = /** @type {any} */ (json(/^{"lid":"[\w.:-]{1,64}"}$/));

/** What each member may be, if it is there. @type {Map<string, (value: any) => boolean>} */
const MEMBERS = new Map(Object.entries({
  id: json(/^"[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}"$/),
  resource: isName,
  action: isName,
  target: json(/^(-?\d{1,16}|".+"|{"lid":"[\w.:-]{1,64}"})$/),
  data: isObject,
  lid: isName,
  depends_on: json(/^\[("[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}",?)*]$/),
  if_match: json(/^"/),
  group: isName,
  priority: Number.isFinite,
}));

/**
 * Read what a page passed to `add()`. The result shares nothing with it.
 *
 * @param {NewOperation} input
 * @param {{id: string, at: number, tab?: string}} fresh  id to use if the page gave none; wall clock in ms; who adds it
 * @returns {Operation}
 * @throws {TypeError} naming the member that is wrong
 */
export function readOperation(input, fresh) {
  const { resource, action, target, data = {}, id = fresh.id } = input;
  const creates = action === 'create';
  const required = { resource, action, ...(!creates && { target }) };
  for (const [name, value] of Object.entries({ ...required, ...input })) {
    const wrong = name === (creates ? 'target' : 'lid') || !MEMBERS.get(name)?.(value);
    if (wrong && (value !== undefined || name in required)) refuse(name, value);
  }
  const operation = { lid: creates ? id : undefined, ...input, ...fresh, id, data, state: 'open', seq: 0, attempts: 0 };
  return JSON.parse(JSON.stringify(operation, carried));
}

/**
 * @param {string} name
 * @param {unknown} value
 */
function carried(name, value) {
  const lost = typeof value === 'number' ? !Number.isFinite(value) : /^(function|symbol|bigint)$/.test(typeof value);
  if (lost) refuse(`data: ${name}`, value); // JSON would drop it, or make null of it
  return value;
}

/**
 * @param {string} member
 * @param {unknown} value
 */
function refuse(member, value) {
  throw new TypeError(`operation.${member} cannot be ${String(value)}`);
}

/**
 * The name under which a row is known on this page; a created row keeps one name before and after it has a key.
 *
 * @param {string} resource
 * @param {Target | undefined} target
 * @param {Ids} ids  local ids whose keys are known
 */
export function keyOf(resource, target, ids) {
  if (isObject(target)) target = ids.get(target.lid) ?? `lid ${target.lid}`;
  return `${resource} ${target}`;
}

/**
 * Where the row of an operation is.
 *
 * @param {Operation} operation
 */
export const placeOf = ({ resource, target, lid = '' }) => ({ resource, target: target ?? { lid } });

/**
 * @param {Operation} operation
 * @param {Ids} ids
 */
export const rowKey = (operation, ids) => keyOf(operation.resource, placeOf(operation).target, ids);

/**
 * The ids and local ids that an operation refers to. As on the server, a local id stands only as the target or as the whole
 * value of a member of the data.
 *
 * @param {Operation} operation
 */
export const namesIn = ({ depends_on = [], target, data }) => [...depends_on, ...lidsIn(target, data)];

/**
 * @param {Target | undefined} target
 * @param {Data} data
 */
export const lidsIn = (target, data) => [target, ...Object.values(data)].filter(isLid).map(({ lid }) => lid);

/**
 * Whether `later` can only follow `earlier`: it names its id, or the local id of the row which it creates.
 *
 * @param {Operation} later
 * @param {Operation} earlier
 */
export const dependsOn = (later, earlier) => namesIn(later).some((name) => name === earlier.id || name === earlier.lid);

/**
 * Target and data with each local id replaced by its key where that is known: the server knows a local id only in the batch
 * that creates the row.
 *
 * @param {Operation} operation
 * @param {Ids} ids
 * @returns {Operation}
 */
export function resolved(operation, ids) {
  /** @param {any} value */
  const resolve = (value) => (isLid(value) ? ids.get(value.lid) ?? value : value);
  const data = Object.fromEntries(Object.entries(operation.data).map(([name, value]) => [name, resolve(value)]));
  return { ...operation, target: resolve(operation.target), data };
}

/**
 * UUIDv7 (RFC 9562): ids made later sort later, which the server's index of receipts likes.
 *
 * @param {number} ms  wall clock
 * @param {() => number} random  less than 1
 */
export function uuid7(ms, random) {
  const time = [...Math.floor(ms).toString(16).padStart(12, '0')];
  const digit = (/** @type {string} */ place) => (place === 't' ? time.shift() : Math.floor(random() * 16).toString(16));
  return 'tttttttt-tttt-7xxx-8xxx-xxxxxxxxxxxx'.replace(/[tx]/g, /** @type {any} */ (digit));
}

/** @param {string} text */
export const bytesOf = (text) => new TextEncoder().encode(text).length;
