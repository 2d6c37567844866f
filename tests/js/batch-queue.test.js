import assert from 'node:assert/strict';
import test from 'node:test';
import { BatchQueue } from '../../batching/static/batching/batch-queue.js';
import { StoredLog } from '../../batching/static/batching/operation-log.js';
import { assertAlive } from './support/liveness.js';
import { openPage } from './support/page.js';
import { json } from './support/server.js';

const withRows = (options) => {
  const page = openPage(options);
  for (const id of [1, 2, 3, 4]) page.put('abilities', id, { experience_points: 30 });
  return page;
};

// --- clicks ---

test('a click is shown before add() returns (R2)', () => {
  const { queue, click } = withRows();
  let shown;
  queue.subscribe('abilities', 4, ({ score }) => (shown = score));
  click(4);
  assert.equal(shown, 4);
  assert.equal(queue.view('abilities', 4).score, 4);
  assert.equal(queue.pending('abilities', 4), 1);
});

test('sixty clicks and their views cost far less than a millisecond each', () => {
  const costs = Array.from({ length: 5 }, () => {
    const { queue, click } = withRows();
    for (let index = 0; index < 200; index++) click((index % 4) + 1); // warm
    const start = performance.now();
    for (let index = 0; index < 60; index++) {
      click((index % 4) + 1);
      queue.view('abilities', (index % 4) + 1);
    }
    return (performance.now() - start) / 60;
  });
  assert.ok(Math.min(...costs) < 1, `${costs} ms`); // the slowest tells of the machine
});

test('bad input is refused by add() itself, and changes nothing', () => {
  const { queue } = withRows();
  assert.throws(() => queue.add({ resource: 'abilities', action: 'increment', target: 4, data: { by: NaN } }), /operation\.data: by/);
  assert.throws(() => queue.add({ resource: 'abilities', action: 'update', target: { lid: 'nobody' } }), /unknown lid nobody/);
  const { id } = queue.add({ resource: 'virtues', action: 'create', lid: 'v1' });
  assert.throws(() => queue.add({ resource: 'virtues', action: 'create', lid: 'v1' }), /lid must be new/);
  assert.throws(() => queue.add({ resource: 'virtues', action: 'create', id, lid: 'v2' }), /id .* must be new/);
  assert.equal(queue.stats().pending, 1);
});

test('a wrong option is refused by name', () => {
  assert.throws(() => new BatchQueue({}), /options\.url/);
  assert.throws(() => new BatchQueue({ url: '/api/batch/', debounce: 100 }), /options\.debounce/);
});

test('later clicks accumulate behind the request that is on its way, as one operation', async () => {
  const { click, clock, server, queue } = withRows({ server: { latency: 1000 } });
  click(4);
  await clock.advance(250);
  for (let index = 0; index < 5; index++) {
    click(4);
    await clock.advance(100);
  }
  assert.equal(queue.operations().length, 2);
  await clock.advance(5000);
  assert.deepEqual(server.requests.map(({ body }) => body), [{}, { by: 5 }]);
  assert.equal(server.row('abilities', 4).score, 9);
});

test('there is never more than one request on its way', async () => {
  const { click, clock, server, queue } = withRows({ server: { latency: 700 } });
  let [open, most] = [0, 0];
  queue.addEventListener('request', () => (most = Math.max(most, ++open)));
  queue.addEventListener('response', () => open--);
  for (let index = 0; index < 100; index++) {
    click((index % 4) + 1);
    if (index % 10 === 0) queue.flush();
    await clock.advance(83);
  }
  await clock.until(() => queue.stats().pending === 0);
  assert.equal(most, 1);
  assert.ok(server.requests.length > 5);
});

test('clicks that cancel each other send nothing', async () => {
  const { click, clock, server } = withRows();
  const handles = [click(4), click(4, 'decrement')];
  await clock.advance(5000);
  assert.equal(server.requests.length, 0);
  assert.deepEqual(await Promise.all(handles.map(({ result }) => result)), [{ state: 'cancelled' }, { state: 'cancelled' }]);
});

test('operations on one row arrive in the order of the clicks (R32)', async () => {
  const { queue, clock, server } = withRows();
  for (const [action, data] of [['update', { a: 1 }], ['increment', {}], ['update', { a: 2 }], ['increment', {}]]) {
    queue.add({ resource: 'abilities', action, target: 4, data });
  }
  await clock.advance(1000);
  assert.deepEqual(server.requests[0].body.operations.map(({ action }) => action), ['update', 'increment', 'update', 'increment']);
});

test('the urgent travels first', async () => {
  const { queue, clock, server } = withRows();
  for (const [target, priority] of [[1, 0], [2, -1], [3, 5], [4, 0]]) {
    queue.add({ resource: 'abilities', action: 'increment', target, priority });
  }
  await clock.advance(1000);
  assert.deepEqual(server.requests[0].body.operations.map(({ target }) => target), [3, 1, 4, 2]);
});

// --- handles ---

test('a handle tells when the operation is kept and what became of it, merged or not', async () => {
  const { click, clock } = withRows();
  const handles = [click(4), click(4), click(1)];
  await Promise.all(handles.map(({ persisted }) => persisted));
  await clock.advance(1000);
  const results = await Promise.all(handles.map(({ result }) => result));
  assert.deepEqual(results.map(({ state, data }) => [state, data.score]), [['acked', 5], ['acked', 5], ['acked', 4]]);
});

test('a refused operation resolves its handle; nothing is thrown at nobody', async () => {
  const { click, clock, server } = withRows();
  server.tables.abilities.delete(4);
  const handle = click(4);
  await clock.advance(1000);
  const { state, error } = await handle.result;
  assert.deepEqual([state, error.status], ['failed', 404]);
});

test('an operation that the log refuses is taken back and said so', async () => {
  const log = { transact: async () => { throw new Error('quota'); }, close: async () => {} };
  const { queue, typesOf, clock } = openPage({ env: { log } });
  queue.setBase('abilities', 4, { experience_points: 30, score: 3 });
  const handle = queue.add({ resource: 'abilities', action: 'increment', target: 4 });
  await assert.rejects(handle.persisted, /quota/);
  assert.equal((await handle.result).error.code, 'not_stored');
  assert.equal(queue.view('abilities', 4).score, 3);
  await clock.advance(1000);
  assert.deepEqual(typesOf().filter((type) => type !== 'error'), ['failed', 'rollback']);
});

test('a log that fails for a while delays the operations and loses none', async () => {
  const log = new StoredLog();
  const { transact } = log;
  const { queue, click, clock, server, typesOf, put } = openPage({ env: { log } });
  put('abilities', 4, { experience_points: 30 });
  await click(4).persisted;
  let left = 3;
  log.transact = (work) => (left-- > 0 ? Promise.reject(new Error('busy')) : transact.call(log, work));
  await clock.until(() => {
    assertAlive({ queue, clock, page: { onLine: true } });
    return queue.stats().pending === 0;
  });
  assert.deepEqual([server.row('abilities', 4).score, server.requests.length], [4, 1]);
  assert.deepEqual(typesOf(), ['error', 'error', 'error', 'acked']);
});

// --- rollback (R5) ---

test('exactly the failed operation leaves the view; every other stays', async () => {
  const { queue, clock, server, events, put } = withRows();
  put('characters', 7, { strength: 3, stamina: 0 });
  const step = (field) => queue.add({ resource: 'characters', action: 'increment', target: 7, data: { field, by: 1 } });
  const [bad, good] = [step('strength'), step('stamina')];
  queue.add({ resource: 'abilities', action: 'increment', target: 4 });
  const changes = [];
  queue.addEventListener('change', ({ detail }) => changes.push(...detail.keys));
  await clock.advance(1000);
  const [rollback] = events.filter(({ type }) => type === 'rollback');
  assert.deepEqual(rollback.ids, [bad.id]);
  assert.deepEqual(rollback.keys, [{ resource: 'characters', target: 7 }]);
  assert.deepEqual([rollback.error.status, rollback.error.code, rollback.error.detail], [422, 'out_of_range', 'strength cannot be 4.']);
  assert.deepEqual(queue.view('characters', 7), { id: 7, revision: 1, strength: 3, stamina: 1 });
  assert.equal(queue.view('abilities', 4).score, 4);
  assert.equal((await good.result).state, 'acked');
  assert.equal(server.row('characters', 7).stamina, 1);
  assert.ok(changes.every(({ resource, target }) => [7, 4].includes(target) && resource));
});

test('clicks made after the failed one, on the same row, stay', async () => {
  const { queue, clock, server, put } = openPage({ server: { latency: 1000 } });
  put('characters', 7, { strength: 3, stamina: 0 });
  const step = (by) => queue.add({ resource: 'characters', action: 'increment', target: 7, data: { field: 'strength', by } });
  step(1);
  await clock.advance(300);
  step(-2);
  assert.equal(queue.view('characters', 7).strength, 2);
  await clock.advance(1000);
  assert.equal(queue.view('characters', 7).strength, 1);
  await clock.advance(5000);
  assert.equal(server.row('characters', 7).strength, 1);
  assert.equal(queue.view('characters', 7).strength, 1);
});

test('what needs a failed operation fails with it, sent or not, and is told once', async () => {
  const { queue, clock, events, put } = withRows({ server: { latency: 1000 } });
  put('virtues', 9, { name: 'old' });
  const create = queue.add({ resource: 'virtues', action: 'create', data: { name: '' } });
  const same = queue.add({ resource: 'abilities', action: 'update', target: 4, data: { about: create.target } });
  await clock.advance(300);
  const later = queue.add({ resource: 'virtues', action: 'update', target: create.target, data: { notes: 'x' } });
  const free = queue.add({ resource: 'abilities', action: 'increment', target: 1 });
  await clock.advance(5000);
  const rollbacks = events.filter(({ type }) => type === 'rollback');
  assert.deepEqual(rollbacks.map(({ ids }) => ids), [[create.id, same.id, later.id]]);
  assert.deepEqual((await later.result).error.status, 424);
  assert.equal((await later.result).error.culprit, create.id);
  assert.equal((await free.result).state, 'acked');
  assert.deepEqual(queue.list('virtues').map(({ data }) => data.name), ['old']);
  const late = queue.add({ resource: 'virtues', action: 'update', target: create.target, data: {} });
  assert.equal((await late.result).error.culprit, create.id, 'also when it is added afterwards');
});

test('a group fails as one', async () => {
  const { queue, clock, server } = withRows();
  const gesture = (target, by) => queue.add({ resource: 'abilities', action: 'increment', target, data: { by }, group: 'swap' });
  gesture(1, 1);
  gesture(2, -9);
  const other = queue.add({ resource: 'abilities', action: 'increment', target: 3 });
  await clock.advance(1000);
  assert.deepEqual([1, 2, 3].map((id) => queue.view('abilities', id).score), [3, 3, 4]);
  assert.equal(server.row('abilities', 1).score, 3);
  assert.equal((await other.result).state, 'acked');
  assert.equal(queue.stats().failed, 2);
});

test('two gestures of the same name are two groups', async () => {
  const { queue, clock, server } = withRows();
  const gesture = (target, by) => queue.add({ resource: 'abilities', action: 'increment', target, data: { by }, group: 'swap' });
  gesture(1, 1);
  gesture(2, 1);
  await clock.advance(50);
  gesture(3, 1);
  gesture(4, -9);
  await clock.advance(1000);
  const groups = server.requests[0].body.operations.map(({ group }) => group);
  assert.deepEqual([groups[0] === groups[1], groups[2] === groups[3], groups[1] === groups[2]], [true, true, false]);
  assert.deepEqual([1, 2, 3, 4].map((id) => server.row('abilities', id).score), [4, 4, 3, 3]);
});

// --- created rows (R32) ---

test('a row can be used before the server knows it', async () => {
  const { queue, clock, server } = withRows();
  const { target } = queue.add({ resource: 'virtues', action: 'create', data: { name: 'a' } });
  const seen = [];
  queue.subscribe('virtues', target, (row) => seen.push(row.name));
  queue.add({ resource: 'virtues', action: 'update', target, data: { name: 'b' } });
  queue.add({ resource: 'abilities', action: 'update', target: 4, data: { about: target } });
  await clock.advance(1000);
  queue.add({ resource: 'virtues', action: 'update', target, data: { name: 'c' } });
  await clock.advance(1000);
  const [row] = server.tables.virtues.values();
  assert.equal(row.name, 'c');
  assert.equal(server.row('abilities', 4).about, row.id);
  assert.equal(server.requests[1].url, `/api/virtues/${row.id}/`);
  assert.deepEqual([...new Set(seen)], ['b', 'c']);
  assert.equal(queue.list('virtues').length, 1);
});

test('an alternative: create answered, update lost; the update is sent again with the key of the row', async () => {
  const { queue, clock, server } = withRows();
  const { target } = queue.add({ resource: 'virtues', action: 'create', data: { name: 'a' } });
  queue.add({ resource: 'abilities', action: 'update', target: 4, data: { about: target } });
  queue.add({ resource: 'abilities', action: 'increment', target: 1 });
  server.faults.push(async (handle) => {
    const body = await handle().json();
    body.results = body.results.filter(({ action }) => action !== 'update');
    return json(200, body);
  });
  await clock.until(() => queue.stats().pending === 0);
  const [row] = server.tables.virtues.values();
  assert.equal(server.row('abilities', 4).about, row.id);
  assert.deepEqual(server.requests[1].body, { about: row.id });
  assert.equal(server.applied.length, 3);
});

// --- looking after what was refused ---

test('retry sends a refused operation as a new one, with all that failed because of it', async () => {
  const { queue, clock, server } = withRows();
  server.faults.push(() => json(207, {
    results: server.requests[0].body.operations.map(({ id, depends_on }) => ({
      id, success: false, status: depends_on ? 424 : 422, error: { status: 422, code: 'x', title: 'x', detail: 'x' },
    })),
  }));
  const first = queue.add({ resource: 'abilities', action: 'increment', target: 4 });
  const second = queue.add({ resource: 'abilities', action: 'increment', target: 1, depends_on: [first.id] });
  await clock.advance(1000);
  assert.equal(queue.stats().failed, 2);
  await queue.retry(first.id);
  await clock.advance(1000);
  assert.deepEqual([4, 1].map((id) => server.row('abilities', id).score), [4, 4]);
  assert.ok(!server.applied.includes(first.id) && !server.applied.includes(second.id));
  const [, request] = server.requests;
  assert.deepEqual(request.body.operations[1].depends_on, [request.body.operations[0].id]);
  assert.equal(queue.operations().length, 0);
});

test('discard gives up a refused operation, or one that was never sent, with its dependents', async () => {
  const { queue, clock, server } = withRows();
  const first = queue.add({ resource: 'virtues', action: 'create', data: {} });
  const second = queue.add({ resource: 'virtues', action: 'update', target: first.target, data: { name: 'a' } });
  const third = queue.add({ resource: 'abilities', action: 'update', target: 4, data: { about: first.target } });
  await second.persisted;
  await queue.discard(first.id);
  assert.deepEqual(await third.result, { state: 'discarded' });
  assert.deepEqual(queue.list('virtues'), []);
  assert.equal(queue.view('abilities', 4).about, undefined);
  await clock.advance(1000);
  assert.equal(server.requests.length, 0);
});

test('what is on its way cannot be given up', async () => {
  const { queue, click, clock, server } = withRows({ server: { latency: 1000 } });
  const { id, result } = click(4);
  await clock.advance(300);
  await queue.discard(id);
  await clock.advance(2000);
  assert.equal((await result).state, 'acked');
  assert.equal(server.row('abilities', 4).score, 4);
});

// --- going, waiting, stopping ---

test('flush sends without waiting for the window and tells whether everything arrived', async () => {
  const { queue, click, clock, server } = withRows();
  click(4);
  const sent = queue.flush();
  await clock.advance(40);
  assert.equal(await sent, true);
  click(4);
  server.faults.push('cut');
  const cut = queue.flush();
  await clock.advance(40);
  assert.equal(await cut, false);
});

test('a paused queue takes clicks and sends nothing', async () => {
  const { queue, click, clock, server } = withRows();
  queue.pause();
  click(4);
  queue.flush();
  await clock.advance(5000);
  assert.deepEqual([server.requests.length, queue.stats().state, queue.view('abilities', 4).score], [0, 'paused', 4]);
  queue.resume();
  await clock.advance(1000);
  assert.equal(server.row('abilities', 4).score, 4);
});

test('without a network nothing is tried; back on it everything is sent (R37)', async () => {
  const { queue, click, clock, server, page } = withRows();
  page.setOnline(false);
  for (let index = 0; index < 50; index++) click(4);
  click(1);
  page.hide(); // no reason to try now what cannot work
  await clock.advance(60_000);
  assert.deepEqual([server.requests.length, queue.stats().state, queue.stats().pending], [0, 'offline', 2]);
  page.setOnline(true);
  await clock.advance(5000);
  assert.deepEqual([server.row('abilities', 4).score, server.requests.length], [53, 1]);
});

test('a page that is hidden sends at once, in a way that survives it', async () => {
  const { page, click, clock, server } = withRows();
  const survives = [];
  const { answer } = server;
  server.answer = (request) => (survives.push(request.keepalive), answer.call(server, request));
  click(4);
  await clock.advance(500);
  click(4);
  page.hide();
  await clock.advance(25);
  assert.equal(server.requests.length, 2);
  assert.deepEqual(survives, [false, true]);
});

test('a hidden page never sends more at once than can survive it', async () => {
  const { queue, put, page, clock, server } = openPage();
  for (let id = 1; id <= 30; id++) {
    put('abilities', id, {});
    queue.add({ resource: 'abilities', action: 'update', target: id, data: { notes: 'ä'.repeat(2000) } });
  }
  page.hide();
  await clock.advance(2000);
  const bytes = ({ body }) => new TextEncoder().encode(JSON.stringify(body)).length;
  assert.equal(queue.stats().pending, 0);
  assert.ok(server.requests.length > 1 && server.requests.every((request) => request.keepalive && bytes(request) <= 60 * 1024));
  queue.add({ resource: 'abilities', action: 'update', target: 1, data: { notes: 'x'.repeat(70_000) } });
  await clock.advance(2000);
  assert.deepEqual([server.requests.at(-1).keepalive, queue.stats().pending], [false, 0], 'browsers refuse that to one too large for it');
});

test('a closed queue does nothing more', async () => {
  const { queue, click, clock, server, page } = withRows();
  click(4);
  await queue.close();
  page.setOnline(false);
  page.setOnline(true);
  await clock.advance(60_000);
  assert.deepEqual([server.requests.length, queue.stats().state, clock.timers], [0, 'closed', 0]);
  queue.resume();
  assert.throws(() => click(4), /closed/);
});

test('a listener that throws stops nothing', async () => {
  const { queue, click, clock, server } = withRows();
  const thrown = [];
  process.setUncaughtExceptionCaptureCallback((error) => thrown.push(error.message));
  queue.subscribe('abilities', 4, () => { throw new Error('drawing'); });
  for (const type of ['enqueue', 'request', 'response', 'acked', 'change', 'status']) {
    queue.addEventListener(type, () => { throw new Error(type); });
  }
  click(4);
  click(1);
  await clock.advance(1000);
  process.setUncaughtExceptionCaptureCallback(null);
  assert.equal(queue.stats().pending, 0);
  assert.deepEqual([4, 1].map((id) => server.row('abilities', id).score), [4, 4]);
  assert.ok(new Set(thrown).size === 7, [...new Set(thrown)].join());
});

test('status events tell every change of state once', async () => {
  const { queue, click, clock } = withRows();
  const states = [];
  queue.addEventListener('status', ({ detail }) => states.push(`${detail.state} ${detail.pending}`));
  click(4);
  await clock.advance(5000);
  assert.deepEqual(states, ['collecting 1', 'saving 1', 'idle 0']);
  assertAlive({ queue, clock, page: { onLine: true } });
});

test('derived state is handed over after the views show the answer', async () => {
  const { queue, click, clock } = withRows({ include: ['sheet'] });
  const seen = [];
  queue.addEventListener('included', ({ detail }) => seen.push([detail.included.sheet[0].scores, queue.view('abilities', 4).revision]));
  click(4);
  await clock.advance(1000);
  assert.deepEqual(seen, [[[3, 3, 3, 4], 1]]);
});
