import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import {
  abilityCost, artCost, casterOf, castingTotals, characteristicCost, encumbrance, gain, increment,
  incrementCharacteristic, ImpossibleScore, MAX_EXPERIENCE, remainderOf, scoreOf, spellTotal, stepCost, withExperience,
} from '../../static/characters/rules.js';

/** @param {string} name */
const read = (name) => JSON.parse(readFileSync(new URL(`../characters/cases/${name}.json`, import.meta.url), 'utf8'));

const cases = read('increments');
const magi = read('castings');

/** @typedef {Record<string, any>} Case */

/**
 * The Arts of a case in use, by id.
 *
 * @param {Case} magus
 * @returns {Map<string, number>}
 */
const artsOf = ({ arts, puissant }) => new Map(Object.entries(arts).map(
  ([art, score]) => [art, score + (puissant.includes(art) ? 3 : 0)],
));

/**
 * @param {Case} magus
 * @returns {import('../../static/characters/rules.js').Caster}
 */
const caster = (magus) => ({
  arts: artsOf(magus),
  deficient: new Set(magus.deficient),
  body: magus.stamina - magus.encumbrance,
  learning: magus.artes_liberales + magus.philosophiae,
  laboratory: magus.intelligence + magus.magic_theory,
});

/** The 50 pairs, in the order of the cases. */
const pairs = ['creo', 'intellego', 'muto', 'perdo', 'rego'].flatMap((technique) => [
  'animal', 'aquam', 'auram', 'corpus', 'herbam', 'ignem', 'imaginem', 'mentem', 'terram', 'vim',
].map((form) => [`art.${technique}`, `art.${form}`]));

/**
 * As much of the API's sheet of a case as the rules read.
 *
 * @param {Case} magus
 */
function sheet(magus) {
  const { arts, deficient, body, learning, laboratory } = caster(magus);
  return {
    arts: [...arts].map(([art, effective_score]) => ({ art, effective_score })),
    castings: {
      shared: {
        casting: [{ value: body - 1 }, { value: 1 }], ritual: [{ value: learning }], lab: [{ value: laboratory }],
      },
      pairs: pairs.map(([technique, form]) => (
        { technique, form, divisor: (deficient.has(technique) ? 2 : 1) * (deficient.has(form) ? 2 : 1) }
      )),
    },
  };
}

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

test('a gain is multiplied and rounded up once', () => {
  assert.equal(gain(10, 5), 15);
  assert.equal(gain(gain(0, 5, 1.5), 5, 1.5), 16);
  assert.equal(gain(0, 10, 1.5), 15);
  assert.equal(gain(0, 3, 1.25), 4);
  assert.throws(() => gain(0, -1), { code: 'below_zero' });
  assert.throws(() => gain(MAX_EXPERIENCE, 1), { code: 'too_much_experience' });
});

test('strength carries a load, weakness makes it no heavier', () => {
  assert.deepEqual([[0, 0], [3, 0], [3, 1], [3, 3], [9, -2], [10, 0]].map(([load, strength]) => encumbrance(load, strength)), [
    0, 2, 1, 0, 3, 4,
  ]);
});

test('the totals of all pairs are those of the cases', () => {
  for (const magus of magi) {
    const totals = pairs.map(([technique, form]) => Object.values(castingTotals(caster(magus), technique, form)));
    assert.deepEqual(totals, magus.pairs);
  }
});

test('the totals of spells are those of the cases', () => {
  for (const magus of magi) {
    for (const spell of magus.spells) {
      assert.equal(spellTotal(caster(magus), spell), spell.casting, JSON.stringify(spell));
    }
  }
});

test('a spell without requisites, focus or mastery needs none of them said', () => {
  const [magus] = magi;
  const [technique, form] = pairs[7];
  assert.equal(spellTotal(caster(magus), { technique, form }), castingTotals(caster(magus), technique, form).formulaic);
});

test('a sheet tells who casts', () => {
  for (const magus of magi) assert.deepEqual(casterOf(sheet(magus)), caster(magus));
});

test('nobody casts on a sheet without Arts', () => {
  assert.equal(casterOf({ arts: [], castings: { shared: { casting: [], ritual: [], lab: [] }, pairs: [] } }), null);
});

test('the cases hold deficiencies, requisites, focus and mastery', () => {
  const spells = magi.flatMap((/** @type {Case} */ { spells: known }) => known);
  assert.ok(magi.some((/** @type {Case} */ { deficient }) => deficient.length === 2));
  assert.ok(spells.some((/** @type {Case} */ spell) => spell.technique_requisites.length && spell.focus));
  assert.ok(spells.some((/** @type {Case} */ spell) => spell.ritual && spell.mastery));
});
