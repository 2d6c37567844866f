/**
 * The steps of sending: claim -> deliver -> settle. The claim and the settlement are each one transaction of the log, the
 * claim is complete before anything leaves, and an operation ends only together with its verdict.
 *
 * @import { Answer, LogMeta, Operation, Refused, Sending, Wire } from './index.js'
 * @import { Draft } from './operation-log.js'
 * @import { requestFor, Verdict } from './wire.js'
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
    else if (isLive(row) && state !== 'inflight' && at + ttl < wall) failWithDependents(draft, row, tooOld(limbo));
    else if (!isLive(row) && !isRefused(row) && sent + TOLD < wall) draft.remove(row);
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
  const timer = setTimeout(() => abort.abort('timeout'), wire.timeout);
  try {
    const response = await fetch(url, {
      method,
      headers: { Accept: 'application/json, application/problem+json', ...headers, ...(await wire.headers()) },
      body,
      credentials: 'same-origin',
      redirect: 'manual',
      cache: 'no-store',
      keepalive,
      signal: abort.signal,
    });
    return await read(response);
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
  } catch (error) {
    const late = abort.signal.reason === 'timeout';
    return { verdict: { ...silence(rows, late ? 'timeout' : String(error)), shrink: late && rows.length > SMALL } };
  }
}

const SMALL = 10; // a request that is late with fewer operations is not late because of them

export const KEEPALIVE = 60 * 1024; // browsers allow 64 KiB of bodies on their way at a time

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
    } else if (fate.state !== 'later' && fate.state !== 'silent') failWithDependents(draft, row, fate);
    else if (row.attempts !== attempts) continue;
    else if (fate.state === 'later') draft.replace({ ...row, state: 'sealed', attempts: attempts - 1 });
    else {
      const faults = (row.faults ?? 0) + Number(broken && rows.length === 1 && (proven || !row.faults));
      const silent = draft.replace({ ...row, state: 'sealed', limbo: true, faults });
      if (faults > MOST_FAULTS) failWithDependents(draft, silent, givenUp('no_answer', `The server fails on it: ${fate.reason}`));
    }
  }
}

/**
 * @param {string} code
 * @param {string} detail
 * @returns {Refused}
 */
const givenUp = (code, detail) => ({
  state: 'unknown',
  error: { status: 0, code, title: 'Given up', detail, outcome: 'unknown' },
});

/**
 * @param {true | undefined} limbo
 * @returns {Refused}
 */
function tooOld(limbo) {
  const refused = givenUp('expired', 'It could not be saved for too long.');
  return limbo ? refused : { state: 'failed', error: { ...refused.error, outcome: 'not-applied' } };
}

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
