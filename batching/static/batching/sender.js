/**
 * The steps of sending: claim -> deliver -> settle. The claim and the settlement are each one transaction of the log, the
 * claim is complete before anything leaves, and an operation ends only together with its verdict.
 *
 * @import { Answer, LogMeta, Operation, Problem, Refused, Sending, Wire } from './index.js'
 * @import { Draft } from './operation-log.js'
 * @import { Verdict } from './wire.js'
 */
import { dependsOn, resolved } from './operation.js';
import { isLive, isRefused, nextRequest } from './planning.js';
import { HOUR } from './wire.js';

/**
 * @typedef {object} Terms  Under which operations are claimed.
 * @property {number} rows  at most
 * @property {number} bytes
 * @property {number} wall
 * @property {number} ttl  ms that an operation lives
 */

const LATE = 'timeout';
const MOST_FAULTS = 3;
const TOLD = HOUR / 6; // how long the log tells what became of an operation

export const KEEPALIVE = 60 * 1024; // browsers allow 64 KiB of bodies on their way at a time

/**
 * Ms until a time that the log names. Wall clocks jump: a time that is too far away is none.
 *
 * @param {number} until
 * @param {number} wall
 */
export const left = (until, wall) => (until > wall && until < wall + 2 * HOUR ? until - wall : 0);

/**
 * Seal what travels next and mark it as on its way; before that, take back what was left on its way, and give up what is
 * too old.
 *
 * @param {Draft} draft
 * @param {Terms} terms
 * @returns {Operation[]}
 */
export function claim(draft, { wall, ttl, ...limit }) {
  for (const row of draft.rows) {
    const { state, at, sent = at, limbo } = row;
    if (state === 'inflight') draft.change(row, { state: 'sealed', limbo: true });
    else if (isLive(row) && at + ttl < wall) failWithDependents(draft, row, refusal('expired', 'It waited for too long.', limbo));
    if (!isLive(row) && !isRefused(row) && sent + TOLD < wall) draft.remove(row);
  }
  if (draft.meta.held || left(draft.meta.notBefore, wall)) return [];
  const single = left(draft.meta.singleUntil, wall) && { rows: 1, groups: false };
  return nextRequest(draft.rows, { ...limit, ...single }, draft.ids).map((row) =>
    draft.change(row, { state: 'inflight', attempts: row.attempts + 1, sent: wall }),
  );
}

/**
 * Ask a server and read all that it says. Never throws: an answer of status 0 is none.
 *
 * @param {{url: string, method: string, headers?: Record<string, string>, body?: string}} request
 * @param {Wire} wire
 * @param {Sending} env
 * @param {AbortController} abort
 * @param {boolean} [keepalive]  the page may be gone before the answer comes
 * @returns {Promise<Answer>}
 */
export async function ask({ url, method, headers, body }, wire, env, abort, keepalive) {
  const { signal } = abort;
  const timer = env.setTimeout(() => abort.abort(LATE), wire.timeout);
  try {
    const response = await env.fetch(url, {
      method,
      headers: { Accept: 'application/json', ...headers, ...(await wire.headers()) },
      body,
      redirect: 'manual',
      cache: 'no-store',
      keepalive,
      signal,
    });
    const { status, headers: said, type } = response;
    // Read also when nobody needs it: an unread body keeps its share of the keepalive quota. A page is no document.
    const json = await response.json().catch(() => undefined);
    const redirected = response.redirected || type === 'opaqueredirect' || (status >= 300 && status < 400);
    return { status, headers: said, redirected, body: json };
  } catch {
    return { status: 0, headers: new Headers(), late: signal.reason === LATE };
  } finally {
    env.clearTimeout(timer);
  }
}

/**
 * Record what became of the operations. What another tab has taken over meanwhile is left to that, unless this is the end
 * of it.
 *
 * @param {Draft} draft
 * @param {readonly Operation[]} rows  as they were claimed
 * @param {Verdict} verdict
 * @param {Partial<LogMeta>} meta  what the verdict means for all tabs
 * @param {boolean} proven  the server has done other work since it last failed
 */
export function settle(draft, rows, { fates, broken }, meta, proven) {
  Object.assign(draft.meta, meta);
  for (const { id, attempts } of rows) {
    const row = draft.find(id);
    const fate = fates.get(id);
    if (!row || !isLive(row)) continue; // it failed with another, or a second answer came
    if (fate?.state === 'acked') {
      draft.change(row, { ...fate, target: resolved(row, draft.ids).target }); // an answer to DELETE names no row
      if (row.lid && fate.result.target !== undefined) draft.resolve(row.lid, fate.result.target);
    } else if (fate) failWithDependents(draft, row, fate);
    else if (row.attempts === attempts) {
      // The server fails on this operation alone, and works otherwise.
      const fault = broken && rows.length === 1 && (proven || !row.faults);
      const faults = (row.faults ?? 0) + Number(!!fault);
      const later = draft.change(row, { state: 'sealed', limbo: fate === undefined || row.limbo, faults });
      if (fault && faults > MOST_FAULTS) failWithDependents(draft, later, refusal('no_answer', 'The server fails on it.', true));
    }
  }
}

/**
 * What the queue itself says of an operation.
 *
 * @param {string} code
 * @param {string} detail
 * @param {boolean} [unknown]  whether it may have been applied
 * @param {Partial<Problem>} [more]
 * @returns {Refused}
 */
export const refusal = (code, detail, unknown, more) => ({
  state: unknown ? 'unknown' : 'failed',
  error: { status: 0, code, title: 'Not saved', detail, outcome: unknown ? 'unknown' : 'not-applied', ...more },
});

/**
 * Mark an operation as refused, and with it whatever cannot happen without it: those that depend on it and the rest of its
 * group.
 *
 * @param {Draft} draft
 * @param {Operation} row
 * @param {Refused} refused
 */
export function failWithDependents(draft, row, refused) {
  const failed = [draft.change(row, refused)];
  for (const culprit of failed) {
    for (const other of dependentsOf(draft, culprit)) failed.push(draft.change(other, failedWith(failed[0])));
  }
}

/**
 * @param {Draft} draft
 * @param {Operation} row
 */
export const dependentsOf = (draft, row) =>
  draft.rows.filter(
    (other) => isLive(other) && other !== row && (dependsOn(other, row) || (row.group && other.group === row.group)),
  );

/** @param {Operation} culprit */
export const failedWith = ({ id, error }) =>
  refusal('failed_dependency', `What it needs was refused: ${error?.detail}`, false, { status: 424, culprit: id });
