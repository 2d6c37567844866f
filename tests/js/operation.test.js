import assert from 'node:assert/strict';
import test from 'node:test';
import { keyOf, lidsIn, readOperation, resolved, uuid7 } from '../../batching/static/batching/operation.js';

const ID = '01890000-0000-7000-8000-000000000001';
const read = (input) => readOperation(input, { id: ID, at: 5 });
const good = { resource: 'abilities', action: 'update', target: 4, data: { specialty: 'rivers' } };

const wrong = [
  ['operation.resource', { ...good, resource: '' }],
  ['operation.resource', {}],
  ['operation.action', { resource: 'abilities' }],
  ['operation.resource', { ...good, resource: 'a/b' }],
  ['operation.action', { ...good, action: 7 }],
  ['operation.id', { ...good, id: 'seven' }],
  ['operation.target', { ...good, target: undefined }],
  ['operation.target', { ...good, target: 1.5 }],
  ['operation.target', { ...good, target: 1e30 }],
  ['operation.target', { ...good, target: true }],
  ['operation.target', { ...good, target: { lid: 'v1', more: 1 } }],
  ['operation.target', { ...good, action: 'create' }],
  ['operation.lid', { ...good, lid: 'v1' }],
  ['operation.depends_on', { ...good, depends_on: ['v1'] }],
  ['operation.depends_on', { ...good, depends_on: ID }],
  ['operation.if_match', { ...good, if_match: 41 }],
  ['operation.group', { ...good, group: 'a b' }],
  ['operation.priority', { ...good, priority: NaN }],
  ['operation.data', { ...good, data: [1] }],
  ['operation.data: run', { ...good, data: { deep: { run() {} } } }],
  ['operation.data: by', { ...good, data: { by: Infinity } }],
  ['operation.data: big', { ...good, data: { big: 10n } }],
  ['operation.ifMatch', { ...good, ifMatch: '"41"' }],
  ['operation.constructor', { ...good, constructor: 1 }],
];

for (const [message, input] of wrong) {
  test(`a wrong operation is refused at once: ${message}`, () => {
    assert.throws(() => read(input), (error) => error instanceof TypeError && error.message.startsWith(message));
  });
}

test('what is no operation at all is refused', () => {
  for (const input of [null, undefined, 7, 'x', []]) assert.throws(() => read(input), TypeError);
});

test('a cycle in the data is refused', () => {
  const data = {};
  data.self = data;
  assert.throws(() => read({ ...good, data }), TypeError);
});

test('what was read shares nothing with what was given', () => {
  const input = structuredClone(good);
  const operation = read(input);
  input.data.specialty = 'hills';
  assert.deepEqual(operation.data, { specialty: 'rivers' });
});

test('dates travel as text and undefined members do not travel', () => {
  const data = { on: new Date(0), none: undefined };
  assert.deepEqual(read({ ...good, data }).data, { on: '1970-01-01T00:00:00.000Z' });
});

test('a create is known by its own id until it gets another name', () => {
  assert.equal(read({ resource: 'virtues', action: 'create' }).lid, ID);
  assert.equal(read({ resource: 'virtues', action: 'create', lid: 'v1' }).lid, 'v1');
});

test('a row has one key before and after its key is known', () => {
  assert.equal(keyOf('virtues', { lid: 'v1' }, new Map()), 'virtues lid v1');
  assert.equal(keyOf('virtues', { lid: 'v1' }, new Map([['v1', 311]])), keyOf('virtues', 311, new Map()));
  assert.equal(keyOf('virtues', 311, new Map()), keyOf('virtues', '311', new Map()));
});

test('a local id stands only as the target or as the whole value of a member', () => {
  const data = { a: { lid: 'v1' }, b: { lid: 'v1', more: 1 }, c: 'v1', d: { lid: 'v2' }, e: [{ lid: 'v3' }] };
  assert.deepEqual(lidsIn({ lid: 'v0' }, data), ['v0', 'v1', 'v2']);
  const ids = new Map([['v0', 7], ['v1', 311], ['v3', 9]]);
  const operation = resolved({ target: { lid: 'v0' }, data }, ids);
  assert.deepEqual(operation, { target: 7, data: { ...data, a: 311 } });
});

test('ids are UUIDs of version 7, in the order of time', () => {
  const ids = [0, 1, 255, 1_790_000_000_000].map((ms) => uuid7(ms, Math.random));
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.deepEqual([...ids].sort(), ids);
});
