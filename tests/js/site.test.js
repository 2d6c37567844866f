/** The sheet's modules as far as they need no browser. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { Faults } from '../../static/site/faults.js';
import { Painter } from '../../static/site/painter.js';
import { reducersFor } from '../../static/site/reducers.js';
import { derive } from '../../static/site/totals.js';
import { statusWords, Words } from '../../static/site/words.js';

const catalogue = new Map([
  ['ability.area-lore', { name: '(Area) Lore', category: 'General', template: '{area} Lore' }],
  ['ability.brawl', { name: 'Brawl', category: 'General', template: undefined }],
]);
const { abilities, arts, characters } = reducersFor(catalogue);

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

test('a new ability has the printed name of its instance', () => {
  const lore = abilities.create({}, { ability: 'ability.area-lore', instance: 'Provence', specialty: '' });
  assert.deepEqual([lore.ability_name, lore.category, lore.score, lore.next_cost], ['Provence Lore', 'General', 0, 5]);
  assert.equal(abilities.create({}, { ability: 'ability.brawl', instance: '' }).ability_name, 'Brawl');
});

test('dollar signs in an instance are text', () => {
  const lore = abilities.create({}, { ability: 'ability.area-lore', instance: "$& $1 $'" });
  assert.equal(lore.ability_name, "$& $1 $' Lore");
});

test('an ability that the catalogue does not know still has a name', () => {
  assert.equal(abilities.create({}, { ability: 'ability.new', instance: '' }).ability_name, 'ability.new');
});

test('a characteristic moves alone', () => {
  assert.deepEqual(characters.increment({ strength: 1, stamina: 2 }, { field: 'strength', by: -2 }), { strength: -1, stamina: 2 });
  assert.throws(() => characters.increment({ strength: 3 }, { field: 'strength', by: 1 }), RangeError);
});

test('sums follow the rows that are shown, the rest is the server\'s', () => {
  const rows = {
    abilities: [{ data: { experience_points: 75 } }, { data: { experience_points: 5 } }],
    arts: [{ data: { experience_points: 6 } }],
    characters: [{ data: { strength: 3, stamina: -2 } }],
  };
  const sheet = {
    characteristics: [{ name: 'strength' }, { name: 'stamina' }],
    characteristic_points: { spent: 0, available: 7 },
    experience: { abilities: 0, arts: 0, total: 0, paid: 54 },
  };
  const derived = derive(sheet, (resource) => rows[resource]);
  assert.deepEqual(derived.experience, { abilities: 80, arts: 6, total: 86, paid: 54 });
  assert.deepEqual(derived.characteristic_points, { spent: 3, available: 7 });
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
