/** The sheet's modules as far as they need no browser. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { Faults } from '../../static/site/faults.js';
import { Painter } from '../../static/site/painter.js';
import { reducers } from '../../static/site/reducers.js';
import { derive } from '../../static/site/derived.js';
import { fill, kindOf } from '../../static/site/offers.js';
import { formatsIn } from '../../static/site/formats.js';
import { Magic } from '../../static/site/magic.js';
import { nextPoint, stepsOf } from '../../static/site/steps.js';
import { statusWords, Words } from '../../static/site/words.js';

const { abilities, arts, characters, traits } = reducers;

test('a click moves score, experience and next price together', () => {
  const row = abilities.increment({ experience_points: 78, bonus: 2 }, { by: 1 });
  assert.deepEqual(row, { experience_points: 108, bonus: 2, score: 6, remainder: 3, effective_score: 8, next_cost: 35 });
  assert.equal(arts.increment({ experience_points: 3 }, { by: 1 }).experience_points, 6);
});

test('merged clicks pass their lowest point, which costs what lies beyond it', () => {
  const row = { experience_points: 29 }; // 2 (14)
  assert.equal(abilities.increment(row, { by: 0, low: -1 }).experience_points, 24);
});

test('edited experience brings its score along, an edited specialty changes nothing else', () => {
  const row = { experience_points: 15, score: 2, specialty: '' };
  assert.equal(abilities.update(row, { experience_points: 32 }).score, 3);
  assert.equal(abilities.update(row, { specialty: 'rivers' }).score, 2);
});

test('a typed score stands for exactly its price', () => {
  assert.deepEqual(pick(abilities.update({ experience_points: 29, score: 2 }, { score: 4 })), [50, 4, 0]);
  assert.deepEqual(pick(abilities.create({}, { score: 3 })), [30, 3, 0]);
  assert.deepEqual(pick(abilities.create({}, {})), [0, 0, 0]);
});

const pick = ({ experience_points, score, remainder }) => [experience_points, score, remainder];

test('a trait has nothing to pay', () => {
  assert.deepEqual(traits.increment(traits.create({}, { name: 'Brave' }), { by: -2 }), { name: 'Brave', score: -2 });
});

test('a characteristic moves alone', () => {
  assert.deepEqual(characters.increment({ strength: 1, stamina: 2 }, { field: 'strength', by: -2 }), { strength: -1, stamina: 2 });
  assert.throws(() => characters.increment({ strength: 3 }, { field: 'strength', by: 1 }), RangeError);
});

const POINTS = { virtues: [], flaws: [], virtue_points: { spent: 0, limit: 10 }, flaw_points: { spent: 0, limit: 10 } };

test('sums follow the rows that are shown, the rest is the server\'s', () => {
  const rows = {
    abilities: [{ data: { experience_points: 75 } }, { data: { experience_points: 5 } }],
    arts: [{ data: { experience_points: 6 } }],
    spells: [],
    characters: [{ data: { strength: 3, stamina: -2 } }],
    virtues: [
      ...[['minor'], ['major', true], ['free']].map(([size, gift]) => ({ data: { kind: 'virtue', size, granted_by_house: gift } })),
      { data: { kind: 'flaw', size: 'major' } },
    ],
  };
  const sheet = {
    characteristics: [{ name: 'strength' }, { name: 'stamina' }],
    characteristic_points: { spent: 0, available: 7 },
    experience: { abilities: 0, arts: 0, total: 0, paid: 54 },
    ...POINTS,
    castings: { pairs: [] },
  };
  const derived = derive(sheet, (resource) => rows[resource]);
  assert.deepEqual(derived.experience, { abilities: 80, arts: 6, total: 86, paid: 54 });
  assert.deepEqual(derived.characteristic_points, { spent: 3, available: 7, left: 4 });
  assert.deepEqual([derived.virtue_points, derived.flaw_points, derived.balance], [{ spent: 1, limit: 10 }, { spent: 3, limit: 10 }, 2]);
});

test('a characteristic that was clicked brings along what Virtues add to it', () => {
  const total = { value: 5, parts: [{ name: 'Bought', value: 3 }, { name: 'Great Strength', value: 2 }] };
  const castings = { pairs: [] };
  const sheet = { characteristics: [{ name: 'strength', value: 3, total }], characteristic_points: {}, experience: {}, castings, ...POINTS };
  const rows = { abilities: [], arts: [], spells: [], virtues: [], characters: [{ data: { strength: 1 } }] };
  const [line] = derive(sheet, (resource) => rows[resource]).characteristics;
  assert.deepEqual([line.total.value, line.total.parts.map(({ value }) => value)], [3, [1, 2]]);
});

test('the next point tells its price and what is there for it already', () => {
  assert.deepEqual(nextPoint('abilities', { score: 4, experience_points: 57 }), { score: 4, next: 5, cost: 25, hand: 7 });
  assert.deepEqual(nextPoint('arts', { score: 4, experience_points: 12 }), { score: 4, next: 5, cost: 5, hand: 2 });
  assert.equal(nextPoint('traits', { score: 3 }), undefined);
});

test('numbers stop where the rules stop', () => {
  const strength = stepsOf('characters', 'strength', { lowest: '-3', highest: '3' });
  assert.deepEqual([strength.allows({ strength: 3 }, 1), strength.allows({ strength: 3 }, -6), strength.set(2)], [false, true, { strength: 2 }]);
  const ability = stepsOf('abilities', undefined, {});
  assert.deepEqual([ability.allows({ experience_points: 4 }, -1), ability.allows({ experience_points: 5 }, -1)], [false, true]);
});

test('a magus of two Arts casts better as soon as one rises', () => {
  const magic = new Magic();
  const pair = { technique: 'art.creo', form: 'art.ignem', divisor: 1 };
  const arts = [{ art: 'art.creo', effective_score: 5 }, { art: 'art.ignem', effective_score: 3 }];
  magic.learn({ arts, castings: { shared: { casting: [{ name: 'Sta', value: 2 }], ritual: [], lab: [] }, pairs: [pair] } });
  const casting = { value: 12, parts: [{ name: 'Cr', value: 5 }, { name: 'Ig', value: 3 }, { name: 'Sta', value: 2 }, { name: 'Odd', value: 2 }] };
  const spell = { technique: 'art.creo', form: 'art.ignem', casting, penetration: { value: 2, parts: [{ name: 'Casting Total', value: 12 }] } };
  assert.equal(magic.spell(spell), spell);
  magic.study([{ data: { art: 'art.creo', effective_score: 7 } }, { data: arts[1] }]);
  assert.equal(magic.pair('art.creo', 'art.ignem').formulaic, 12);
  const now = magic.spell(spell);
  assert.deepEqual([now.casting.value, now.casting.parts.map(({ value }) => value), now.penetration.value], [14, [7, 3, 2, 2], 4]);
  assert.equal(now.penetration.parts[0].value, 14);
});

test('figures are printed as the book prints them', () => {
  const formats = formatsIn(new Words({ size_minor: 'Minor', size_house: 'House', kind_armor: 'Armour', coverage_full: 'full', left_behind: 'left behind', ritual: 'ritual' }));
  assert.deepEqual([2, 0, -1, null].map(formats.signed), ['+2', '0', '\u22121', '\u2013']);
  assert.equal(formats.size('minor', { granted_by_house: true }), 'House');
  assert.equal(formats.kind('armor', { coverage: 'full', carried: false }), 'Armour, full, left behind');
  const spell = { technique: 'art.creo', form: 'art.auram', requisites: { technique: ['art.rego'], form: [] }, range: 'Voice', target: 'Group', ritual: true };
  assert.deepEqual([formats.arts('', spell), formats.design('', spell)], ['CrAu (Re)', 'Voice, Group, ritual']);
});

test('an entry of the catalogue becomes a row with its printed name', () => {
  const words = new Words({ size_minor: 'Minor', size_major: 'Major', size: 'Size', which_form: 'Form', level: 'Level' });
  const lore = { id: 'ability.area-lore', name: '(Area) Lore', category: 'General', template: '{area} Lore' };
  const [provence] = ["$& $1 $'"].map((word) => ({ word, value: { text: word } }));
  assert.equal(kindOf('abilities', '', undefined, words).data(lore, [provence]).ability_name, "$& $1 $' Lore");
  const virtues = kindOf('virtues', '', 'flaw', words);
  const driven = { id: 'flaw.driven', name: 'Driven', kind: 'flaw', category: 'Personality', sizes: ['minor', 'major'], template: '', parameters: [{ kind: 'text', label: 'goal', required: false }] };
  assert.deepEqual(virtues.questions(driven).map(({ kind }) => kind), ['text', 'size']);
  const taken = virtues.data(driven, [{ word: '', value: null }, { word: 'major', value: null }]);
  assert.deepEqual([taken.virtue_name, taken.size, taken.parameters], ['Driven', 'major', []]);
  const boost = { id: 'spell.boost', name: "Wizard's Boost (Form)", technique: 'art.muto', form: 'art.vim', level: null, template: true };
  const boosted = kindOf('spells', '', undefined, words).data(boost, [{ word: 'Ignem', value: { art: 'art.ignem' } }, { word: '15', value: null }]);
  assert.deepEqual([boosted.name, boosted.parameter, boosted.level], ["Wizard's Boost Ignem", 'art.ignem', 15]);
  assert.equal(fill('Puissant {ability} in {place}', ['Brawl']), 'Puissant Brawl in (Place)');
});

test('what is marked is painted once, in the next frame, and what painting marks in the one after', () => {
  const frames = [];
  const painter = new Painter((callback) => frames.push(callback));
  const painted = [];
  const second = { paint: () => painted.push('second') };
  const first = { paint: () => (painted.push('first'), painter.mark(second)) };
  painter.mark(first);
  painter.mark(first);
  assert.deepEqual([painted, frames.length], [[], 1]);
  frames.shift()();
  assert.deepEqual([painted, frames.length], [['first'], 1]);
  frames.shift()();
  assert.deepEqual(painted, ['first', 'second']);
});

test('texts have places and two numbers', () => {
  const words = new Words({ raise: 'Raise {name}', waiting: ['{count} change waits', '{count} changes wait'] });
  assert.equal(words.say('raise', { name: '{count} Lore' }), 'Raise {count} Lore');
  assert.equal(words.say('waiting', { count: 1 }), '1 change waits');
  assert.equal(words.say('waiting', { count: 2 }), '2 changes wait');
});

test('a field that differs is told with its unit, an empty one as empty', () => {
  const words = new Words({ differs: '{what} was {theirs} elsewhere, {ours} here', field: '{value}', field_specialty: '“{value}”', empty: 'empty' });
  assert.equal(words.difference('Charm', { name: 'specialty', theirs: 'nobles', ours: '' }), 'Charm was “nobles” elsewhere, empty here');
  assert.equal(words.difference('Charm', { name: 'age', theirs: 5, ours: 0 }), 'Charm was 5 elsewhere, 0 here');
});

test('the words of <sync-status> are all there, with their numbers', () => {
  const names = ['saved', 'saving', 'waiting', 'offline', 'attention', 'held', 'held_by_other', 'volatile', 'progress', 'network'];
  names.push('validation', 'conflicts', 'refusals', 'refused', 'unknown', 'differs', 'list', 'login', 'retry', 'discard', 'retry_all', 'discard_all');
  const texts = Object.fromEntries(names.map((name) => [name, [`${name} {count} {done} {total}`, `${name}s {count} {done} {total}`]]));
  const words = statusWords(new Words({ ...texts, progress: '{done} of {total}' }));
  assert.equal(words.attention({ failed: 1 }), 'attention 1 undefined undefined');
  assert.equal(words.user({ pending: 2 }), 'held_by_others 2 undefined undefined');
  assert.equal(words.progress(3, 9), '3 of 9');
  assert.equal(words.refused(4), 'refusalss 4 undefined undefined');
});

/** Faults of the laboratory around a server that answers everything with 200. */
function laboratory() {
  const sent = [];
  globalThis.window = new EventTarget();
  globalThis.fetch = async (url) => (sent.push(url), new Response('{}', { status: 200 }));
  const faults = new Faults('/api/batch/');
  const { fetch, navigator } = faults.environment;
  return { faults, sent, navigator, ask: (url) => fetch(url, {}) };
}

test('the laboratory lets through what it does not stop, and a lost answer has reached the server', async () => {
  const { faults, sent, ask } = laboratory();
  assert.equal((await ask('/api/batch/')).status, 200);
  faults.set('lost', true);
  await assert.rejects(ask('/api/batch/'), TypeError);
  assert.equal(sent.length, 2);
  faults.set('throttled', true);
  const refused = await ask('/api/batch/');
  assert.deepEqual([refused.status, refused.headers.get('Retry-After'), sent.length], [429, '3', 2]);
});

test('the laboratory can be without its batches only, or without a network', async () => {
  const { faults, ask, navigator } = laboratory();
  faults.set('batchless', true);
  assert.equal((await ask('/api/batch/')).status, 404);
  assert.equal((await ask('/api/abilities/4/increment/')).status, 200);
  const heard = [];
  for (const type of ['online', 'offline']) window.addEventListener(type, () => heard.push(type));
  faults.set('offline', true);
  await assert.rejects(ask('/api/abilities/4/increment/'), TypeError);
  assert.equal(navigator.onLine, false);
  faults.set('offline', false);
  assert.deepEqual(heard, ['offline', 'online']);
});
