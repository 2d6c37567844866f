import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import fc from 'fast-check';
import { coalesce, findMerge } from '../../batching/static/batching/coalesce.js';
import { readOperation } from '../../batching/static/batching/operation.js';
import { Draft } from '../../batching/static/batching/operation-log.js';
import { increment } from '../../static/characters/rules.js';
import { moved } from './support/experience.js';

let last = 0;
const operation = (input) => {
  const id = `01890000-0000-7000-8000-${String(++last).padStart(12, '0')}`;
  return readOperation({ resource: 'abilities', ...(input.action === 'create' ? {} : { target: 4 }), ...input }, { id, at: 0 });
};
const op = (action, data, more) => operation({ action, data, ...more });
const plus = (by) => op('increment', { by });
const minus = (by) => op('decrement', { by });

/** A log that holds these operations, merged as the queue merges them. */
function logOf(operations, rules = {}) {
  const draft = new Draft({ rows: [], ids: new Map(), meta: { lastSeq: 0, notBefore: 0 } });
  for (const each of operations) {
    if (each === 'seal') seal(draft);
    else place(draft, each, rules);
  }
  return draft.rows;
}

function place(draft, each, rules) {
  const merge = findMerge(draft.rows, each, rules, draft.ids);
  if (!merge) draft.append(each);
  else if (merge.merged) draft.change(merge.into, merge.merged);
  else draft.remove(merge.into);
}

function seal(draft) {
  for (const row of draft.rows) draft.change(row, { state: 'inflight' });
}

const brief = (rows) => rows.map(({ action, data }) => [action, data]);

// --- single rules (R31) ---

const cases = [
  ['increments add up', [plus(1), plus(1), plus(3)], [['increment', { by: 5 }]]],
  ['up and down again is nothing', [plus(1), minus(1)], []],
  ['down and up again costs the experience beyond', [minus(1), plus(1)], [['increment', { by: 0, low: -1 }]]],
  ['the lowest point is kept', [plus(1), minus(3), plus(4)], [['increment', { by: 2, low: -2 }]]],
  ['an increment without data is one level', [op('increment'), op('increment')], [['increment', { by: 2 }]]],
  [
    'an increment to a final state is kept as it is',
    [plus(1), op('increment', { score: 3, experience_points: 30 })],
    [['increment', { by: 1 }], ['increment', { score: 3, experience_points: 30 }]],
  ],
  ['a wrong step is left to the server', [plus(1), plus('1')], [['increment', { by: 1 }], ['increment', { by: '1' }]]],
  ['updates keep the last value of each field', [op('update', { a: 1, b: 1 }), op('update', { b: 2 })], [['update', { a: 1, b: 2 }]]],
  ['a delete takes the update before it', [op('update', { a: 1 }), op('delete')], [['delete', {}]]],
  ['a delete takes the increments before it', [plus(2), op('delete')], [['delete', {}]]],
  ['two deletes are one', [op('delete'), op('delete')], [['delete', {}]]],
  ['an update and an increment stay in order', [op('update', { a: 1 }), plus(1)], [['update', { a: 1 }], ['increment', { by: 1 }]]],
  ['what follows a delete is left to the server', [op('delete'), plus(1)], [['delete', {}], ['increment', { by: 1 }]]],
  ['an unknown action is kept', [op('gain', { amount: 1 }), op('gain', { amount: 1 })], [['gain', { amount: 1 }], ['gain', { amount: 1 }]]],
  ['a delete keeps an unknown action', [op('gain', { amount: 1 }), op('delete')], [['gain', { amount: 1 }], ['delete', {}]]],
];
for (const [name, operations, expected] of cases) {
  test(name, () => assert.deepEqual(brief(logOf(operations)), expected));
}

test('increments of different fields stay apart and find their own', () => {
  const step = (field, by) => operation({ resource: 'characters', action: 'increment', data: { field, by } });
  const rows = logOf([step('strength', 1), step('stamina', 1), step('strength', 1), step('stamina', -1)]);
  assert.deepEqual(brief(rows), [['increment', { field: 'strength', by: 2 }]]);
});

test('of fields that exclude each other the later replaces the earlier, where the queue is told so', () => {
  const merged = (a, b, exclusive) => coalesce(op('update', a), op('update', b), exclusive).data;
  const told = [['score', 'experience_points']];
  assert.deepEqual(merged({ experience_points: 30, name: 'a' }, { score: 5 }, told), { name: 'a', score: 5 });
  assert.deepEqual(merged({ score: 5 }, { experience_points: 30 }, told), { experience_points: 30 });
  assert.deepEqual(merged({ score: 5, experience_points: 75 }, { score: 6, experience_points: 105 }, told), { score: 6, experience_points: 105 });
  assert.deepEqual(merged({ score: 5 }, { name: 'b' }, told), { score: 5, name: 'b' });
  assert.deepEqual(merged({ experience_points: 30 }, { score: 5 }), { experience_points: 30, score: 5 });
});

test('an increment of a field passes an update of other fields', () => {
  const strength = op('increment', { field: 'strength', by: 1 });
  const again = op('increment', { field: 'strength', by: 1 });
  const rows = logOf([strength, op('update', { notes: 'x' }), again, op('update', { notes: 'y' })]);
  assert.deepEqual(brief(rows), [['increment', { field: 'strength', by: 2 }], ['update', { notes: 'y' }]]);
});

test('an increment of a field does not pass an update of it', () => {
  const step = () => op('increment', { field: 'strength', by: 1 });
  assert.equal(logOf([step(), op('update', { strength: 0 }), step()]).length, 3);
});

test('create takes updates and cancels with delete', () => {
  const create = () => op('create', { name: 'a', count: 1 }, { lid: 'v1' });
  const target = { lid: 'v1' };
  const update = op('update', { name: 'b' }, { target });
  const count = op('increment', { field: 'count', by: 2 }, { target });
  assert.deepEqual(brief(logOf([create(), update, count])), [['create', { name: 'b', count: 3 }]]);
  assert.deepEqual(brief(logOf([create(), op('delete', {}, { target })])), []);
});

test('create and delete are both kept when something else needs the row', () => {
  const target = { lid: 'v1' };
  const other = operation({ resource: 'notes', action: 'create', data: { about: target } });
  const rows = logOf([op('create', { name: 'a' }, { lid: 'v1' }), other, op('delete', {}, { target })]);
  assert.deepEqual(rows.map((row) => row.action), ['create', 'create', 'delete']);
});

test('the merged operation keeps the id, the place and every dependency', () => {
  const first = op('update', { a: 1 });
  const [x, y] = [op('update', {}, { target: 8 }), op('update', {}, { target: 9 })];
  const second = op('update', { b: 1 }, { depends_on: [x.id], priority: 3 });
  const rows = logOf([x, y, first, second]);
  assert.equal(rows.length, 3);
  assert.equal(rows[2].id, first.id);
  assert.deepEqual([rows[2].depends_on, rows[2].priority], [[x.id], 3]);
});

test('an operation never moves before what it depends on', () => {
  const other = op('update', {}, { target: 9 });
  assert.equal(logOf([plus(1), other, op('increment', { by: 1 }, { depends_on: [other.id] })]).length, 3);
});

test('an operation does not move before what was to see the row as it was', () => {
  const first = plus(1);
  const witness = op('update', { a: 1 }, { target: 9, depends_on: [first.id] });
  assert.equal(logOf([first, witness, plus(1)]).length, 3);
});

test('only operations that succeed or fail alike merge', () => {
  assert.equal(logOf([op('update', { a: 1 }), op('update', { b: 1 }, { group: 'g' })]).length, 2);
  assert.equal(logOf([op('update', { a: 1 }), op('update', { b: 1 }, { if_match: '"4"' })]).length, 2);
  assert.equal(logOf([op('update', { a: 1 }, { if_match: '"4"' }), op('update', { b: 1 }, { if_match: '"4"' })]).length, 1);
  assert.equal(logOf([op('increment', { by: 1 }, { if_match: '"4"' }), op('increment', { by: 1 }, { if_match: '"4"' })]).length, 2);
});

test('what was sent is never touched again', () => {
  const rows = logOf([plus(1), 'seal', minus(1), plus(2), 'seal', plus(1)]);
  assert.deepEqual(brief(rows), [['increment', { by: 1 }], ['increment', { by: 1, low: -1 }], ['increment', { by: 1 }]]);
});

test('the application decides about its own actions, and may say never', () => {
  const sum = (a, b) => (a.action === 'gain' ? { ...a, data: { amount: a.data.amount + b.data.amount } } : undefined);
  const gains = () => [op('gain', { amount: 2 }), op('gain', { amount: 3 })];
  assert.deepEqual(brief(logOf(gains(), { abilities: { gain: sum } })), [['gain', { amount: 5 }]]);
  assert.equal(logOf([plus(1), plus(1)], { abilities: { increment: false } }).length, 2);
  const standard = (a, b, rule) => rule(a, b);
  assert.equal(logOf([plus(1), plus(1)], { abilities: { increment: standard } }).length, 1);
  assert.equal(coalesce(plus(1), op('gain')), undefined);
});

// --- the algebra (R14, R31): the merged operations leave the rows that the originals leave ---

const experience = fc.integer({ min: 0, max: 400 });
const step = fc.record({ by: fc.integer({ min: -4, max: 4 }).filter((by) => by !== 0), as: fc.constantFrom('increment', 'decrement') });

test('merged increments give the same experience as the originals one by one', () => {
  fc.assert(
    fc.property(fc.constantFrom('abilities', 'arts'), experience, fc.array(step, { maxLength: 12 }), (resource, start, steps) => {
      let one = start;
      const accepted = [];
      for (const { by, as } of steps) {
        const next = moved(resource, one, { by });
        if (next === undefined) continue; // the page does not offer it
        one = next;
        accepted.push(operation({ resource, action: as, data: { by: as === 'increment' ? by : -by } }));
      }
      const rows = logOf(accepted);
      assert.ok(rows.length <= 1);
      const merged = rows.reduce((row, { action, data }) => moved(resource, row, signed(action, data)), start);
      assert.equal(merged, one);
    }),
    { numRuns: 3000 },
  );
});

const signed = (action, data) => (action === 'increment' ? data : { by: -data.by });

test('clicks merge to the steps of the cases that the server is tested on', () => {
  const cases = JSON.parse(readFileSync(new URL('../characters/cases/increments.json', import.meta.url), 'utf8'));
  for (const { kind, start, clicks, by, low, result } of cases) {
    const [{ data } = { data: { by: 0 } }] = logOf(clicks.map(plus));
    assert.deepEqual([data.by, data.low ?? Math.min(0, data.by)], [by, low], JSON.stringify(clicks));
    if (result !== 'refused') assert.equal(increment(kind, start, data.by, data.low), result);
  }
  assert.ok(cases.length > 100);
});

test('plain sums would not: the lowest point matters', () => {
  const [down, up] = [moved('abilities', 29, { by: -1 }), moved('abilities', moved('abilities', 29, { by: -1 }), { by: 1 })];
  assert.notEqual(up, 29);
  assert.equal(moved('abilities', 29, { by: 0, low: -1 }), up);
  assert.ok(down < up);
});

/** Rows by key after operations, as a server applies them one by one. What is impossible does not happen. */
function outcome(operations) {
  const rows = new Map([[4, { xp: 40, a: 0, n: 1 }], [5, { xp: 7, a: 0, n: 1 }]]);
  for (const { action, target, lid, data } of operations) {
    const key = target?.lid ?? target ?? lid;
    const row = rows.get(key);
    if (action === 'create') rows.set(key, { xp: 0, n: 0, ...data });
    else if (!row) continue;
    else if (action === 'delete') rows.delete(key);
    else if (action === 'update') Object.assign(row, data);
    else if (data.field) row[data.field] += signed(action, data).by;
    else row.xp = moved('abilities', row.xp, signed(action, data)) ?? NaN;
  }
  return Object.fromEntries(rows);
}

const target = fc.constantFrom(4, 5, { lid: 'v1' });
const click = fc.oneof(
  { weight: 5, arbitrary: fc.record({ action: fc.constantFrom('increment', 'decrement'), target, data: fc.constantFrom({}, { by: 1 }, { by: 2 }) }) },
  { weight: 3, arbitrary: fc.record({ action: fc.constant('increment'), target, data: fc.record({ field: fc.constantFrom('n', 'm'), by: fc.constantFrom(1, -1) }) }) },
  { weight: 3, arbitrary: fc.record({ action: fc.constant('update'), target, data: fc.constantFrom({ a: 1 }, { a: 2, n: 5 }, { b: 3, m: 0 }) }) },
  { weight: 1, arbitrary: fc.record({ action: fc.constant('delete'), target }) },
  { weight: 1, arbitrary: fc.constant({ action: 'create', lid: 'v1', data: { a: 9, n: 2 } }) },
  { weight: 2, arbitrary: fc.constant('seal') },
);

/** The clicks that a page would offer: on rows that are there, to scores that exist. */
function offered(clicks) {
  const accepted = [];
  let created = false;
  for (const each of clicks) {
    if (each === 'seal') {
      accepted.push(each);
      continue;
    }
    if (each.action === 'create' && created) continue;
    const next = operation(each);
    const sofar = accepted.filter((one) => one !== 'seal');
    const before = outcome(sofar);
    const row = before[each.target?.lid ?? each.target];
    if (each.action !== 'create' && !row) continue;
    if (each.data?.field === 'm' && row.m === undefined) continue;
    const after = outcome([...sofar, next]);
    if (Object.values(after).some(({ xp }) => Number.isNaN(xp))) continue;
    created ||= each.action === 'create';
    accepted.push(next);
  }
  return accepted;
}

test('merged operations of all kinds leave the same rows, however they interleave with sending', () => {
  fc.assert(
    fc.property(fc.array(click, { maxLength: 14 }), (clicks) => {
      const accepted = offered(clicks);
      const originals = accepted.filter((each) => each !== 'seal');
      assert.deepEqual(outcome(logOf(accepted)), outcome(originals));
    }),
    { numRuns: 3000 },
  );
});
