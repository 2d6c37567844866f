/**
 * Pure: two operations on one row become one, or none, wherever that leaves the same row behind.
 *
 * @import { Ids, Merge, Merged, MergeRules, Operation } from './index.js'
 */
import { dependsOn, rowKey } from './operation.js';
import { isLive } from './planning.js';

/**
 * What `b`, added after `a` and on the same row, makes of it: the action and data of the merged operation; `null` if nothing
 * is left of both; `undefined` if both must be kept, in this order; `'apart'` if both must be kept but could as well change
 * places, so that `b` may merge with something before `a`.
 *
 * @param {Operation} a
 * @param {Operation} b
 * @param {string[][]} [exclusive]  fields that say the same in different words: the later replaces the earlier
 * @returns {ReturnType<Merge>}
 */
export function coalesce(a, b, exclusive = []) {
  const [first, second] = [stepOf(a), stepOf(b)];
  const writes = a.action === 'create' || a.action === 'update';
  if (b.action === 'delete' && a.action === 'create') return null;
  if (b.action === 'delete') return writes || first || a.action === 'delete' ? b : undefined;
  if (b.action === 'update') return writes ? patched(a, b, exclusive) : beside(first, b);
  if (a.action === 'update') return beside(second, a);
  if (a.action === 'create') return counted(a, second);
  return first && second && a.if_match === undefined ? moved(first, second) : undefined;
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
 * The merged operation keeps the id and the place of `a`: it was never sent.
 *
 * @param {Operation} a
 * @param {Operation} b
 * @param {Merged} merged
 * @returns {Operation}
 */
function joined(a, b, { action, data }) {
  const needs = new Set([...(a.depends_on ?? []), ...(b.depends_on ?? [])]);
  needs.delete(a.id);
  const priority = Math.max(a.priority ?? 0, b.priority ?? 0);
  return { ...a, action, data, depends_on: [...needs], priority };
}

/**
 * @param {Operation} a
 * @param {Operation} b
 * @param {string[][]} exclusive
 */
function patched({ action, data }, b, exclusive) {
  const replaced = exclusive.filter((fields) => fields.some((field) => field in b.data)).flat();
  const kept = Object.entries(data).filter(([field]) => !replaced.includes(field));
  return { action, data: { ...Object.fromEntries(kept), ...b.data } };
}

/**
 * The step of a field and an update may change places, unless it is the same field.
 *
 * @param {Step | undefined} step
 * @param {Operation} update
 */
const beside = (step, { data }) => (step?.field === undefined || step.field in data ? undefined : 'apart');

/**
 * @param {Operation} create
 * @param {Step | undefined} step
 */
function counted({ action, data }, step) {
  const sum = step?.field !== undefined && data[step.field] + step.by;
  return step && Number.isSafeInteger(sum) ? { action, data: { ...data, [String(step.field)]: sum } } : undefined;
}

/**
 * Steps add up to where they end and, for scores, the lowest point on the way: passing a low score costs the experience
 * beyond it, so +1 -1 is nothing while -1 +1 is not.
 *
 * @param {Step} first
 * @param {Step} second
 */
function moved({ field, ...first }, second) {
  if (field !== second.field) return field === undefined || second.field === undefined ? undefined : 'apart';
  const by = first.by + second.by;
  const least = Math.min(0, by);
  const low = field === undefined ? Math.min(first.low, first.by + second.low) : least;
  if (!Number.isSafeInteger(by)) return undefined;
  return by || low ? { action: 'increment', data: { ...(field && { field }), by, ...(low < least && { low }) } } : null;
}

/** @typedef {{by: number, low: number, field?: string}} Step */

/**
 * An increment or decrement in one form; undefined for anything else, such as one that names the final state.
 *
 * @param {Operation} operation
 * @returns {Step | undefined}
 */
export function stepOf({ action, data }) {
  const { by = 1, low, field, ...rest } = data;
  const down = action === 'decrement';
  if (!(down || action === 'increment') || !Number.isSafeInteger(by) || Object.keys(rest).length) return undefined;
  if (low !== undefined && (down || field !== undefined || !(Number.isSafeInteger(low) && low <= Math.min(0, by)))) return undefined;
  const step = down ? -by : by;
  return field === undefined || typeof field === 'string' ? { by: step, low: low ?? Math.min(0, step), field } : undefined;
}
