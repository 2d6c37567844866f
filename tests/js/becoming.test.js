import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { becoming } from '../../static/site/becoming.js';

/** @param {string} name */
const read = (name) => JSON.parse(readFileSync(new URL(`../characters/cases/${name}.json`, import.meta.url), 'utf8'));

const plan = read('becoming_plan');

/** @param {Record<string, any>} was */
function listsOf({ type, house, virtues, abilities, arts }) {
  const known = arts === 'all' ? plan.arts.map(({ art }) => [art, 0]) : arts;
  const rows = {
    characters: [{ type, house }],
    virtues: virtues.map(([virtue, granted_by_house]) => ({ virtue, granted_by_house })),
    abilities: abilities.map(([ability, experience_points]) => ({ ability, instance: '', experience_points })),
    arts: known.map(([art, experience_points]) => ({ art, experience_points })),
  };
  return (resource) => rows[resource].map((data) => ({ target: data.virtue ?? data.ability ?? data.art ?? 99, data }));
}

/** @param {import('../../batching/static/batching/index.js').NewOperation[]} operations */
function told(operations) {
  const isArt = ({ action, resource }) => action === 'create' && resource === 'arts';
  const steps = operations.filter((step) => !isArt(step)).map(({ action, target, data = {} }) => {
    if (action === 'update') return `update ${data.type} ${data.house}`;
    return `${action} ${action === 'delete' ? target : data.virtue ?? data.ability}`;
  });
  const arts = operations.filter(isArt).length;
  return arts ? [...steps, `create ${arts} Arts`] : steps;
}

for (const { name, was, change, steps } of read('becoming')) {
  test(`${name}, as the server has it`, () => {
    const operations = becoming(99, listsOf(was), plan, change);
    assert.deepEqual(told(operations), steps);
    assert.ok(operations.every(({ group }) => group === operations[0].group), 'one gesture');
    assert.ok(operations.every(({ action, data }) => action !== 'create' || data.character === 99));
  });
}
