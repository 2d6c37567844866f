import assert from 'node:assert/strict';
import test from 'node:test';
import { readOperation } from '../../batching/static/batching/operation.js';
import { nextRequest } from '../../batching/static/batching/planning.js';

const uuid = (n) => `01890000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const ROOM = { rows: 50, bytes: 1e6 };

/** A log of operations; each is [action, target, more], numbered from 1. */
const logOf = (...inputs) =>
  inputs.map(([action, target, { state = 'open', depends_on, ...more } = {}], index) => ({
    ...readOperation(
      { resource: 'abilities', action, target, depends_on: depends_on?.map(uuid), ...more },
      { id: uuid(index + 1), at: 0 },
    ),
    seq: index + 1,
    state,
  }));

const chosen = (rows, room = ROOM, ids = new Map()) => nextRequest(rows, room, ids).map((row) => row.seq);

test('operations travel in the order of the clicks', () => {
  assert.deepEqual(chosen(logOf(['update', 1], ['update', 2], ['update', 1])), [1, 2, 3]);
});

test('no more than fit travel', () => {
  assert.deepEqual(chosen(logOf(['update', 1], ['update', 2], ['update', 3]), { rows: 2, bytes: 1e6 }), [1, 2]);
  const wide = { data: { text: 'x'.repeat(1000) } };
  assert.deepEqual(chosen(logOf(['update', 1, wide], ['update', 2, wide]), { rows: 50, bytes: 1500 }), [1]);
  assert.deepEqual(chosen(logOf(['update', 1, wide]), { rows: 50, bytes: 100 }), [1], 'one that is too large goes alone');
});

test('the urgent goes first, with what it needs', () => {
  const rows = logOf(['update', 1], ['create', undefined, { lid: 'v1' }], ['update', { lid: 'v1' }, { priority: 5 }]);
  assert.deepEqual(chosen(rows, { rows: 2, bytes: 1e6 }), [2, 3]);
});

test('the urgent does not pass an older operation on the same row', () => {
  assert.deepEqual(chosen(logOf(['update', 2], ['update', 1], ['update', 1, { priority: 1 }])), [2, 3, 1]);
});

test('what is on its way holds back its row and its dependents, and nothing else', () => {
  const rows = logOf(['update', 1, { state: 'inflight' }], ['update', 1], ['update', 2, { depends_on: [1] }], ['update', 3]);
  assert.deepEqual(chosen(rows), [4]);
});

test('what was refused or given up holds back nothing', () => {
  assert.deepEqual(chosen(logOf(['update', 1, { state: 'failed' }], ['update', 1, { state: 'conflicted' }], ['update', 1])), [3]);
  assert.deepEqual(chosen(logOf(['update', 1, { state: 'unknown' }], ['update', 1])), [2]);
});

test('a row is the same row by its local id and by its key', () => {
  const rows = logOf(['update', 311, { state: 'inflight' }], ['update', { lid: 'v1' }]);
  assert.deepEqual(chosen(rows, ROOM, new Map([['v1', 311]])), []);
});

test('a group travels whole or not at all', () => {
  const rows = logOf(['update', 1], ['update', 2, { group: 'g' }], ['update', 3, { group: 'g' }], ['update', 4]);
  assert.deepEqual(chosen(rows, { rows: 2, bytes: 1e6 }), [1]);
  assert.deepEqual(chosen(rows, { rows: 3, bytes: 1e6 }), [1, 2, 3]);
  assert.deepEqual(chosen(rows.slice(1), { rows: 1, bytes: 1e6 }), [2, 3], 'a group larger than a request goes alone');
  const held = logOf(['update', 3, { state: 'inflight' }], ['update', 2, { group: 'g' }], ['update', 3, { group: 'g' }]);
  assert.deepEqual(chosen(held), []);
});

test('a thousand operations are planned fast enough to be nothing beside a request', () => {
  const rows = logOf(...Array.from({ length: 1000 }, (_, index) => ['create', undefined, { lid: `v${index}` }]));
  const start = performance.now();
  nextRequest(rows, ROOM, new Map());
  assert.ok(performance.now() - start < 200);
});
