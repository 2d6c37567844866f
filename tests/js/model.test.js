/**
 * Whatever happens to the network, the server ends up with exactly what was clicked. A page and a server go through random
 * clicks, waits, lost answers, refusals and logins; after each step a queue that has work must be about to do it.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { assertAlive } from './support/liveness.js';
import { openPage } from './support/page.js';
import { json } from './support/server.js';

const busy = (status, wait) => () => json(status, { status, code: 'busy' }, wait === undefined ? {} : { 'Retry-After': wait });
const faults = ['cut', 'lost', 'hang', busy(429, '3'), busy(429), busy(503, '1'), busy(500), partial, () => new Response('<html>')];

/** An answer from which every second result is missing. */
async function partial(handle) {
  const response = handle();
  const body = await response.json();
  if (!body.results) return json(response.status, body);
  return json(response.status, { ...body, results: body.results.filter((_, index) => index % 2) });
}

const row = fc.integer({ min: 1, max: 4 });
const field = fc.constantFrom('strength', 'stamina');
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('step'), target: row, action: fc.constantFrom('increment', 'decrement') }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('field'), target: row, field, by: fc.constantFrom(1, -1) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('update'), target: row, text: fc.constantFrom('a', 'b', '') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('pair'), target: row, text: fc.constantFrom('c', '') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('create'), name: fc.constantFrom('v', '') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete') }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('wait'), ms: fc.constantFrom(10, 150, 300, 2500, 40_000) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('fault'), fault: fc.integer({ min: 0, max: faults.length - 1 }) }) },
  { weight: 1, arbitrary: fc.constantFrom({ kind: 'logout' }, { kind: 'offline' }, { kind: 'flush' }, { kind: 'read' }) },
);

async function run(steps) {
  const page = openPage();
  const { queue, clock, server } = page;
  for (let id = 1; id <= 4; id++) {
    page.put('abilities', id, { experience_points: 50, name: 'x' });
    page.put('characters', id, { strength: 0, stamina: 0 });
  }
  const outcomes = [];
  const created = [];
  const add = (input) => {
    const handle = queue.add(input);
    handle.result.then((outcome) => outcomes.push([input, outcome]));
    return handle;
  };
  for (const each of steps) {
    perform(each, page, add, created);
    if (each.kind === 'wait') await clock.advance(each.ms);
    await new Promise((resolve) => setImmediate(resolve));
    assertAlive(page);
  }
  server.faults = [];
  server.user = 'alice';
  page.page.setOnline(true);
  queue.resume();
  for (let round = 0; round < 30 && queue.stats().pending; round++) {
    await clock.advance(60_000);
    assertAlive(page);
  }
  return { page, outcomes };
}

function perform(each, { queue, server, page }, add, created) {
  const { kind, target } = each;
  const view = queue.view('abilities', target ?? 1);
  if (kind === 'step' && (each.action === 'increment' || view.score > 0)) add({ resource: 'abilities', action: each.action, target });
  if (kind === 'field') {
    const next = queue.view('characters', target)[each.field] + each.by;
    if (Math.abs(next) <= 3) add({ resource: 'characters', action: 'increment', target, data: { field: each.field, by: each.by } });
  }
  if (kind === 'update') add({ resource: 'abilities', action: 'update', target, data: { name: each.text } });
  if (kind === 'pair') {
    add({ resource: 'abilities', action: 'update', target, data: { note: each.text }, group: 'pair' });
    add({ resource: 'abilities', action: 'update', target: (target % 4) + 1, data: { name: each.text }, group: 'pair' });
  }
  if (kind === 'create') created.push(add({ resource: 'virtues', action: 'create', data: { name: each.name } }).target);
  if (kind === 'delete' && created.length) add({ resource: 'virtues', action: 'delete', target: created.pop() });
  if (kind === 'fault') server.faults.push(faults[each.fault]);
  if (kind === 'logout') server.user = null;
  if (kind === 'offline') page.setOnline(false);
  if (kind === 'flush') queue.flush();
  if (kind === 'read') for (const row of server.tables.abilities.values()) queue.setBase('abilities', row.id, { ...row });
}

test('every click counts once, whatever the network does', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { page, outcomes } = await run(steps);
      const { queue, server } = page;
      assert.deepEqual([queue.stats().pending, queue.stats().state], [0, 'idle']);
      assert.equal(new Set(server.applied).size, server.applied.length, 'no operation twice');
      for (const resource of ['abilities', 'characters']) {
        for (const [id, row] of server.tables[resource]) assert.deepEqual(queue.view(resource, id), row, 'the page shows the database');
      }
      assert.deepEqual(expected(outcomes), actual(server));
    }),
    { numRuns: 250 },
  );
});

/** Sums of what was acknowledged, and of what cancelled itself out. */
function expected(outcomes) {
  const sums = { strength: 0, stamina: 0, score: 0, virtues: 0 };
  for (const [{ resource, action, data }, { state }] of outcomes) {
    if (state !== 'acked' && state !== 'cancelled') continue;
    if (resource === 'virtues') sums.virtues += action === 'create' ? 1 : -1;
    else if (data?.field) sums[data.field] += data.by;
    else if (action !== 'update') sums.score += action === 'increment' ? 1 : -1;
  }
  return sums;
}

function actual({ tables }) {
  const sum = (resource, field, base = 0) => [...tables[resource].values()].reduce((total, row) => total + row[field] - base, 0);
  return {
    strength: sum('characters', 'strength'),
    stamina: sum('characters', 'stamina'),
    score: sum('abilities', 'score', 4),
    virtues: tables.virtues.size,
  };
}
