/**
 * What a person decides about operations: to send again what was refused or given up, or to give it up for good. All of it
 * works on a draft of the log.
 *
 * @import { Operation } from './index.js'
 * @import { Draft } from './operation-log.js'
 */
import { isLive, isRefused, isWaiting } from './planning.js';
import { dependentsOf } from './sender.js';

/**
 * The operations that a person means: one with those that failed because of it, or all that need attention.
 *
 * @param {Draft} draft
 * @param {string} [id]
 */
export function chosen(draft, id) {
  const named = draft.find(id);
  return draft.rows.filter((row) => {
    if (row === named) return isLive(row) || isRefused(row);
    return isRefused(row) && (!id || row.error?.culprit === id || (named?.group && row.group === named.group));
  });
}

/**
 * Send again: an operation that was given up as it is, so that the server may recognize it; one that was refused as a new
 * one, because its author has seen the verdict.
 *
 * @param {Draft} draft
 * @param {readonly Operation[]} rows
 * @param {{at: number, tab: string, uuid: () => string}} fresh  wall clock in ms; who sends again; ids
 * @param {(operation: Operation) => void} place  puts a new operation into the log
 */
export function renew(draft, rows, { uuid, ...fresh }, place) {
  const refused = rows.filter(({ state }) => state !== 'unknown');
  for (const row of refused) draft.remove(row);
  const names = new Map(refused.map(({ id }) => [id, uuid()]));
  for (const { error, limbo, faults, ...row } of rows) {
    if (row.state === 'unknown') draft.change(row, { state: 'sealed', limbo: true, at: fresh.at });
    else place({
      ...row,
      ...fresh,
      id: /** @type {string} */ (names.get(row.id)),
      depends_on: row.depends_on?.map((id) => names.get(id) ?? id),
      if_match: row.state === 'conflicted' ? error?.current?.etag : row.if_match,
      state: 'open',
      attempts: 0,
    });
  }
}

/**
 * Give operations up with all that cannot happen without them. What may have reached the server stays, unless nobody will
 * ever know.
 *
 * @param {Draft} draft
 * @param {readonly Operation[]} rows
 */
export function drop(draft, rows) {
  const dropped = new Set(rows.filter((row) => isRefused(row) || (isWaiting(row) && !row.limbo)));
  for (const row of dropped) {
    for (const other of dependentsOf(draft, row)) dropped.add(other);
    draft.change(row, { state: 'discarded' });
  }
}
