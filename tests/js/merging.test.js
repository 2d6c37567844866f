import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import fc from 'fast-check';
import { mergeRules } from '../../static/characters/merging.js';
import { gain } from '../../static/characters/rules.js';
import { openPage } from './support/page.js';

/** What a page puts into the log for these gains, one after the other; nothing is sent. */
function logOf(gains) {
  const { queue, page } = openPage({ coalesce: mergeRules });
  page.setOnline(false);
  const added = gains.map((data) => queue.add({ resource: 'abilities', action: 'gain', target: 4, data }));
  return Promise.all(added.map(({ persisted }) => persisted)).then(() => queue.operations());
}

const amount = fc.nat(30);
const gains = fc.array(fc.oneof(fc.record({ amount }), fc.record({ amounts: fc.array(amount, { maxLength: 3 }) })), { minLength: 1, maxLength: 8 });

test('gains in play become one operation that counts as they do one by one (R31)', async () => {
  const count = (start, amounts, multiplier) => amounts.reduce((points, one) => gain(points, one, multiplier), start);
  await fc.assert(
    fc.asyncProperty(gains, fc.constantFrom(1, 1.25, 1.5, 2), async (told, multiplier) => {
      const rows = await logOf(told);
      assert.equal(rows.length, 1);
      const merged = rows.flatMap(({ data }) => data.amounts ?? [data.amount]);
      assert.equal(count(30, merged, multiplier), told.reduce((points, data) => count(points, data.amounts ?? [data.amount], multiplier), 30));
    }),
    { numRuns: 100 },
  );
});

test('no operation tells more gains than the server takes', async () => {
  const most = Number(/^MOST_GAINS = (\d+)/m.exec(readFileSync(new URL('../../characters/api/steps.py', import.meta.url), 'utf8'))[1]);
  const rows = await logOf(Array(most + 2).fill({ amount: 1 }));
  assert.deepEqual(rows.map(({ data }) => data.amounts.length), [most, 2]);
});

test('a gain does not merge with a click', async () => {
  const { queue, page } = openPage({ coalesce: mergeRules });
  page.setOnline(false);
  queue.add({ resource: 'abilities', action: 'increment', target: 4 });
  await queue.add({ resource: 'abilities', action: 'gain', target: 4, data: { amount: 5 } }).persisted;
  assert.deepEqual(queue.operations().map(({ action }) => action), ['increment', 'gain']);
});
