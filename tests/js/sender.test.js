import assert from 'node:assert/strict';
import test from 'node:test';
import { Draft } from '../../batching/static/batching/operation-log.js';
import { claim, settle } from '../../batching/static/batching/sender.js';
import { retryAfter } from '../../batching/static/batching/wire.js';
import { assertAlive } from './support/liveness.js';
import { openPage } from './support/page.js';
import { json } from './support/server.js';

const html = (status) => () => new Response('<h1>Log in</h1>', { status, headers: { 'Content-Type': 'text/html' } });
const problem = (status, headers = {}, extra = {}) => () =>
  json(status, { status, code: 'refused', title: 'No', detail: 'No.', ...extra }, { 'Content-Type': 'application/problem+json', ...headers });

/** Two clicks on different rows travel as a batch, one as a single request. */
function pageWith(fault, { clicks = 1 } = {}) {
  const page = openPage({ include: ['sheet'] });
  for (let id = 1; id <= clicks; id++) page.put('abilities', id, { experience_points: 0 });
  page.server.faults.push(fault);
  for (let id = 1; id <= clicks; id++) page.click(id);
  return page;
}

const scores = ({ server, queue }) => [...server.tables.abilities.keys()].map((id) => [server.row('abilities', id).score, queue.view('abilities', id).score]);

// --- what nobody answered (R5) ---

const silences = [
  ['the network is cut before the request arrives', 'cut'],
  ['the answer is lost', 'lost'],
  ['no answer comes in time', 'hang'],
  ['the server fails with 500', problem(500)],
  ['the server fails with 502 and a page', html(502)],
  ['the server fails with 503 and says no more', problem(503)],
  ['a login page says 200', html(200)],
  ['a portal says 204', () => new Response(null, { status: 204 })],
  ['a JSON that is no answer', () => json(200, ['hello'])],
  ['half an answer', () => new Response('{"results": [', { headers: { 'Content-Type': 'application/json' } })],
];
for (const [name, fault] of silences) {
  for (const clicks of [1, 2]) {
    const how = clicks === 1 ? 'alone' : 'in a batch';
    test(`${name}, ${how}: what was done stays shown, and later clicks wait behind it`, async () => {
      const page = pageWith(fault, { clicks });
      page.server.faults.push(...Array(3).fill(fault));
      await page.clock.until(() => page.events.some(({ type }) => type === 'wait'));
      assert.deepEqual([page.queue.stats().state, page.queue.stats().pending, page.queue.operations().filter(({ limbo }) => limbo).length], ['waiting', clicks, clicks]);
      assert.equal(page.queue.view('abilities', 1).score, 1);
      page.click(1);
      assert.equal(page.queue.view('abilities', 1).score, 2);
      await page.clock.until(() => page.queue.stats().pending === 0);
      assert.equal(page.queue.stats().state, 'idle');
      assert.equal(new Set(page.server.applied).size, page.server.applied.length);
      assert.deepEqual(scores(page), [[2, 2], [1, 1]].slice(0, clicks));
    });

    test(`${name}, ${how}: it is repeated until there is an answer, and counts once`, async () => {
      const page = pageWith(fault, { clicks });
      await page.clock.until(() => {
        assertAlive(page);
        return page.queue.stats().pending === 0;
      });
      const [first, second] = page.server.requests.map(({ body, headers }) => body.operations?.map(({ id }) => id) ?? headers.get('Idempotency-Key'));
      assert.deepEqual(first, second, 'the same operations under the same ids');
      assert.deepEqual(scores(page), [[1, 1], [1, 1]].slice(0, clicks));
      assert.equal(page.server.requests.length, 2);
    });
  }
}

test('what may have arrived cannot be given up', async () => {
  const page = pageWith('lost');
  await page.clock.until(() => page.queue.stats().state === 'waiting');
  await page.queue.discard(page.queue.operations()[0].id);
  await page.clock.until(() => page.queue.stats().pending === 0);
  assert.deepEqual(scores(page), [[1, 1]]);
});

test('an operation that got no answer is never changed by a later click', async () => {
  const page = pageWith('lost');
  await page.clock.advance(245);
  page.click(1);
  page.click(1, 'decrement');
  page.click(1);
  await page.clock.advance(60_000);
  assert.deepEqual(page.server.requests.map(({ body }) => body.by ?? body.operations?.map(({ data }) => data)), [undefined, [{}, {}]]);
  assert.deepEqual(scores(page), [[2, 2]]);
});

test('an operation without a result in the answer has no answer, the others have', async () => {
  const page = pageWith(async (handle) => {
    const response = handle();
    const body = await response.json();
    body.results = [...body.results.slice(1), { id: 'stranger', status: 200, success: true }, body.results[1]];
    return json(200, body);
  }, { clicks: 2 });
  await page.clock.until(() => page.typesOf().includes('wait'));
  assert.deepEqual(page.typesOf().sort(), ['acked', 'error', 'included', 'wait']);
  const [{ target, limbo }] = page.queue.operations();
  assert.deepEqual([target, limbo], [1, true]);
});

// --- what certainly did not run ---

const postponements = [
  ['429 with seconds', problem(429, { 'Retry-After': '7' }), 7000, 12_000],
  ['429 with a date', problem(429, { 'Retry-After': 'Thu, 01 Jan 2026 00:00:09 GMT', Date: 'Thu, 01 Jan 2026 00:00:02 GMT' }), 7000, 12_000],
  ['429 that says no more', problem(429), 0, 3000],
  ['429 that says now', problem(429, { 'Retry-After': '0' }), 0, 3000],
  ['503 with Retry-After', problem(503, { 'Retry-After': '2' }), 2000, 5000],
  ['409 with Retry-After', problem(409, { 'Retry-After': '2' }), 2000, 5000],
];
for (const [name, fault, least, most] of postponements) {
  for (const clicks of [1, 2]) {
    test(`${name}, ${clicks} at once: the queue waits and goes on by itself (R34)`, async () => {
      const page = pageWith(fault, { clicks });
      await page.clock.advance(245);
      const [{ until }] = page.events.filter(({ type }) => type === 'wait');
      assert.equal(page.queue.stats().state, 'waiting');
      assert.equal(page.queue.stats().until, until);
      assertAlive(page);
      await page.clock.until(() => page.queue.stats().pending === 0);
      const [first, second] = page.server.requests.map(({ at }) => at);
      assert.ok(second - first >= least && second - first <= most, `${second - first} ms`);
      assert.deepEqual(scores(page), [[1, 1], [1, 1]].slice(0, clicks));
      assert.equal(page.queue.stats().failed, 0);
    });
  }
}

test('a server that is over budget again and again is asked less and less often', async () => {
  const page = pageWith(problem(429, { 'Retry-After': '1' }));
  page.server.faults.push(...Array(7).fill(problem(429, { 'Retry-After': '1' })));
  await page.clock.until(() => page.queue.stats().pending === 0);
  assert.ok(page.clock.now() > 20_000, `${page.clock.now()} ms for 8 refusals`);
});

test('patience ends with the first answer', async () => {
  const page = pageWith(problem(429));
  page.server.faults.push(...Array(5).fill(problem(429)));
  await page.clock.until(() => page.queue.stats().pending === 0);
  page.server.faults.push(problem(429));
  page.click(1);
  const start = page.clock.now();
  await page.clock.until(() => page.queue.stats().pending === 0);
  assert.ok(page.clock.now() - start < 2000, `${page.clock.now() - start} ms`);
});

test('Retry-After is measured on the clock of the server, and bounded', () => {
  const after = (value, date) => retryAfter(new Headers({ 'Retry-After': value, ...(date && { Date: date }) }));
  assert.equal(after('3'), 3000);
  assert.equal(after('1.5'), 1500);
  assert.equal(after('999999'), 3_600_000);
  assert.equal(after('Thu, 01 Jan 2026 00:00:00 GMT', 'Thu, 01 Jan 2026 00:00:30 GMT'), 0);
  assert.equal(after('soon'), undefined);
  assert.equal(after('Thu, 01 Jan 2026 00:00:00 GMT'), undefined);
});

test('a login that has ended holds the queue; after resume() nothing is lost or doubled (R38)', async () => {
  const page = pageWith(undefined, { clicks: 2 });
  page.server.user = null;
  await page.clock.advance(60_000);
  assert.equal(page.queue.stats().state, 'held');
  assert.deepEqual(page.typesOf(), ['authrequired']);
  assert.equal(page.server.requests.length, 1);
  page.click(1);
  page.server.user = 'alice';
  page.queue.resume();
  await page.clock.advance(1000);
  assert.deepEqual(scores(page), [[2, 2], [1, 1]]);
});

test('a redirect to a login page is a login that has ended', async () => {
  for (const fault of [() => new Response(null, { status: 302, headers: { Location: '/login/' } }), () => ({ ...opaque })]) {
    const page = pageWith(fault);
    await page.clock.advance(1000);
    assert.equal(page.queue.stats().state, 'held');
  }
});
const opaque = { status: 0, type: 'opaqueredirect', redirected: false, headers: new Headers(), json: async () => undefined };

test('the CSRF token is read for each request; an old one is tried once more with the new one', async () => {
  const page = pageWith(undefined, { clicks: 2 });
  page.server.token = 'token-2';
  page.server.faults.unshift((handle) => {
    const response = handle();
    page.page.cookie = 'csrftoken=token-2'; // another tab logs in meanwhile
    return response;
  });
  await page.clock.advance(1000);
  assert.deepEqual(page.server.requests.map(({ status }) => status), [403, 200]);
  assert.deepEqual(scores(page), [[1, 1], [1, 1]]);
});

test('a CSRF token that stays wrong asks for a login instead of trying for ever', async () => {
  const page = pageWith(undefined);
  page.page.cookie = '';
  await page.clock.advance(60_000);
  assert.equal(page.server.requests.length, 2);
  assert.deepEqual([page.queue.stats().state, ...page.typesOf()], ['held', 'authrequired']);
});

// --- what was refused ---

const refusals = [
  [400, 'failed'], [403, 'failed'], [404, 'failed'], [405, 'failed'], [409, 'conflicted'], [410, 'failed'], [412, 'conflicted'],
  [413, 'failed'], [415, 'failed'], [422, 'failed'], [424, 'failed'], [428, 'failed'],
];
for (const [status, event] of refusals) {
  test(`a single operation refused with ${status} leaves the view and stays for its author`, async () => {
    const page = pageWith(problem(status, {}, { fields: { by: ['too much'] } }));
    await page.clock.advance(60_000);
    assert.deepEqual(page.typesOf(), [event, 'rollback']);
    assert.equal(page.server.requests.length, 1);
    assert.equal(page.queue.view('abilities', 1).score, 0);
    const [{ error }] = page.queue.operations();
    assert.deepEqual([error.status, error.detail, error.fields], [status, 'No.', { by: ['too much'] }]);
    assert.deepEqual([page.queue.stats().failed, page.queue.stats().pending, page.queue.stats().state], [1, 0, 'idle']);
  });
}

test('a refusal that is no problem document is not believed', async () => {
  const page = pageWith(html(404));
  await page.clock.advance(245);
  assert.deepEqual(page.typesOf().sort(), ['error', 'wait']);
  assert.equal(page.queue.stats().pending, 1);
});

test('a row that is gone already is deleted', async () => {
  for (const clicks of [1, 2]) {
    const page = openPage();
    for (let id = 1; id <= clicks; id++) {
      page.queue.setBase('abilities', id, { id, experience_points: 0 });
      page.queue.add({ resource: 'abilities', action: 'delete', target: id });
    }
    await page.clock.advance(1000);
    assert.deepEqual(page.typesOf(), Array(clicks).fill('acked'));
  }
});

test('a malformed operation is found and shown, and never keeps the others from the server (R39)', async () => {
  const page = openPage();
  for (let id = 1; id <= 20; id++) {
    page.put('abilities', id, { experience_points: 0 });
    page.queue.add({ resource: 'abilities', action: 'update', target: id, data: id === 13 ? { malformed: true } : { specialty: 'x' } });
  }
  await page.clock.until(() => page.queue.stats().pending === 0);
  assert.deepEqual(page.queue.operations().map(({ target }) => target), [13]);
  assert.equal([...page.server.tables.abilities.values()].filter(({ specialty }) => specialty === 'x').length, 19);
  assert.ok(page.server.requests.length <= 12, `${page.server.requests.length} requests`);
});

test('a batch that is too large is sent in smaller ones', async () => {
  const page = openPage({ server: { maxOperations: 6 } });
  for (let id = 1; id <= 40; id++) {
    page.put('abilities', id, { experience_points: 0 });
    page.click(id);
  }
  await page.clock.until(() => page.queue.stats().pending === 0);
  assert.ok([...page.server.tables.abilities.values()].every(({ score }) => score === 1));
  assert.equal(page.queue.stats().failed, 0);
});

test('without a batch endpoint everything arrives by single requests (R35)', async () => {
  const page = openPage({ server: { batches: false } });
  for (let id = 1; id <= 5; id++) {
    page.put('abilities', id, { experience_points: 0 });
    page.click(id);
  }
  await page.clock.until(() => page.queue.stats().pending === 0);
  assert.ok([...page.server.tables.abilities.values()].every(({ score }) => score === 1));
});

test('a group that is refused fails whole, and is not torn apart to find out why', async () => {
  const page = openPage();
  for (let id = 1; id <= 2; id++) {
    page.put('abilities', id, { name: 'x' });
    page.queue.add({ resource: 'abilities', action: 'update', target: id, data: id === 2 ? { malformed: true } : { a: 1 }, group: 'g' });
  }
  await page.clock.advance(1000);
  assert.equal(page.server.requests.length, 1);
  assert.equal(page.queue.stats().failed, 2);
});

// --- the requests ---

test('a lone operation goes to its single route, with its id and the derived state (R36)', async () => {
  const { queue, clock, server, put, events } = openPage({ include: ['sheet'] });
  put('abilities', 4, { experience_points: 5 });
  const sent = async (operation) => {
    const { id } = queue.add({ resource: 'abilities', ...operation });
    await clock.advance(2000);
    const { method, url, headers, body } = server.requests.at(-1);
    assert.equal(headers.get('Idempotency-Key'), id);
    assert.equal(headers.get('X-CSRFToken'), 'token-1');
    return [method, url, body];
  };
  assert.deepEqual(await sent({ action: 'increment', target: 4, data: { by: 2 } }), ['POST', '/api/abilities/4/increment/?include=sheet', { by: 2 }]);
  assert.deepEqual(await sent({ action: 'update', target: 4, data: { a: 1 } }), ['PATCH', '/api/abilities/4/?include=sheet', { a: 1 }]);
  assert.deepEqual(await sent({ action: 'create', data: { name: 'a' } }), ['POST', '/api/abilities/?include=sheet', { name: 'a' }]);
  assert.deepEqual(await sent({ action: 'delete', target: 4 }), ['DELETE', '/api/abilities/4/?include=sheet', undefined]);
  assert.equal(events.filter(({ type }) => type === 'included').length, 4);
  assert.equal(server.requests.at(-2).status, 201);
});

test('If-Match travels with a single operation, and a conflict shows the row as it is now (R17)', async () => {
  const { queue, clock, server, put, events } = openPage();
  put('abilities', 4, { specialty: 'hills' });
  Object.assign(server.row('abilities', 4), { specialty: 'coast', revision: 9 });
  queue.add({ resource: 'abilities', action: 'update', target: 4, data: { specialty: 'rivers' }, if_match: '"0"' });
  await clock.advance(1000);
  assert.equal(server.requests[0].headers.get('If-Match'), '"0"');
  assert.equal(events[0].type, 'conflicted');
  assert.equal(queue.view('abilities', 4).specialty, 'coast');
  await queue.retry();
  await clock.advance(1000);
  assert.equal(server.row('abilities', 4).specialty, 'rivers', 'to send again is to insist, on what was shown');
  assert.equal(server.requests[1].headers.get('If-Match'), '"9"');
});

test('addresses are built from encoded parts, or by the application', async () => {
  const odd = openPage();
  odd.queue.add({ resource: 'abilities', action: 'update', target: 'a/b?c', data: {} });
  await odd.clock.advance(1000);
  assert.equal(odd.server.requests[0].url, '/api/abilities/a%2Fb%3Fc/');
  const own = openPage({ route: ({ target }) => ({ method: 'PUT', url: `/v2/${target}` }), headers: () => ({ Authorization: 'Token 1' }) });
  own.queue.add({ resource: 'abilities', action: 'update', target: 4, data: {} });
  await own.clock.advance(1000);
  assert.deepEqual([own.server.requests[0].url, own.server.requests[0].headers.get('Authorization')], ['/v2/4', 'Token 1']);
});

test('what an operation depends on is named only where the server can find it', async () => {
  const { queue, clock, server, put } = openPage();
  for (const id of [1, 2, 3]) put('abilities', id, { experience_points: 0 });
  const add = (target, more) => queue.add({ resource: 'abilities', action: 'update', target, data: { a: 1 }, ...more });
  const first = add(1);
  await clock.advance(1000);
  const second = add(2, { depends_on: [first.id] });
  add(3, { depends_on: [first.id, second.id] });
  await clock.advance(1000);
  const { operations } = server.requests[1].body;
  assert.deepEqual(operations.map(({ depends_on }) => depends_on), [undefined, [second.id]]);
});

// --- fencing ---

test('of an attempt that another tab has taken over only a verdict counts', () => {
  const row = { seq: 1, id: 'a', resource: 'abilities', action: 'increment', target: 4, data: {}, state: 'inflight', attempts: 2 };
  const settled = (fates, attempts) => {
    const draft = new Draft({ rows: [row], ids: new Map(), meta: {} });
    settle(draft, [{ ...row, attempts }], { fates: new Map(fates) }, {}, false);
    return draft.find('a').state;
  };
  assert.equal(settled([], 1), 'inflight', 'no answer to the first attempt says nothing about the second');
  assert.equal(settled([['a', null]], 1), 'inflight', 'nor does it that the first did not run');
  assert.equal(settled([], 2), 'sealed');
  assert.equal(settled([['a', { state: 'acked', result: { status: 200 } }]], 1), 'acked');
});

test('what a page left on its way may have arrived', () => {
  const row = { seq: 1, id: 'a', resource: 'abilities', action: 'increment', target: 4, data: {}, state: 'inflight', attempts: 1, at: 0, sent: 0 };
  const draft = new Draft({ rows: [row], ids: new Map(), meta: { held: 'auth' } });
  assert.deepEqual(claim(draft, { rows: 50, bytes: 1e6, ttl: 1e9, wall: 1 }), []);
  assert.deepEqual([draft.find('a').state, draft.find('a').limbo], ['sealed', true]);
});
