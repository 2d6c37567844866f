/**
 * The steps of sending: claim -> deliver -> settle. The claim and the settlement are each one transaction of the log, the
 * claim is complete before anything leaves, and an operation ends only together with its verdict.
 *
 * @import { Answer, LogMeta, Operation, Problem, Refused, Sending, Wire } from './index.js'
 * @import { Draft } from './operation-log.js'
 * @import { Fate, requestFor, Verdict } from './wire.js'
 */
import { dependsOn } from './operation.js';
import { isLive, isRefused, nextRequest } from './planning.js';
import { HOUR, silence, verdictOf } from './wire.js';

/**
 * @typedef {object} Terms  Under which operations are claimed.
 * @property {{rows: number, bytes: number}} limit
 * @property {number} wall
 * @property {number} ttl  ms that an operation lives
 * @property {number} lease  ms for which what another tab has claimed is left to it; 0 if no other can be at work
 */

const LATE = 'timeout';
const MOST_FAULTS = 3;
const TOLD = HOUR / 6; // how long the log tells what became of an operation

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
export function claim(draft, { limit, wall, ttl, lease }) {
  for (const row of draft.rows) {
    const { state, at, sent = at, limbo } = row;
    if (state === 'inflight' && !(Math.abs(wall - sent) < lease)) draft.replace({ ...row, state: 'sealed', limbo: true });
    else if (isLive(row) && state !== 'inflight' && at + ttl < wall) {
      failWithDependents(draft, row, refusal('expired', 'It waited for too long.', limbo));
    }
    if (!isLive(row) && !isRefused(row) && sent + TOLD < wall) draft.remove(row);
  }
  if (draft.meta.held || left(draft.meta.notBefore, wall)) return [];
  const single = left(draft.meta.singleUntil, wall) && { rows: 1, groups: false };
  return nextRequest(draft.rows, { ...limit, ...single }, draft.ids).map((row) =>
    draft.replace({ ...row, state: 'inflight', attempts: row.attempts + 1, sent: wall }),
  );
}

/**
 * Ask a server and read all that it says.
 *
 * @param {{url: string, method: string, headers?: Record<string, string>, body?: string}} request
 * @param {Wire} wire
 * @param {Sending} outside
 * @param {AbortController} abort
 * @param {boolean} [keepalive]
 * @returns {Promise<Answer>}
 */
export async function ask({ url, method, headers, body }, wire, { fetch, setTimeout, clearTimeout }, abort, keepalive) {
  const timer = setTimeout(() => abort.abort(LATE), wire.timeout);
  try {
    const response = await fetch(url, {
      method,
      headers: { Accept: 'application/json', ...headers, ...(await wire.headers()) },
      body,
      redirect: 'manual',
      cache: 'no-store',
      keepalive,
      signal: abort.signal,
    });
    const { status, headers: said, type } = response;
    // Read also when nobody needs it: an unread body keeps its share of the keepalive quota. A page is no document.
    const json = await response.json().catch(() => undefined);
    const redirected = response.redirected || type === 'opaqueredirect' || (status >= 300 && status < 400);
    return { status, headers: said, redirected, body: json };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Send the operations. Never throws: whatever happens is a verdict.
 *
 * @param {ReturnType<typeof requestFor>} request
 * @param {readonly Operation[]} rows
 * @param {Wire} wire
 * @param {Sending} outside
 * @param {AbortController} abort
 * @param {boolean} leaving  the page may be gone before the answer comes
 * @returns {Promise<{verdict: Verdict, answer?: Answer}>}
 */
export async function deliver(request, rows, wire, outside, abort, leaving) {
  try {
    const answer = await ask(request, wire, outside, abort, leaving && request.bytes <= KEEPALIVE);
    return { verdict: verdictOf(rows, answer), answer };
  } catch {
    const late = abort.signal.reason === LATE;
    return { verdict: silence(rows, { late, shrink: late && rows.length > SMALL }) };
  }
}

const SMALL = 10; // a request that is late with fewer operations is not late because of them

export const KEEPALIVE = 60 * 1024; // browsers allow 64 KiB of bodies on their way at a time

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
    if (!row || !fate || !isLive(row)) continue; // it failed with another, or a second answer came
    if (fate.state === 'acked') {
      const { state, ...result } = fate;
      if (row.lid && fate.target !== undefined) draft.resolve(row.lid, fate.target);
      draft.replace({ ...row, state, result });
    } else if (fate.state === 'later' || fate.state === 'silent') {
      const fault = broken && rows.length === 1 && (proven || !row.faults);
      if (row.attempts === attempts) postpone(draft, row, fate, fault ? 1 : 0);
    } else failWithDependents(draft, row, fate);
  }
}

/**
 * @param {Draft} draft
 * @param {Operation} row
 * @param {Extract<Fate, {state: 'later' | 'silent'}>} fate
 * @param {number} fault  1 if the server fails on this operation, and works otherwise
 */
function postpone(draft, row, fate, fault) {
  const faults = (row.faults ?? 0) + fault;
  const limbo = fate.state === 'silent' || row.limbo;
  const later = draft.replace({ ...row, state: 'sealed', limbo, faults });
  if (fault && faults > MOST_FAULTS) failWithDependents(draft, later, refusal('no_answer', 'The server fails on it.', true));
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
  const failed = [draft.replace({ ...row, ...refused })];
  for (const culprit of failed) {
    for (const other of dependentsOf(draft, culprit)) failed.push(draft.replace({ ...other, ...failedWith(failed[0]) }));
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
