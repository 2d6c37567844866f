/**
 * The steps of sending: claim -> deliver -> settle. The claim and the settlement are each one transaction of the log, the
 * claim is complete before anything leaves, and an operation leaves the log only together with its verdict.
 *
 * @import { Answer, Operation, Refused, Sending, Wire } from './index.js'
 * @import { Draft } from './operation-log.js'
 * @import { Fate, requestFor, Verdict } from './wire.js'
 */
import { dependsOn } from './operation.js';
import { isLive, nextRequest } from './planning.js';
import { silence, verdictOf } from './wire.js';

/**
 * @typedef {object} Settlement
 * @property {[Operation, Extract<Fate, {state: 'acked'}>][]} acked
 * @property {Operation[][]} refused  each with those that failed with it
 * @property {[Operation, reason: string][]} unknown  not sent again by themselves
 */

/**
 * Seal what travels next and mark it as on its way.
 *
 * @param {Draft} draft
 * @param {{rows: number, bytes: number}} limit
 */
export const claim = (draft, limit) =>
  nextRequest(draft.rows, limit, draft.ids).map((row) =>
    draft.replace({ ...row, state: 'inflight', attempts: row.attempts + 1 }),
  );

/**
 * Send the operations. Never throws: whatever happens is a verdict.
 *
 * @param {ReturnType<typeof requestFor>} request
 * @param {readonly Operation[]} rows
 * @param {Wire} wire
 * @param {Sending} outside
 * @param {boolean} leaving  the page may be gone before the answer comes
 * @returns {Promise<{verdict: Verdict, answer?: Answer}>}
 */
export async function deliver({ url, method, headers, body, bytes }, rows, wire, { fetch, setTimeout, clearTimeout }, leaving) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), wire.timeout);
  try {
    const response = await fetch(url, {
      method,
      headers: { ...headers, ...(await wire.headers()) },
      body,
      credentials: 'same-origin',
      redirect: 'manual',
      cache: 'no-store',
      keepalive: leaving && bytes <= KEEPALIVE,
      signal: abort.signal,
    });
    const answer = await read(response);
    return { verdict: verdictOf(rows, answer), answer };
  } catch (error) {
    return { verdict: silence(rows, abort.signal.aborted ? 'timeout' : String(error)) };
  } finally {
    clearTimeout(timer);
  }
}

const KEEPALIVE = 60 * 1024; // browsers allow 64 KiB of bodies on their way at a time

/**
 * @param {Response} response
 * @returns {Promise<Answer>}
 */
async function read(response) {
  const { status, headers, type, redirected } = response;
  const text = await response.text(); // also when nobody needs it: an unread body keeps its share of the keepalive quota
  const answer = { status, headers, redirected: redirected || type === 'opaqueredirect', body: undefined };
  try {
    if (/\bjson\b/i.test(headers.get('Content-Type') ?? '')) answer.body = JSON.parse(text);
  } catch {
    // Half an answer is none.
  }
  return answer;
}

/**
 * Record what became of the operations: the acknowledged leave the log, the refused stay in it for their author.
 *
 * @param {Draft} draft
 * @param {readonly Operation[]} rows
 * @param {Verdict} verdict
 * @param {number} notBefore  wall clock until which no tab sends; 0 if there is no such time
 * @param {boolean} receipts
 * @returns {Settlement}
 */
export function settle(draft, rows, { fates }, notBefore, receipts) {
  /** @type {Settlement} */
  const settlement = { acked: [], refused: [], unknown: [] };
  draft.meta.notBefore = notBefore;
  for (const { id } of rows) {
    const row = draft.find(id);
    const fate = fates.get(id);
    if (!row || !fate || !isLive(row)) continue; // it failed with another
    if (fate.state === 'acked') {
      draft.remove(row);
      if (row.lid && fate.target !== undefined) draft.resolve(row.lid, fate.target);
      settlement.acked.push([row, fate]);
    } else if (fate.state === 'later') {
      draft.replace({ ...row, state: 'sealed', attempts: row.attempts - 1 });
    } else if (fate.state === 'silent') {
      const silent = draft.replace({ ...row, state: receipts ? 'sealed' : 'unknown', limbo: true });
      if (!receipts) settlement.unknown.push([silent, fate.reason]);
    } else {
      settlement.refused.push(failWithDependents(draft, row, fate));
    }
  }
  return settlement;
}

/**
 * Mark an operation as refused, and with it whatever cannot happen without it: those that depend on it and the rest of its
 * group.
 *
 * @param {Draft} draft
 * @param {Operation} row
 * @param {Refused} refused
 * @returns {Operation[]} it and those, as they are now
 */
export function failWithDependents(draft, row, refused) {
  const failed = [draft.replace({ ...row, ...refused })];
  for (const culprit of failed) {
    for (const other of dependentsOf(draft, culprit)) failed.push(draft.replace({ ...other, ...failedWith(failed[0]) }));
  }
  return failed;
}

/**
 * @param {Draft} draft
 * @param {Operation} row
 */
export const dependentsOf = (draft, row) =>
  draft.rows.filter(
    (other) => isLive(other) && other !== row && (dependsOn(other, row) || (row.group && other.group === row.group)),
  );

/**
 * @param {Operation} culprit
 * @returns {Refused}
 */
export const failedWith = ({ id, error }) => ({
  state: 'failed',
  error: {
    status: 424,
    code: 'failed_dependency',
    title: 'Failed Dependency',
    detail: `An operation that this one needs was refused: ${error?.detail}`,
    culprit: id,
  },
});
