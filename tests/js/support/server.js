/**
 * A small server that speaks the wire format: batches and single routes, groups, local ids, preconditions, revisions,
 * operation ids, budgets, problem documents. It answers over HTTP (`listen`) and, for tests with a fake clock, in process
 * (`fetch`).
 */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { moved, scoreOf } from './experience.js';

const MEMBERS = ['id', 'resource', 'action', 'target', 'data', 'lid', 'group', 'depends_on', 'if_match'];
const ENVELOPE = ['batch_id', 'atomic', 'operations', 'include'];

export class Refused extends Error {
  constructor(status, code, detail = code, extra = {}) {
    super(detail);
    this.document = { type: `urn:problem:${code}`, title: code, status, code, detail, ...extra };
  }
}

export class Server {
  constructor({ clock, latency = 40, writes = 120, maxOperations = 100, receipts = true, batches = true } = {}) {
    Object.assign(this, { clock, latency, writes, maxOperations, receipts, batches });
    this.revision = 0;
    this.nextId = 1000;
    this.tables = { abilities: new Map(), arts: new Map(), characters: new Map(), virtues: new Map() };
    this.remembered = new Map(); // operation id -> {fingerprint, resource, target}
    this.deleted = []; // {resource, id, revision}
    this.locked = new Map(); // row -> its revision before this request, which is what a precondition asks for
    this.applied = []; // ids of operations that had an effect, in order
    this.requests = []; // {method, url, body, headers, status, at}
    this.faults = []; // what happens to the next requests, see `answer`
    this.user = 'alice';
    this.token = 'token-1';
    this.window = { start: 0, used: 0 };
  }

  // --- rows ---

  put(resource, id, fields) {
    const row = { id, revision: this.revision, ...fields };
    if ('experience_points' in row) row.score = scoreOf(resource, row.experience_points);
    this.tables[resource].set(id, row);
    return { ...row };
  }

  row(resource, id) {
    return this.tables[resource].get(id);
  }

  find(resource, id) {
    const row = this.tables[resource]?.get(Number(id));
    if (!row) throw new Refused(404, 'not_found', `There is no ${resource} ${id}.`);
    return row;
  }

  // --- operations ---

  /** Apply one operation; returns {status, target, data}. */
  apply({ resource, action, target, data = {}, if_match }) {
    if (!this.tables[resource]) throw new Refused(400, 'invalid', `There is no resource ${resource}.`);
    if (action === 'create') {
      if (data.name === '') throw new Refused(400, 'invalid', 'name: may not be blank', { fields: { name: ['blank'] } });
      const id = this.nextId++;
      this.put(resource, id, data);
      return { status: 201, target: id };
    }
    const row = this.find(resource, target);
    if (if_match !== undefined && if_match !== `"${this.locked.get(row) ?? row.revision}"`) {
      const current = { etag: `"${row.revision}"`, data: { ...row } };
      throw new Refused(412, 'precondition_failed', 'The row has changed.', { current });
    }
    if (action === 'delete') {
      this.tables[resource].delete(row.id);
      this.deleted.push({ resource, id: row.id, revision: this.revision + 1 });
    }
    else if (action === 'update') {
      if (data.name === '') throw new Refused(400, 'invalid', 'name: may not be blank', { fields: { name: ['blank'] } });
      Object.assign(row, data);
    } else if (action === 'increment' || action === 'decrement') this.step(resource, row, action, data);
    else throw new Refused(400, 'invalid', `There is no action ${action}.`);
    return { status: action === 'delete' ? 204 : 200, target: row.id };
  }

  step(resource, row, action, { field, by = 1, low }) {
    if (field !== undefined) {
      const value = row[field] + (action === 'increment' ? by : -by);
      if (Math.abs(value) > 3) throw new Refused(422, 'out_of_range', `${field} cannot be ${value}.`);
      row[field] = value;
      return;
    }
    const change = action === 'increment' ? { by, low } : { by: -by };
    const experience = moved(resource, row.experience_points, change);
    if (experience === undefined) throw new Refused(422, 'below_zero', 'A score cannot be below 0.');
    row.experience_points = experience;
    row.score = scoreOf(resource, experience);
  }

  /** One operation, exactly once: an id that was applied shows the row again. */
  once(operation) {
    const { id, resource, action, data } = operation;
    if (data?.malformed) throw new Refused(400, 'malformed', 'data: malformed on purpose.');
    const fingerprint = JSON.stringify([resource, action, operation.target, data]);
    const known = this.receipts && id !== undefined ? this.remembered.get(id) : undefined;
    if (known) {
      if (known.fingerprint !== fingerprint) throw new Refused(422, 'id_reused', 'This id belongs to another operation.');
      return { ...known, replayed: true };
    }
    const result = this.apply(operation);
    const row = this.row(resource, result.target);
    if (row && !this.locked.has(row)) this.locked.set(row, row.revision);
    if (row) row.revision = this.revision + 1;
    this.changed = true;
    this.applied.push(id);
    if (id !== undefined) this.remembered.set(id, { ...result, fingerprint });
    return { ...result, replayed: false };
  }

  batch(body) {
    this.readEnvelope(body);
    const lids = new Map();
    const results = [];
    const failed = new Map();
    this.changed = false;
    this.locked.clear();
    for (const unit of unitsOf(body.operations)) {
      const before = structuredClone([this.tables, this.remembered, this.applied, this.nextId]);
      const own = unit.map((operation) => this.result(operation, lids, failed));
      if (unit.length > 1 && own.some((result) => !result.success)) {
        [this.tables, this.remembered, this.applied, this.nextId] = before;
        own.forEach((result) => result.success && skip(result, 'rolled_back', 'Another operation of the group failed.'));
        unit.forEach((operation) => failed.set(operation.id, true));
      }
      results.push(...own);
    }
    if (this.changed) this.revision++;
    for (const result of results) this.show(result);
    const count = (test) => results.filter(test).length;
    const succeeded = count((result) => result.success);
    return {
      status: succeeded === results.length ? 200 : 207,
      body: {
        batch_id: body.batch_id,
        status: succeeded === results.length ? 'success' : succeeded ? 'partial' : 'error',
        atomic: false,
        results,
        included: this.included(body.include),
        summary: {
          total: results.length,
          succeeded,
          failed: count((result) => !result.success && result.status !== 424),
          skipped: count((result) => result.status === 424),
          replayed: count((result) => result.replayed),
        },
        processing_time_ms: 1,
      },
    };
  }

  result(operation, lids, failed) {
    const { id, resource, action, target, lid, depends_on = [] } = operation;
    const result = { id, resource, action, target, lid, success: true, status: 200 };
    try {
      const references = [target, ...Object.values(operation.data ?? {})].flatMap((value) => (isLid(value) ? value.lid : []));
      if (depends_on.some((name) => failed.has(name)) || references.some((name) => failed.has(name))) {
        throw new Refused(424, 'failed_dependency', 'An operation that this one depends on failed.');
      }
      const resolve = (value) => (isLid(value) ? lids.get(value.lid) : value);
      const data = Object.fromEntries(Object.entries(operation.data ?? {}).map(([name, value]) => [name, resolve(value)]));
      Object.assign(result, this.once({ ...operation, target: resolve(target), data }));
      if (lid !== undefined) lids.set(lid, result.target);
    } catch (error) {
      failed.set(id, true);
      if (lid !== undefined) failed.set(lid, true);
      Object.assign(result, { success: false, status: error.document.status, error: error.document });
    }
    return result;
  }

  readEnvelope(body) {
    const refuse = (detail, operation) => {
      throw new Refused(400, 'malformed', detail, operation === undefined ? {} : { operation });
    };
    for (const name of Object.keys(body)) if (!ENVELOPE.includes(name)) refuse(`Unknown member ${name}.`);
    if (!Array.isArray(body.operations) || !body.operations.length) refuse('operations: expected a list.');
    if (body.operations.length > this.maxOperations) {
      throw new Refused(413, 'too_large', 'Too many operations.', { limits: { max_operations: this.maxOperations } });
    }
    const seen = new Set();
    const closed = new Set();
    body.operations.forEach((operation, index) => {
      for (const name of Object.keys(operation)) if (!MEMBERS.includes(name)) refuse(`Unknown member ${name}.`, index);
      if (operation.data?.malformed) refuse('data: malformed on purpose.', index);
      const references = [operation.target, ...Object.values(operation.data ?? {})].filter(isLid).map(({ lid }) => lid);
      for (const name of [...(operation.depends_on ?? []), ...references]) {
        if (!seen.has(name)) refuse(`${name} is not an earlier operation.`, index);
      }
      if (seen.has(operation.id)) refuse('An id stands twice.', index);
      if (operation.group !== undefined && closed.has(operation.group)) refuse('A group must be in one piece.', index);
      const before = body.operations[index - 1]?.group;
      if (before !== undefined && before !== operation.group) closed.add(before);
      for (const name of [operation.id, operation.lid]) seen.add(name);
    });
  }

  show(result) {
    const row = result.success && this.row(result.resource, result.target);
    if (result.success && !row && result.action !== 'delete') result.gone = true;
    if (row) Object.assign(result, { etag: `"${row.revision}"`, data: { ...row } });
    delete result.fingerprint;
  }

  /** What changed since a revision. */
  changes(since) {
    const reset = since === null || Number(since) > this.revision;
    const floor = reset ? -1 : Number(since);
    const [changed, deleted] = [{}, {}];
    for (const [resource, table] of Object.entries(this.tables)) {
      const rows = [...table.values()].filter(({ revision }) => revision > floor);
      if (rows.length) changed[resource] = structuredClone(rows);
    }
    if (!reset) for (const { resource, id, revision } of this.deleted) if (revision > floor) (deleted[resource] ??= []).push(id);
    const included = Object.keys({ ...changed, ...deleted }).length ? this.included(['sheet']) : undefined;
    return { revision: this.revision, reset, changed, deleted, included };
  }

  included(include) {
    if (!include?.includes('sheet')) return undefined;
    return { sheet: [{ revision: this.revision, scores: [...this.tables.abilities.values()].map(({ score }) => score) }] };
  }

  // --- HTTP ---

  route(method, path) {
    const [, api, resource, target, action] = path.split('/');
    if (api !== 'api') throw new Refused(404, 'not_found');
    if (resource === 'batch') {
      if (!this.batches) throw new Refused(404, 'not_found');
      if (method !== 'POST') throw new Refused(405, 'method_not_allowed');
      return { batch: true };
    }
    const known = { POST: target ? action : 'create', PATCH: 'update', DELETE: 'delete' }[method];
    if (!known) throw new Refused(405, 'method_not_allowed');
    return { operation: { resource, action: known, target: target ? Number(target) : undefined } };
  }

  handle({ method, url, headers, body }) {
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    const limits = method === 'GET' ? { headers: {} } : this.charge();
    try {
      if (!this.user) throw new Refused(401, 'not_authenticated', 'Log in.');
      if (method !== 'GET' && headers.get('X-CSRFToken') !== this.token) throw new Refused(403, 'permission_denied', 'CSRF Failed: wrong token.');
      if (method === 'GET') return json(200, this.changes(searchParams.get('since')));
      if (limits.refused) throw new Refused(429, 'throttled', `Over budget; wait ${limits.reset} s.`);
      const { batch, operation } = this.route(method, pathname);
      const include = searchParams.get('include')?.split(',');
      const answer = batch ? this.batch(JSON.parse(body)) : this.single(operation, headers, body, include);
      return json(answer.status, answer.body, { ...limits.headers, ...answer.headers });
    } catch (error) {
      if (!error.document) throw error;
      const wait = limits.refused ? { 'Retry-After': String(limits.reset) } : {};
      const { document } = error;
      return json(document.status, document, { ...limits.headers, ...wait, 'Content-Type': 'application/problem+json' });
    }
  }

  single(operation, headers, body, include) {
    this.changed = false;
    this.locked.clear();
    const data = body ? JSON.parse(body) : {};
    const id = headers.get('Idempotency-Key') ?? undefined;
    const result = this.once({ ...operation, id, data, if_match: headers.get('If-Match') ?? undefined });
    if (this.changed) this.revision++;
    const row = this.row(operation.resource, result.target);
    const included = this.included(include);
    if (operation.action === 'delete') return { status: included ? 200 : 204, body: included && { included } };
    const replayed = result.replayed ? { 'Idempotent-Replayed': 'true' } : {};
    if (!row) return { status: result.status, body: { gone: true, included }, headers: replayed };
    return { status: result.status, body: { ...row, included }, headers: { ETag: `"${row.revision}"`, ...replayed } };
  }

  charge() {
    const seconds = Math.floor((this.clock?.now() ?? performance.now()) / 1000);
    if (seconds - this.window.start >= 60) this.window = { start: seconds - (seconds % 60), used: 0 };
    const refused = this.window.used >= this.writes;
    if (!refused) this.window.used++;
    const reset = this.window.start + 60 - seconds;
    const headers = {
      'RateLimit-Policy': `"writes";q=${this.writes};w=60`,
      RateLimit: `"writes";r=${this.writes - this.window.used};t=${reset}`,
    };
    return { refused, reset, headers };
  }

  /**
   * Answer one request. A fault may come first: 'cut' (it never arrives), 'lost' (it is applied, the answer never arrives),
   * 'hang' (no answer, no end), or a function (handle) => Response.
   */
  async answer(request) {
    const record = { ...request, body: request.body && JSON.parse(request.body), at: this.clock?.now() };
    this.requests.push(record);
    const fault = this.faults.shift();
    if (fault === 'cut') throw new TypeError('Failed to fetch');
    if (fault === 'hang') return new Promise(() => {});
    const response = typeof fault === 'function' ? await fault(() => this.handle(request)) : this.handle(request);
    record.status = response.status;
    if (fault === 'lost') throw new TypeError('Failed to fetch');
    return response;
  }

  /** `fetch` of a page beside this server, on the fake clock. */
  fetch = async (url, init) => {
    const aborted = new Promise((_, reject) => {
      init.signal?.addEventListener('abort', () => reject(init.signal.reason));
    });
    const work = async () => {
      await this.clock.sleep(this.latency / 2);
      const response = await this.answer({ ...init, url, headers: new Headers(init.headers) });
      await this.clock.sleep(this.latency / 2);
      return response;
    };
    return Promise.race([work(), aborted]);
  };

  /** A real server; resolves with its address. */
  async listen() {
    this.http = createServer(async (incoming, outgoing) => {
      const chunks = [];
      for await (const chunk of incoming) chunks.push(chunk);
      const headers = new Headers(Object.entries(incoming.headers));
      const { method, url } = incoming;
      if (!url.startsWith('/api/')) return serve(url, outgoing, this.page);
      try {
        const response = await this.answer({ method, url, headers, body: Buffer.concat(chunks).toString() || undefined });
        outgoing.writeHead(response.status, Object.fromEntries(response.headers));
        outgoing.end(await response.text());
      } catch {
        outgoing.destroy(); // the network was cut
      }
    });
    await new Promise((resolve) => this.http.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${this.http.address().port}`;
  }

  close() {
    this.http?.closeAllConnections();
    this.http?.close();
  }
}

/** The page of a test, and the modules as they are in the repository: no build step. */
async function serve(url, outgoing, page = '') {
  const policy = "default-src 'self'; script-src 'self' 'unsafe-eval'"; // no inline script, no style attributes
  const script = url.endsWith('.js');
  const file = script && (await readFile(new URL(`../../../batching${url}`, import.meta.url)).catch(() => undefined));
  const type = script ? 'text/javascript' : 'text/html';
  outgoing.writeHead(script && !file ? 404 : 200, { 'Content-Type': `${type}; charset=utf-8`, 'Content-Security-Policy': policy });
  outgoing.end(file || page);
}

export const json = (status, body, headers = {}) =>
  new Response(status === 204 ? null : JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/json', ...headers },
  });

const isLid = (value) => typeof value?.lid === 'string';

const skip = (result, code, detail) =>
  Object.assign(result, { success: false, status: 424, error: new Refused(424, code, detail).document });

function unitsOf(operations) {
  const units = [];
  for (const operation of operations) {
    const last = units.at(-1);
    if (operation.group !== undefined && last?.[0].group === operation.group) last.push(operation);
    else units.push([operation]);
  }
  return units;
}
