/**
 * Pure: which operations travel next.
 *
 * @import { Ids, Operation } from './index.js'
 */
import { bytesOf, namesIn, rowKey } from './operation.js';

/**
 * @typedef {object} Unit  What travels together or not at all: one operation, or a group.
 * @property {Operation[]} rows
 * @property {Set<Unit>} after  units that must have been applied, or travel in the same request before this one
 * @property {number} priority  its own, or a higher one of something that waits for it
 * @property {number} faults  how often the server failed on it alone
 */

/**
 * The operations of the next request, in the order in which they must run: by priority, then by age, but never before
 * what they depend on and never past an older operation on the same row. What the server failed on goes last.
 *
 * @param {readonly Operation[]} rows  in order
 * @param {{rows: number, bytes: number, groups?: boolean}} limit  a unit that is larger goes alone; `groups: false`: none
 * @param {Ids} ids
 * @returns {Operation[]}
 */
export function nextRequest(rows, limit, ids) {
  const units = unitsOf(rows.filter(isLive), ids);
  for (const unit of [...units].reverse()) {
    for (const before of unit.after) before.priority = Math.max(before.priority, unit.priority);
  }
  units.sort((a, b) => a.faults - b.faults || b.priority - a.priority); // stable: equals stay in order
  /** @type {Set<Unit>} */
  const taken = new Set();
  let [rowsLeft, bytesLeft] = [limit.rows, limit.bytes];
  for (const unit of units) {
    const { length } = unit.rows;
    if (limit.groups === false && length > 1) continue;
    if (!unit.rows.every(isWaiting) || ![...unit.after].every((before) => taken.has(before))) continue;
    rowsLeft -= length;
    bytesLeft -= bytesOf(JSON.stringify(unit.rows));
    if (taken.size && (rowsLeft < 0 || bytesLeft < 0)) break;
    taken.add(unit);
  }
  return [...taken].flatMap((unit) => unit.rows);
}

/** @param {Operation} row */
export const isWaiting = ({ state }) => state === 'open' || state === 'sealed';

/**
 * Whether the operation still counts: for the view, and for those behind it.
 *
 * @param {Operation} row
 */
export const isLive = (row) => isWaiting(row) || row.state === 'inflight';

/**
 * Whether only a person can say what happens next.
 *
 * @param {Operation} row
 */
export const isRefused = ({ state }) => state === 'failed' || state === 'conflicted' || state === 'unknown';

/**
 * @param {readonly Operation[]} rows
 * @param {Ids} ids
 * @returns {Unit[]}
 */
function unitsOf(rows, ids) {
  /** @type {Set<Unit>} */
  const units = new Set();
  /** @type {Map<string, Unit>} the latest unit of a group, on a row, or of a name; none of these looks like another */
  const latest = new Map();
  for (const row of rows) {
    const { id, lid = id, group = id, priority = 0, faults = 0 } = row;
    const own = [`group ${group}`, `row ${rowKey(row, ids)}`, id, lid];
    const unit = latest.get(own[0]) ?? { rows: [], after: new Set(), priority, faults: 0 };
    for (const name of [own[1], ...namesIn(row)]) {
      const before = latest.get(name);
      if (before && before !== unit) unit.after.add(before);
    }
    unit.rows.push(row);
    unit.priority = Math.max(unit.priority, priority);
    unit.faults += faults;
    for (const name of own) latest.set(name, unit);
    units.add(unit);
  }
  return [...units];
}
