/** What the queue does about a server, or a batch endpoint, that does not work; and what it asks of a feed of changes. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertAlive } from './support/liveness.js';
import { openPage } from './support/page.js';
import { json } from './support/server.js';

const busy = (status) => () => json(status, { status, code: 'busy' });

function pageWith(options, rows = 6) {
  const page = openPage(options);
  for (let id = 1; id <= rows; id++) page.put('abilities', id, { experience_points: 0 });
  const clickAll = () => Array.from({ length: rows }, (_, index) => page.click(index + 1));
  const finish = () => page.clock.until(() => (assertAlive(page), page.queue.stats().pending === 0), 7_200_000);
  return { ...page, clickAll, finish };
}

const isBatch = ({ url }) => url.startsWith('/api/batch/');

// --- without batches (R35) ---

test('without a batch endpoint operations travel alone, each once; after ten minutes a batch tries its luck again', async () => {
  const { server, clock, queue, clickAll, finish } = pageWith({ server: { batches: false } });
  clickAll();
  await finish();
  assert.deepEqual(server.requests.map(isBatch), [true, false, false, false, false, false, false]);
  assert.equal(queue.stats().mode, 'single');
  clickAll();
  await finish();
  assert.equal(server.requests.filter(isBatch).length, 1, 'it is not tried each time');
  server.batches = true;
  await clock.advance(700_000);
  assert.equal(queue.stats().mode, 'batch');
  clickAll();
  await finish();
  assert.equal(server.requests.filter(isBatch).length, 2);
  assert.ok([...server.tables.abilities.values()].every(({ score }) => score === 3));
  assert.equal(new Set(server.applied).size, server.applied.length);
});

test('a batch that was applied and lost is not applied again by single requests', async () => {
  const { server, clickAll, finish } = pageWith();
  server.faults.push('lost', () => { server.batches = false; return json(404, {}); });
  clickAll();
  await finish();
  assert.ok([...server.tables.abilities.values()].every(({ score }) => score === 1));
  assert.ok(server.requests.length >= 8);
});

test('a group waits for the batch endpoint, because alone its operations would not be all or nothing; the rest goes', async () => {
  const { server, queue, clock, finish } = pageWith({ server: { batches: false } });
  for (const target of [1, 2]) queue.add({ resource: 'abilities', action: 'increment', target, group: 'swap' });
  for (const target of [3, 4]) queue.add({ resource: 'abilities', action: 'increment', target });
  await clock.advance(20_000);
  assert.deepEqual([1, 2, 3, 4].map((id) => server.row('abilities', id).score), [0, 0, 1, 1]);
  server.batches = true;
  await finish();
  assert.deepEqual([1, 2, 3, 4].map((id) => server.row('abilities', id).score), [1, 1, 1, 1]);
});

test('created rows can be used without a batch endpoint', async () => {
  const { server, queue, finish } = pageWith({ server: { batches: false } });
  const { target } = queue.add({ resource: 'virtues', action: 'create', data: { name: 'a' } });
  queue.add({ resource: 'abilities', action: 'update', target: 1, data: { about: target } });
  await finish();
  const [{ id }] = server.tables.virtues.values();
  assert.equal(server.row('abilities', 1).about, id);
});

test('a batch endpoint that fails while the server works is found out by one operation, and done without', async () => {
  const { server, queue, clickAll, finish } = pageWith();
  const { answer } = server;
  server.answer = (request) => answer.call(server, request).then((response) => (isBatch(request) ? json(500, {}) : response));
  server.batches = false; // nothing of a batch is applied
  clickAll();
  await finish();
  const kinds = server.requests.map((request) => (isBatch(request) ? 'B' : 's')).join('');
  assert.match(kinds, /^BBsBs+$/, 'two batches, a canary, a batch again, then one by one');
  assert.equal(queue.stats().mode, 'single');
  assert.ok([...server.tables.abilities.values()].every(({ score }) => score === 1));
});

test('a server that is down gets no storm of single requests, and batches again when it is back', async () => {
  const { server, clock, queue, clickAll, finish } = pageWith({}, 30);
  const { answer } = server;
  server.answer = async (request) => (server.requests.push({ ...request, at: clock.now() }), json(502, {}));
  clickAll();
  await clock.advance(300_000);
  assert.ok(server.requests.length < 40, `${server.requests.length} requests in 5 minutes`);
  assert.ok(server.requests.slice(2).every((request) => !isBatch(request)));
  server.answer = answer;
  const before = server.requests.length;
  await finish();
  assert.ok(server.requests.length - before <= 3, `${server.requests.length - before} requests`);
  assert.equal(queue.stats().mode, 'batch');
});

// --- poison (R39) ---

test('an operation on which the server fails again and again goes last, is given up and shown; the rest is not held up', async () => {
  const { server, clock, queue, click, events } = pageWith();
  const { answer } = server;
  const isPoison = ({ url, body }) => url.includes('/abilities/3/') || body?.includes('"target":3');
  server.answer = (request) => (isPoison(request) ? (server.requests.push({ ...request, status: 500 }), json(500, {})) : answer.call(server, request));
  click(3);
  for (let round = 0; round < 40; round++) {
    click(1);
    click(2);
    await clock.advance(20_000);
    assertAlive({ queue, clock, page: { onLine: true } });
  }
  await clock.until(() => queue.stats().pending === 0);
  assert.deepEqual([1, 2].map((id) => server.row('abilities', id).score), [40, 40]);
  const [unknown] = events.filter(({ type }) => type === 'unknown');
  assert.deepEqual([unknown.operation.target, unknown.error.code, unknown.error.outcome], [3, 'no_answer', 'unknown']);
  server.answer = answer;
  await queue.retry(unknown.operation.id);
  await clock.until(() => queue.stats().pending === 0);
  const last = server.requests.at(-1);
  assert.deepEqual([server.row('abilities', 3).score, last.headers.get('Idempotency-Key')], [1, unknown.operation.id], 'under its old id');
});

test('while nothing at all works, nothing is given up', async () => {
  const { server, clock, queue, click } = pageWith();
  server.answer = async () => json(500, {});
  click(1);
  click(2);
  await clock.advance(6 * 3_600_000);
  assert.deepEqual([queue.stats().pending, queue.stats().failed], [2, 0]);
});

// --- how much at once (R36) ---

test('batches shrink where one more operation takes long, and grow again', async () => {
  const { server, clock, queue, put, finish } = pageWith({}, 0);
  const sizes = [];
  queue.addEventListener('request', ({ detail }) => sizes.push(detail.ids.length));
  for (let id = 1; id <= 300; id++) put('abilities', id, { experience_points: 0 });
  const { answer } = server;
  let perRow = 200;
  server.answer = async (request) => {
    const response = await answer.call(server, request);
    await clock.sleep(perRow * (JSON.parse(request.body).operations?.length ?? 1));
    return response;
  };
  const update = (from, to) => {
    for (let id = from; id <= to; id++) queue.add({ resource: 'abilities', action: 'update', target: id, data: { a: 1 } });
  };
  queue.add({ resource: 'abilities', action: 'update', target: 300, data: { a: 1 } });
  await finish();
  update(1, 200);
  await finish();
  assert.equal(sizes[1], 50);
  assert.ok(sizes.slice(4).some((size) => size <= 12), sizes.join());
  perRow = 0;
  sizes.length = 0;
  update(1, 300);
  await finish();
  assert.ok(Math.max(...sizes) >= 40, sizes.join());
});

test('a network that calls itself slow is begun with small batches', async () => {
  const { server, queue, clickAll, clock } = pageWith({ env: { navigator: { onLine: true, connection: { effectiveType: '2g' } } } }, 30);
  clickAll();
  await clock.advance(600);
  assert.equal(server.requests[0].body.operations.length, 10);
  assert.equal(queue.stats().failed, 0);
});

// --- the network comes and goes (R37) ---

test('back on the network clients do not come back all at once', async () => {
  const starts = [];
  for (let seed = 1; seed <= 8; seed++) {
    const { server, page, clock, click } = pageWith({ seed });
    page.setOnline(false);
    click(1);
    await clock.advance(5000);
    page.setOnline(true);
    await clock.advance(2000);
    starts.push(server.requests[0].at - 5000);
  }
  assert.ok(Math.max(...starts) - Math.min(...starts) > 300, starts.join());
  assert.ok(Math.max(...starts) <= 1600);
});

test('a flush by hand tries even when the browser says that there is no network', async () => {
  const { server, page, clock, click, queue } = pageWith();
  page.setOnline(false);
  click(1);
  const flushed = queue.flush();
  await clock.advance(100);
  assert.deepEqual([await flushed, server.row('abilities', 1).score], [true, 1]);
});

// --- what changed elsewhere (R40) ---

const FEED = { feed: '/api/characters/1/changes/', since: 0 };
const isRead = ({ method }) => method === 'GET';

/** Another device changes a row. */
function elsewhere(server, id, change) {
  server.revision++;
  Object.assign(server.row('abilities', id), change, { revision: server.revision });
}

test('changes made elsewhere are shown under what is pending: on return to the page, and to the network', async () => {
  const { server, page, clock, click, queue, events } = pageWith(FEED);
  const added = [];
  queue.subscribe('abilities', 2, (row) => added.push(row.name));
  await clock.advance(100);
  page.setOnline(false);
  click(1);
  elsewhere(server, 1, { experience_points: 5, score: 1 });
  elsewhere(server, 2, { name: 'new' });
  server.put('virtues', 9, { name: 'v', revision: server.revision });
  page.setOnline(true);
  await clock.advance(100);
  assert.deepEqual([queue.view('abilities', 1).score, added, queue.list('virtues').length], [2, ['new'], 1]);
  assert.equal(queue.since, 2);
  assert.equal(events.filter(({ type }) => type === 'included').length, 1);
  await clock.advance(3000);
  assert.deepEqual([server.row('abilities', 1).score, queue.view('abilities', 1).score], [2, 2]);
  elsewhere(server, 2, { name: 'newer' });
  server.tables.virtues.delete(9);
  server.deleted.push({ resource: 'virtues', id: 9, revision: server.revision });
  page.hide();
  page.show();
  await clock.advance(100);
  assert.deepEqual([added, queue.list('virtues'), queue.view('virtues', 9)], [['new', 'newer'], [], null]);
  assert.match(server.requests.filter(isRead).at(-1).url, /since=2$/);
});

test('back on the network, what changed elsewhere is heard before anything is sent: whoever replaces it can be told', async () => {
  for (let seed = 1; seed <= 8; seed++) {
    const { server, page, clock, click, queue } = pageWith({ ...FEED, seed, server: { latency: 600 } });
    const heard = [];
    page.setOnline(false);
    click(1);
    await clock.advance(5000);
    elsewhere(server, 2, { name: 'new' });
    queue.addEventListener('request', () => heard.push(queue.view('abilities', 2).name));
    page.setOnline(true);
    await clock.advance(3000);
    assert.deepEqual([heard, server.row('abilities', 1).score], [['new'], 1], `seed ${seed}`);
  }
});

test('a page that was kept for long asks what has changed since it was built', async () => {
  const { server, clock, queue } = pageWith(FEED);
  elsewhere(server, 1, { name: 'new' });
  await clock.advance(100);
  assert.deepEqual([queue.view('abilities', 1).name, queue.since], ['new', 1]);
});

test('a conflict asks what else has changed', async () => {
  const { server, clock, queue, put } = pageWith(FEED);
  put('abilities', 1, { specialty: 'hills' });
  elsewhere(server, 1, { specialty: 'coast' });
  elsewhere(server, 2, { name: 'new' });
  queue.add({ resource: 'abilities', action: 'update', target: 1, data: { specialty: 'rivers' }, if_match: '"0"' });
  await clock.advance(1000);
  assert.deepEqual([queue.view('abilities', 1).specialty, queue.view('abilities', 2).name], ['coast', 'new']);
  assert.deepEqual(queue.operations().map(({ state }) => state), ['conflicted']);
});

test('a server that was set back is believed', async () => {
  const { server, clock, queue } = pageWith(FEED, 2);
  elsewhere(server, 1, { name: 'later' });
  await Promise.all([queue.pull(), clock.advance(100)]);
  assert.equal(queue.view('abilities', 1).name, 'later');
  server.revision = 0;
  Object.assign(server.row('abilities', 1), { name: 'earlier', revision: 0 });
  server.tables.abilities.delete(2);
  await Promise.all([queue.pull(), clock.advance(100)]);
  assert.deepEqual([queue.view('abilities', 1).name, queue.view('abilities', 2), queue.since], ['earlier', undefined, 0]);
});

test('a feed that does not answer changes nothing, and is asked again', async () => {
  const { server, clock, queue } = pageWith(FEED);
  await clock.advance(100);
  elsewhere(server, 1, { name: 'new' });
  for (const fault of ['cut', busy(500), busy(401), () => new Response('<html>'), () => json(200, ['hello'])]) {
    server.faults.push(fault);
    const [answered] = await Promise.all([queue.pull(), clock.advance(100)]);
    assert.deepEqual([answered, queue.since, queue.view('abilities', 1).name], [false, 0, undefined]);
  }
  const [answered] = await Promise.all([queue.pull(), clock.advance(100)]);
  assert.deepEqual([answered, queue.view('abilities', 1).name], [true, 'new']);
});

test('a row that was applied and then deleted elsewhere is gone', async () => {
  for (const rows of [1, 2]) {
    const { server, queue, clickAll, finish } = pageWith({}, rows);
    server.faults.push((handle) => {
      handle();
      server.tables.abilities.delete(1);
      throw new TypeError('Failed to fetch');
    });
    const [{ result }] = clickAll();
    await finish();
    const { state, gone } = await result;
    assert.deepEqual([state, gone, queue.view('abilities', 1), queue.stats().failed], ['acked', true, null, 0]);
  }
});

test('a row that is deleted while it is being made stays away', async () => {
  const { server, queue, clock, finish } = pageWith({ server: { latency: 100 } });
  const { target } = queue.add({ resource: 'virtues', action: 'create', data: { name: 'Brave' } });
  await clock.until(() => queue.stats().inflight === 1);
  queue.add({ resource: 'virtues', action: 'delete', target });
  await finish();
  assert.deepEqual([server.tables.virtues.size, queue.list('virtues'), server.requests.at(-1).method], [0, [], 'DELETE']);
});
