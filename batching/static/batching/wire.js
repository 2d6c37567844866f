/**
 * Pure: operations become a request, an answer becomes a fate for each of them. The error table is here and nowhere else.
 *
 * @import { Answer, Ids, Operation, Problem, Refused, Result, Wire } from './index.js'
 */
import { bytesOf, isObject, resolved } from './operation.js';

/**
 * @typedef {{state: 'acked', result: Result} | Refused | null} Fate
 *   What became of one operation; null: it did not run, and may still.
 *
 * @typedef {object} Verdict
 * @property {Map<string, Fate | undefined>} fates  by operation id; without one nobody knows what became of it
 * @property {Record<string, any[]>} [included]
 * @property {number} [wait]  ms in which the server does not want to be asked; NaN: it did not say how long
 * @property {'auth' | 'csrf'} [hold]
 * @property {boolean} [shrink]  send less at once
 * @property {boolean} [single]  there is no batch endpoint: one by one
 * @property {boolean} [broken]  the server failed on it
 * @property {boolean} [fault]  the server broke the protocol
 *
 * @typedef {{url: string, method: string, headers?: Record<string, string>, body: any}} Request
 */

const SMALL = 10; // a request that is late with fewer operations is not late because of them

/**
 * The request that carries the operations: a batch, or for a lone one its single route.
 *
 * @param {readonly Operation[]} rows
 * @param {Wire} wire
 * @param {Ids} ids
 * @param {string} batchId
 */
export function requestFor(rows, wire, ids, batchId) {
  const { headers, body, ...request } = rows.length === 1 ? single(rows[0], wire, ids) : batch(rows, wire, ids, batchId);
  const json = JSON.stringify(body);
  return { ...request, headers: { 'Content-Type': 'application/json', ...headers }, body: json, bytes: bytesOf(json ?? '') };
}

/**
 * @param {readonly Operation[]} rows
 * @param {Wire} wire
 * @param {Ids} ids
 * @param {string} batch_id
 * @returns {Request}
 */
function batch(rows, { url, include }, ids, batch_id) {
  const operations = rows.map((row) => {
    const { id, resource, action, target, data, lid, depends_on = [], if_match, group } = resolved(row, ids);
    const needs = depends_on.filter((name) => rows.some((other) => other.id === name)); // what is not here was applied before
    return { id, resource, action, target, data, lid, depends_on: needs.length ? needs : undefined, if_match, group };
  });
  return { url, method: 'POST', body: { batch_id, atomic: false, operations, include } };
}

/**
 * @param {Operation} row
 * @param {Wire} wire
 * @param {Ids} ids
 * @returns {Request}
 */
function single(row, { route, include }, ids) {
  const operation = resolved(row, ids);
  const { id, data, if_match } = operation;
  const { method, url } = route(operation);
  return {
    url: include ? `${url}?include=${include}` : url,
    method,
    headers: { 'Idempotency-Key': id, ...(if_match && { 'If-Match': if_match }) },
    body: method === 'DELETE' ? undefined : data,
  };
}

/**
 * The flat single routes of the server, below the address of its batches: `/api/abilities/4/increment/`.
 *
 * @param {string} batchUrl
 * @returns {Wire['route']}
 */
export function routesBeside(batchUrl) {
  const root = batchUrl.replace(/[^/]+\/?$/, '');
  return ({ resource, action, target }) => {
    const method = { update: 'PATCH', delete: 'DELETE' }[action];
    const path = action === 'create' ? [resource] : method ? [resource, target] : [resource, target, action];
    return { method: method ?? 'POST', url: `${root}${path.map((part) => encodeURIComponent(String(part))).join('/')}/` };
  };
}

/**
 * What an answer says about the operations that were sent. It is believed only as far as it has the right shape: a login
 * page or a captive portal says 200, too.
 *
 * @param {readonly Operation[]} rows
 * @param {Answer} answer
 * @returns {Verdict}
 */
export function verdictOf(rows, answer) {
  const { status, body, headers, redirected, late } = answer;
  const several = rows.length > 1;
  const wait = retryAfter(headers);
  /** @type {(fate: (row: Operation) => Fate | undefined, more?: Partial<Verdict>) => Verdict} */
  const all = (fate, more) => ({ fates: new Map(rows.map((row) => [row.id, fate(row)])), ...more });
  const postponed = (/** @type {Partial<Verdict>} */ more) => all(() => null, more);
  if (redirected || status === 401) return postponed({ hold: 'auth' });
  if (status === 403 && /^CSRF/i.test(body?.detail)) return postponed({ hold: 'csrf' });
  if (status === 429) return postponed({ wait: wait ?? NaN, shrink: true });
  if ((status === 503 || status === 409) && wait !== undefined) return postponed({ wait });
  if (several && /404|405|501/.test(String(status))) return postponed({ single: true });
  if (isMute(status)) return { fates: new Map(), broken: status >= 500, shrink: late && rows.length > SMALL };
  if (status < 300) return results(rows, several ? body : asBatch(rows[0], answer));
  // The whole request was refused. With several operations in it the culprit is not known: fewer of them will tell.
  if (several && rows.some(({ group }) => !group || group !== rows[0].group)) return postponed({ shrink: true });
  // What is no document may come from somebody in between; only the server itself can refuse an operation for good.
  if (!isObject(body) && status !== 413) return { fates: new Map(), fault: true };
  return all((row) => fateOf(row, { status, error: body }));
}

/**
 * The answer of a single route in the form of a batch's.
 *
 * @param {Operation} row
 * @param {Answer} answer
 */
function asBatch({ id, action, target }, { status, body, headers }) {
  const { included, ...data } = body ?? {};
  const replayed = headers.get('Idempotent-Replayed') === 'true';
  const gone = replayed && data.gone === true;
  const empty = gone || action === 'delete';
  // An answer about another row is none: something in between mixed them up.
  const fits = empty || target === undefined || isObject(target) || String(data.id ?? target) === String(target);
  const result = { id, status, gone, target: data.id, etag: headers.get('ETag'), data: empty ? undefined : data, replayed };
  return fits && (isObject(body) || (empty && status === 204)) && { results: [result], included };
}

/**
 * @param {readonly Operation[]} rows
 * @param {any} body
 * @returns {Verdict}
 */
function results(rows, body) {
  const { results, included } = body || {};
  /** @type {Verdict} */
  const verdict = { fates: new Map(), included, fault: !Array.isArray(results) };
  const left = new Map(rows.map((row) => [row.id, row]));
  for (const result of verdict.fault ? [] : results) {
    const { id, status, error } = result ?? {};
    const row = left.get(id);
    left.delete(id);
    if (!row || !status) verdict.fault = true; // it was not asked for, or stands twice
    // 424: skipped because of another. If that failed, this fails with it in the log; if not, it is tried again.
    else verdict.fates.set(id, status === 424 ? null : fateOf(row, result));
    if (isPostponed(status)) verdict.wait = Math.max(verdict.wait ?? 0, error?.retry_after * 1000);
  }
  const idle = rows.every(({ id }) => verdict.fates.get(id) === null);
  return { ...verdict, shrink: idle && verdict.wait === undefined };
}

/**
 * The error table for one operation, whether it travelled alone or in a batch.
 *
 * @param {Operation} row
 * @param {Result & {error?: Problem}} result
 * @returns {Fate | undefined}
 */
function fateOf({ action }, { error, ...result }) {
  const { status } = result;
  const deleted = action === 'delete';
  if (/^2/.test(String(status)) || (deleted && (status === 404 || status === 410))) {
    return { state: 'acked', result: { ...result, gone: deleted || result.gone } };
  }
  if (isPostponed(status)) return null;
  if (isMute(status)) return undefined;
  return { state: status === 409 || status === 412 ? 'conflicted' : 'failed', error: problem(error, status) };
}

/** @param {number} status */
const isPostponed = (status) => status === 429 || status === 503;

/**
 * Whether a status says nothing about what was done.
 *
 * @param {number} status
 */
const isMute = (status) => /^(?![24])|^4(08|25)/.test(String(status));

/**
 * @param {any} document
 * @param {number} status
 * @returns {Problem}
 */
function problem(document, status) {
  const title = document?.title ?? `Refused with status ${status}`;
  return { code: 'refused', detail: title, ...document, status, title };
}

/**
 * Milliseconds until the server wants to be asked again. A date is compared with the server's own clock.
 *
 * @param {Headers} headers
 * @returns {number | undefined}
 */
export function retryAfter(headers) {
  const value = String(headers.get('Retry-After'));
  const ms = /^[\d.]+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.parse(String(headers.get('Date')));
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), HOUR);
}

export const HOUR = 3_600_000;
