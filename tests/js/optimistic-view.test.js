import assert from 'node:assert/strict';
import test from 'node:test';
import { replay, revisionOf } from '../../batching/static/batching/optimistic-view.js';
import { openPage } from './support/page.js';

const operation = (action, data) => ({ resource: 'abilities', action, data });

test('a view is the base with every operation replayed (R40)', () => {
  const operations = [operation('update', { a: 2 }), operation('increment', { field: 'n', by: 3 }), operation('decrement', { field: 'n' })];
  assert.deepEqual(replay({ a: 1, n: 0 }, operations, {}), { a: 2, n: 2 });
});

test('an unknown row stays unknown, a deleted one stays deleted', () => {
  assert.equal(replay(undefined, [operation('update', { a: 1 })], {}), undefined);
  assert.equal(replay({ a: 1 }, [operation('delete', {}), operation('update', { a: 1 })], {}), null);
});

test('the application reduces its own actions; what nobody reduces, or what cannot be, shows nothing', () => {
  const reducers = { abilities: { gain: (row, { amount }) => ({ ...row, xp: row.xp + amount }), burn: () => { throw new Error('no'); } } };
  const operations = [operation('gain', { amount: 5 }), operation('burn', {}), operation('guess', {})];
  assert.deepEqual(replay({ xp: 1 }, operations, reducers), { xp: 6 });
});

test('revisions are read from entity tags and numbers, and from nothing else', () => {
  assert.deepEqual(['"42"', 'W/"42"', '42', 42].map(revisionOf), [42, 42, 42, 42]);
  assert.deepEqual(['"a"', '', null, undefined, {}].map(revisionOf), Array(5).fill(NaN));
});

test('a stale read never lowers the base', () => {
  const { queue } = openPage();
  queue.setBase('abilities', 4, { id: 4, revision: 7, score: 5 });
  queue.setBase('abilities', 4, { id: 4, revision: 6, score: 4 });
  assert.equal(queue.view('abilities', 4).score, 5);
  queue.setBase('abilities', 4, { id: 4, revision: 7, score: 5, effective_score: 7 });
  assert.equal(queue.view('abilities', 4).effective_score, 7, 'derived numbers change without the row');
});

test('a stale read does not bring a deleted row back', async () => {
  const { queue, put, clock } = openPage();
  put('abilities', 4, { experience_points: 5 });
  queue.add({ resource: 'abilities', action: 'delete', target: 4 });
  await clock.advance(1000);
  queue.setBase('abilities', 4, { id: 4, revision: 0, experience_points: 5 });
  assert.equal(queue.view('abilities', 4), null);
});

test('changes from elsewhere merge in under what is pending', () => {
  const { queue, click, put } = openPage();
  put('abilities', 4, { experience_points: 30 });
  click(4);
  queue.setBase('abilities', 4, { id: 4, revision: 9, experience_points: 75, score: 5, specialty: 'rivers' });
  assert.deepEqual(queue.view('abilities', 4), { id: 4, revision: 9, experience_points: 105, score: 6, specialty: 'rivers' });
});

test('a base read while an operation is on its way waits for the verdict, and is shown once', async () => {
  const { queue, click, put, clock, server } = openPage();
  put('abilities', 4, { experience_points: 0 });
  const seen = [];
  queue.subscribe('abilities', 4, (row) => seen.push(row.score));
  click(4);
  await clock.advance(225); // the server has applied it, the answer is on its way
  assert.equal(server.row('abilities', 4).score, 1);
  queue.setBase('abilities', 4, { ...server.row('abilities', 4) });
  assert.equal(queue.view('abilities', 4).score, 1);
  await clock.advance(500);
  assert.deepEqual(seen.filter((score) => score !== 1), []);
  assert.equal(queue.view('abilities', 4).score, 1);
});

test('an early base that is newer than the verdict wins in the end', async () => {
  const { queue, click, put, clock } = openPage();
  put('abilities', 4, { experience_points: 0 });
  click(4);
  await clock.advance(210);
  queue.setBase('abilities', 4, { id: 4, revision: 50, experience_points: 75, score: 5 });
  queue.setBase('abilities', 4, { id: 4, revision: 49, experience_points: 50, score: 4 });
  await clock.advance(500);
  assert.equal(queue.view('abilities', 4).score, 5);
});

test('an acknowledged operation without data stays until the base shows it', async () => {
  const { queue, click, put, clock, server } = openPage();
  put('abilities', 4, { experience_points: 0 });
  put('abilities', 5, { experience_points: 0 });
  server.faults.push(async (handle) => {
    const response = handle();
    const body = await response.json();
    for (const result of body.results) delete result.data;
    return new Response(JSON.stringify(body), response);
  });
  click(4);
  click(5);
  await clock.advance(1000);
  assert.equal(queue.stats().state, 'idle');
  assert.equal(queue.view('abilities', 4).score, 1);
  queue.setBase('abilities', 4, { id: 4, revision: 0, experience_points: 0, score: 0 });
  assert.equal(queue.view('abilities', 4).score, 1, 'a read from before it does not hide it');
  queue.setBase('abilities', 4, { ...server.row('abilities', 4) });
  assert.equal(queue.view('abilities', 4).score, 1, 'a read that contains it does not show it twice');
});

test('views cannot be changed from outside', () => {
  const { queue, put } = openPage();
  put('abilities', 4, { experience_points: 0 });
  assert.throws(() => (queue.view('abilities', 4).score = 9), TypeError);
});

test('a list shows rows with pending changes, new rows, and no deleted ones', async () => {
  const { queue, put, clock } = openPage();
  put('virtues', 1, { name: 'Puissant Art' });
  put('virtues', 2, { name: 'Affinity' });
  const { target } = queue.add({ resource: 'virtues', action: 'create', data: { name: 'Keen Vision' } });
  queue.add({ resource: 'virtues', action: 'delete', target: 1 });
  queue.add({ resource: 'virtues', action: 'update', target: 2, data: { notes: 'x' } });
  const names = () => queue.list('virtues').map(({ data }) => data.name).sort();
  assert.deepEqual(names(), ['Affinity', 'Keen Vision']);
  assert.deepEqual(queue.list('virtues').at(-1).target, target);
  await clock.advance(1000);
  assert.deepEqual(names(), ['Affinity', 'Keen Vision']);
  assert.equal(typeof queue.list('virtues').at(-1).target, 'number');
  assert.equal(queue.view('virtues', target).name, 'Keen Vision', 'the local id still names the row');
});
