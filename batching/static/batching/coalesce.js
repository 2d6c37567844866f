/**
 * Pure: two operations on one row become one, or none, wherever that leaves the same row behind.
 *
 * @import { Ids, Merge, MergeRules, Operation } from './index.js'
 */
import { dependsOn, rowKey } from './operation.js';
import { isLive } from './planning.js';

/**
 * What `b`, added after `a` and on the same row, makes of it: the merged operation; `null` if nothing is left of both;
 * `undefined` if both must be kept, in this order; `'apart'` if both must be kept but could as well change places, so
 * that `b` may merge with something before `a`.
 *
 * The merged operation keeps the id and the place of `a`: it was never sent.
 *
 * @param {Operation} a
 * @param {Operation} b
 * @param {string[][]} [exclusive]  fields that say the same in different words: the later replaces the earlier
 */
export function coalesce(a, b, exclusive = []) {
  if (b.action === 'delete') return removed(a, b);
  if (b.action === 'update') return patched(a, b, exclusive);
  const step = stepOf(b);
  if (step?.field !== undefined && a.action === 'create') return counted(a, step.field, step.by);
  if (step?.field !== undefined && a.action === 'update') return step.field in a.data ? undefined : 'apart';
  return moved(a, b);
}

/**
 * Where a new operation merges into the ones that wait: the operation it merges with, and what the two become.
 * `undefined`: nowhere, it takes the last place.
 *
 * @param {readonly Operation[]} rows  in order
 * @param {Operation} operation
 * @param {MergeRules} rules  the application's, by resource and action of the later operation
 * @param {Ids} ids
 * @param {string[][]} [exclusive]
 * @returns {{into: Operation, merged: Operation | null} | undefined}
 */
export function findMerge(rows, operation, rules, ids, exclusive) {
  const key = rowKey(operation, ids);
  /** @type {Merge} */
  const standard = (a, b) => coalesce(a, b, exclusive);
  const rule = rules[operation.resource]?.[operation.action] ?? standard;
  if (rule === false) return undefined;
  for (let index = rows.length - 1; index >= 0; index--) {
    const into = rows[index];
    if (rowKey(into, ids) !== key) {
      if (dependsOn(operation, into)) return undefined;
      continue;
    }
    if (!isLive(into)) continue;
    // Only what was never sent may change, and a tab that is closed sends what it has without asking the others; only what
    // succeeds or fails alike may become one.
    if (into.state !== 'open' || into.tab !== operation.tab || into.group !== operation.group || into.if_match !== operation.if_match) return undefined;
    const merged = rule(into, operation, standard);
    if (merged === 'apart') continue;
    // What was added in between was meant to see the row as `into` left it.
    const referred = rows.slice(index + 1).some((row) => dependsOn(row, into));
    return merged === undefined || referred ? undefined : { into, merged: merged && joined(into, operation, merged) };
  }
  return undefined;
}

/**
 * @param {Operation} a
 * @param {Operation} b
 * @param {Operation} merged
 * @returns {Operation}
 */
function joined(a, b, merged) {
  const needs = new Set([...(a.depends_on ?? []), ...(b.depends_on ?? [])]);
  needs.delete(a.id);
  const priority = Math.max(a.priority ?? 0, b.priority ?? 0);
  return { ...a, action: merged.action, data: merged.data, depends_on: [...needs], priority };
}

/** @type {Merge} */
function removed(a, b) {
  if (a.action === 'create') return null;
  return a.action === 'update' || a.action === 'delete' || stepOf(a) ? { ...a, action: 'delete', data: b.data } : undefined;
}

/**
 * @param {Operation} a
 * @param {Operation} b
 * @param {string[][]} exclusive
 */
function patched(a, b, exclusive) {
  if (a.action === 'create' || a.action === 'update') {
    const replaced = exclusive.filter((fields) => fields.some((field) => field in b.data)).flat();
    const kept = Object.entries(a.data).filter(([field]) => !replaced.includes(field));
    return { ...a, data: { ...Object.fromEntries(kept), ...b.data } };
  }
  const field = stepOf(a)?.field;
  return field === undefined || field in b.data ? undefined : /** @type {const} */ ('apart');
}

/**
 * @param {Operation} a
 * @param {string} field
 * @param {number} by
 */
function counted(a, field, by) {
  const sum = a.data[field] + by;
  return Number.isSafeInteger(a.data[field]) && Number.isSafeInteger(sum)
    ? { ...a, data: { ...a.data, [field]: sum } }
    : undefined;
}

/**
 * Steps add up to where they end and the lowest point on the way: passing a low score costs the experience beyond it, so
 * +1 -1 is nothing while -1 +1 is not.
 *
 * @type {Merge}
 */
function moved(a, b) {
  const [first, second] = [stepOf(a), stepOf(b)];
  if (!first || !second || a.if_match !== undefined) return undefined;
  if (first.field !== second.field) return first.field === undefined || second.field === undefined ? undefined : 'apart';
  const by = first.by + second.by;
  if (!Number.isSafeInteger(by)) return undefined;
  if (first.field !== undefined) return by === 0 ? null : { ...a, action: 'increment', data: { field: first.field, by } };
  const low = Math.min(first.low, first.by + second.low);
  if (by === 0 && low === 0) return null;
  return { ...a, action: 'increment', data: low === Math.min(0, by) ? { by } : { by, low } };
}

/** @typedef {{by: number, low: number, field?: string}} Step */

/**
 * An increment or decrement in one form; undefined for anything else, such as one that names the final state.
 *
 * @param {Operation} operation
 * @returns {Step | undefined}
 */
export function stepOf({ action, data }) {
  if (action !== 'increment' && action !== 'decrement') return undefined;
  const { by = 1, low, field, ...rest } = data;
  if (!Number.isSafeInteger(by) || Object.keys(rest).length) return undefined;
  if (field !== undefined && (typeof field !== 'string' || low !== undefined)) return undefined;
  if (action === 'decrement') return low === undefined ? { by: -by, low: Math.min(0, -by), field } : undefined;
  const lowest = low ?? Math.min(0, by);
  return Number.isSafeInteger(lowest) && lowest <= Math.min(0, by) ? { by, low: lowest, field } : undefined;
}
