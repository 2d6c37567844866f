import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import {
  abilityCost, artCost, characteristicCost, increment, incrementCharacteristic, ImpossibleScore, MAX_EXPERIENCE,
  remainderOf, scoreOf, stepCost, withExperience,
} from '../../static/characters/rules.js';

const cases = JSON.parse(readFileSync(new URL('../characters/cases/increments.json', import.meta.url), 'utf8'));

/** @param {() => number} move */
function result(move) {
  try {
    return move();
  } catch (error) {
    assert.ok(error instanceof ImpossibleScore);
    return 'refused';
  }
}

test('clicks one by one come to what the cases say', () => {
  for (const { kind, start, clicks, result: expected } of cases) {
    const walked = result(() => clicks.reduce((experience, by) => increment(kind, experience, by), start));
    assert.equal(walked, expected, JSON.stringify({ kind, start, clicks }));
  }
});

test('merged clicks come to the same as one by one', () => {
  for (const { kind, start, by, low, result: expected } of cases) {
    assert.equal(result(() => increment(kind, start, by, low)), expected, JSON.stringify({ kind, start, by, low }));
  }
});

test('the cases hold refusals, and clicks that lose a remainder', () => {
  assert.ok(cases.some((/** @type {any} */ one) => one.result === 'refused'));
  const lost = cases.filter((/** @type {any} */ one) => one.result !== increment(one.kind, one.start, 0)
    && one.by === 0 && one.result !== 'refused');
  assert.ok(lost.length > 0);
});

test('scores are monotone and reached exactly at their price', () => {
  for (const kind of /** @type {const} */ (['ability', 'art'])) {
    const price = kind === 'ability' ? abilityCost : artCost;
    for (let score = 1; score <= 200; score++) {
      assert.equal(scoreOf(kind, price(score)), score);
      assert.equal(scoreOf(kind, price(score) - 1), score - 1);
      assert.equal(price(score) - price(score - 1), stepCost(kind, score));
    }
  }
});

test('the printed table of advancement', () => {
  assert.deepEqual([1, 5, 10, 20].map(abilityCost), [5, 75, 275, 1050]);
  assert.deepEqual([1, 5, 10, 20].map(artCost), [1, 15, 55, 210]);
});

test('a click without numbers is one step up', () => {
  assert.equal(increment('ability', 0), 5);
});

test('a score cannot fall below zero or rise without bound', () => {
  assert.throws(() => increment('ability', 4, -1), { code: 'below_zero' });
  assert.throws(() => increment('art', MAX_EXPERIENCE, 1), { code: 'too_much_experience' });
});

test('a row follows from its experience', () => {
  const row = withExperience('ability', { id: 7, experience_points: 0, bonus: 2 }, 80);
  assert.deepEqual(row, {
    id: 7, experience_points: 80, bonus: 2, score: 5, remainder: 5, effective_score: 7, next_cost: 30,
  });
  assert.equal(remainderOf('ability', 80), 5);
});

test('a row without a bonus is used at its score', () => {
  assert.equal(withExperience('art', { experience_points: 15 }).effective_score, 5);
});

test('characteristics cost 6 at three and stay within three', () => {
  assert.deepEqual([-3, -2, -1, 0, 1, 2, 3].map(characteristicCost), [-6, -3, -1, 0, 1, 3, 6]);
  assert.equal(incrementCharacteristic(2), 3);
  assert.throws(() => incrementCharacteristic(3), { code: 'out_of_range' });
  assert.throws(() => incrementCharacteristic(-3, -1), { code: 'out_of_range' });
});
