import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { becoming } from '../../static/site/becoming.js';

/** @param {string} name */
const read = (name) => JSON.parse(readFileSync(new URL(`../characters/cases/${name}.json`, import.meta.url), 'utf8'));

const plan = read('becoming_plan');

/** @param {Record<string, any>} was */
function listsOf({ type, house, virtues, abilities }) {
  const rows = {
    characters: [{ type, house }],
    virtues: virtues.map(([virtue, granted_by_house]) => ({ virtue, granted_by_house })),
    abilities: abilities.map(([ability, experience_points]) => ({ ability, instance: '', experience_points })),
  };
  return (resource) => rows[resource].map((data) => ({ target: data.virtue ?? data.ability ?? 99, data }));
}

/** @param {import('../../batching/static/batching/index.js').NewOperation} operation */
function told({ action, target, data = {} }) {
  if (action === 'update') return `update ${data.type} ${data.house}`;
  return `${action} ${action === 'delete' ? target : data.virtue ?? data.ability}`;
}

for (const { name, was, change, steps } of read('becoming')) {
  test(`${name}, as the server has it`, () => {
    const operations = becoming(99, listsOf(was), plan, change);
    assert.deepEqual(operations.map(told), steps);
    assert.ok(operations.every(({ group }) => group === operations[0].group), 'one gesture');
    assert.ok(operations.every(({ action, data }) => action !== 'create' || data.character === 99));
  });
}
