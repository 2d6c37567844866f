/** Undo and redo: what was done on the page goes back and forth exactly, and never over what came from elsewhere. */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { COLUMNS, pick } from '../../static/site/columns.js';
import { History } from '../../static/site/history.js';
import { reducers } from './support/experience.js';
import { openPage } from './support/page.js';
import './support/served.js';

const { RecordingQueue } = await import('../../static/site/recording.js');

class Recorded extends RecordingQueue {
  constructor(options) {
    super(options, (edit) => this.history?.record(edit));
  }
}

/** A page with two Abilities and a character. */
function openSheet({ online = true } = {}) {
  const opened = openPage({ Queue: Recorded });
  const { queue, clock, page, put, server } = opened;
  page.setOnline(online);
  const history = new History(queue, reducers, clock.now);
  queue.history = history;
  put('abilities', 1, { experience_points: 29, specialty: 'rivers' });
  put('abilities', 2, { experience_points: 5, specialty: '' });
  put('characters', 9, { strength: 0, notes: '' });
  const refused = [];
  history.addEventListener('refused', ({ detail }) => refused.push(detail));
  const add = (resource, action, target, data) => queue.add({ resource, action, ...(target !== undefined && { target }), data });
  const points = (target = 1) => queue.view('abilities', target)?.experience_points;
  const elsewhere = (resource, id, data) => {
    server.revision++;
    Object.assign(server.row(resource, id), data, { revision: server.revision });
    queue.setBase(resource, id, { ...server.row(resource, id) });
  };
  const saved = () => clock.until(() => !queue.stats().pending);
  return { ...opened, history, refused, add, points, elsewhere, saved };
}

const up = { by: 1 };

test('clicks in a row are one step, and clicks after a pause another', async () => {
  const { add, clock, history, points } = openSheet();
  for (let click = 0; click < 3; click++) {
    add('abilities', 'increment', 1, up);
    await clock.advance(400);
  }
  await clock.advance(1500);
  add('abilities', 'increment', 1, up);
  assert.equal(points(), 29 + 15 + 20 + 25 + 30);
  history.undo();
  assert.equal(points(), 29 + 15 + 20 + 25);
  history.undo();
  assert.deepEqual([points(), history.next.undo], [29, undefined]);
  history.redo();
  assert.deepEqual([points(), history.next.redo.changes[0].moved.by], [89, 1]);
});

test('a click that was not sent is taken back without a word to the server', async () => {
  const { add, clock, history, points, queue, server } = openSheet();
  add('abilities', 'increment', 1, up);
  history.undo();
  await clock.advance(10_000);
  assert.deepEqual([points(), queue.stats().pending, server.requests.length], [29, 0, 0]);
});

test('a step down costs experience that a step up does not bring back: undo does', async () => {
  const { add, history, points, saved, server } = openSheet();
  add('abilities', 'increment', 1, { by: -1 });
  assert.equal(points(), 14);
  await saved();
  history.undo();
  assert.equal(points(), 29);
  await saved();
  assert.deepEqual([server.row('abilities', 1).experience_points, points()], [29, 29]);
  history.redo();
  await saved();
  assert.equal(server.row('abilities', 1).experience_points, 14);
});

test('a new edit clears what could be done again', async () => {
  const { add, history } = openSheet();
  add('abilities', 'increment', 1, up);
  history.undo();
  assert.ok(history.next.redo);
  add('abilities', 'increment', 2, up);
  assert.deepEqual([history.next.redo, history.next.undo.changes[0].target], [undefined, 2]);
});

test('what leaves a row as it was is no step', () => {
  const { add, history } = openSheet();
  add('abilities', 'update', 1, { specialty: 'rivers' });
  assert.equal(history.next.undo, undefined);
  add('abilities', 'increment', 1, up);
  add('abilities', 'increment', 1, { by: -1 });
  assert.equal(history.next.undo, undefined);
});

test('operations of one group are one step', async () => {
  const { queue, history, saved, server } = openSheet();
  for (const target of [1, 2]) queue.add({ resource: 'abilities', action: 'update', target, data: { specialty: 'x' }, group: 'both' });
  await saved();
  history.undo();
  await saved();
  assert.deepEqual([1, 2].map((id) => server.row('abilities', id).specialty), ['rivers', '']);
  assert.equal(history.next.undo, undefined);
});

for (const online of [true, false]) {
  test(`a deleted row comes back as a new one, and earlier steps follow it, ${online ? 'online' : 'offline'}`, async () => {
    const { add, clock, history, queue, saved, server, page } = openSheet({ online });
    const pause = () => (online ? saved() : clock.advance(1100));
    add('abilities', 'update', 1, { specialty: 'lakes' });
    await pause();
    await clock.advance(1100);
    add('abilities', 'increment', 1, up);
    await pause();
    add('abilities', 'delete', 1);
    await pause();
    assert.equal(queue.list('abilities').length, 1);
    for (let step = 0; step < 3; step++) {
      history.undo();
      await pause();
    }
    const rows = () => queue.list('abilities').map(({ data }) => [data.specialty, data.experience_points]).sort();
    assert.deepEqual(rows(), [['', 5], ['rivers', 29]]);
    for (let step = 0; step < 2; step++) {
      history.redo();
      await pause();
    }
    assert.deepEqual(rows(), [['', 5], ['lakes', 44]]);
    page.setOnline(true);
    await saved();
    assert.deepEqual([...server.tables.abilities.values()].map((row) => [row.specialty, row.experience_points]).sort(), [['', 5], ['lakes', 44]]);
    history.redo();
    await saved();
    assert.deepEqual([...server.tables.abilities.keys()], [2]);
  });
}

test('undo of a new row deletes it, and redo makes it again', async () => {
  const { add, history, queue, saved, server } = openSheet();
  add('abilities', 'create', undefined, { ability: 'ability.brawl', experience_points: 5 });
  await saved();
  history.undo();
  await saved();
  assert.equal(server.tables.abilities.size, 2);
  history.redo();
  add('abilities', 'increment', queue.list('abilities').at(-1).target, up);
  await saved();
  assert.deepEqual([...server.tables.abilities.values()].at(-1).experience_points, 15);
});

test('what was changed elsewhere is not undone, and that is said', async () => {
  const { add, elsewhere, history, points, queue, refused, saved } = openSheet();
  add('abilities', 'update', 1, { experience_points: 50 });
  await saved();
  elsewhere('abilities', 1, { experience_points: 75 });
  history.undo();
  assert.deepEqual([points(), queue.stats().pending, refused.length, history.next.undo], [75, 0, 1, undefined]);
  add('abilities', 'create', undefined, { ability: 'ability.brawl', experience_points: 5 });
  await saved();
  elsewhere('abilities', 1000, { specialty: 'fists' });
  history.undo();
  assert.deepEqual([queue.stats().pending, refused.length], [0, 2]);
});

test('another column that was changed elsewhere is no obstacle', async () => {
  const { add, elsewhere, history, refused, saved, server } = openSheet();
  add('abilities', 'update', 1, { specialty: 'lakes' });
  await saved();
  elsewhere('abilities', 1, { experience_points: 75 });
  history.undo();
  await saved();
  assert.deepEqual([server.row('abilities', 1).specialty, server.row('abilities', 1).experience_points, refused], ['rivers', 75, []]);
});

test('what changes elsewhere while the undo is on its way stays, and that is said', async () => {
  const { add, history, points, queue, refused, saved, server, clock } = openSheet();
  add('abilities', 'update', 1, { experience_points: 50 });
  await saved();
  server.revision++;
  Object.assign(server.row('abilities', 1), { experience_points: 75, revision: server.revision });
  history.undo();
  assert.equal(points(), 29);
  await saved();
  await clock.advance(100);
  const { pending, failed } = queue.stats();
  assert.deepEqual([points(), pending, failed, refused.length], [75, 0, 0, 1]);
});

test('an undo that follows a change on its way asks for the revision that this change brings', async () => {
  const { add, clock, history, queue, refused, saved, server } = openSheet();
  server.latency = 2000;
  add('abilities', 'update', 1, { specialty: 'lakes' });
  await clock.until(() => queue.stats().inflight === 1);
  for (const direction of ['undo', 'redo', 'undo']) history[direction]();
  await saved();
  await clock.advance(100);
  await saved();
  assert.deepEqual([server.row('abilities', 1).specialty, refused, queue.stats().failed], ['rivers', [], 0]);
});

test('a change that the server refused is no step any more', async () => {
  const { add, clock, history, saved } = openSheet();
  add('abilities', 'update', 1, { name: '' });
  add('characters', 'increment', 9, { field: 'strength', by: 7 });
  await saved();
  await clock.advance(10);
  assert.equal(history.next.undo, undefined);
});

// --- whatever was done ---

const index = fc.nat(3);
const edit = fc.oneof(
  fc.record({ kind: fc.constant('step'), index, by: fc.constantFrom(1, 1, -1) }),
  fc.record({ kind: fc.constant('text'), index, text: fc.constantFrom('a', 'b', '') }),
  fc.record({ kind: fc.constant('points'), index, points: fc.constantFrom(0, 17, 30) }),
  fc.record({ kind: fc.constant('strength'), by: fc.constantFrom(1, -1) }),
  fc.record({ kind: fc.constant('create'), points: fc.constantFrom(0, 12) }),
  fc.record({ kind: fc.constant('delete'), index }),
);
const pause = fc.constantFrom(0, 300, 1200, 5000);

function perform({ kind, index: at, by, text, points }, { queue, add }) {
  const rows = queue.list('abilities');
  const { target, data } = rows[at % rows.length] ?? {};
  if (kind === 'create') return add('abilities', 'create', undefined, { ability: `ability.${rows.length}`, experience_points: points, specialty: 'new' });
  if (kind === 'strength') return Math.abs(queue.view('characters', 9).strength + by) <= 3 && add('characters', 'increment', 9, { field: 'strength', by });
  if (!target) return undefined;
  if (kind === 'step') return (by > 0 || data.experience_points >= 5) && add('abilities', 'increment', target, { by });
  if (kind === 'delete') return add('abilities', 'delete', target);
  return add('abilities', 'update', target, kind === 'text' ? { specialty: text } : { experience_points: points });
}

const shown = (rows, resource) => rows.map((row) => JSON.stringify(pick(row, COLUMNS[resource]))).sort();
const stateOf = ({ queue }) => ['abilities', 'characters'].map((resource) => shown(queue.list(resource).map(({ data }) => data), resource));
const storedIn = ({ server }) => ['abilities', 'characters'].map((resource) => shown([...server.tables[resource].values()], resource));

for (const online of [true, false]) {
  test(`any edits and as many undos give the first state, and redos the last, ${online ? 'online' : 'offline'}`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(edit, pause), { maxLength: 12 }), fc.array(pause, { minLength: 1, maxLength: 8 }), async (edits, pauses) => {
        const sheet = openSheet({ online });
        const { clock, history, queue, refused, saved } = sheet;
        await clock.advance(10);
        const first = stateOf(sheet);
        for (const [each, ms] of edits) {
          perform(each, sheet);
          await clock.advance(ms);
        }
        const last = stateOf(sheet);
        for (const [direction, end] of [['undo', first], ['redo', last], ['undo', first]]) {
          for (let turn = 0; history.next[direction]; turn++) {
            history[direction]();
            await clock.advance(online ? 5000 : pauses[turn % pauses.length]);
          }
          assert.deepEqual(stateOf(sheet), end, direction);
        }
        sheet.page.setOnline(true);
        await saved();
        assert.deepEqual([storedIn(sheet), refused, queue.stats().failed], [first, [], 0]);
      }),
      { numRuns: 150 },
    );
  });
}

// --- edits that meet others ---

const { Reconciling } = await import('../../static/site/reconciling.js');

/** A page whose edits of values carry the revision that was seen. */
function openReconciling() {
  const sheet = openSheet();
  const stored = new Map();
  const storage = { getItem: (name) => stored.get(name) ?? null, setItem: (name, text) => stored.set(name, text), removeItem: (name) => stored.delete(name) };
  const reconciling = new Reconciling(sheet.queue, storage);
  sheet.queue.history = reconciling; // which records as well
  const edit = (data) => sheet.queue.add({ resource: 'abilities', action: 'update', target: 1, data, if_match: '"0"' });
  const unseen = (data) => {
    sheet.server.revision++;
    Object.assign(sheet.server.row('abilities', 1), data, { revision: sheet.server.revision });
  };
  const done = async () => {
    for (let turn = 0; turn < 3; turn++) {
      await sheet.saved();
      await sheet.clock.advance(100);
    }
  };
  return { ...sheet, edit, unseen, done, stored, reconciling };
}

test('an edit goes on where another column was changed elsewhere', async () => {
  const { edit, unseen, done, server, queue, stored } = openReconciling();
  edit({ specialty: 'lakes' });
  unseen({ experience_points: 75 });
  await done();
  const { specialty, experience_points: points } = server.row('abilities', 1);
  assert.deepEqual([specialty, points, queue.stats().failed, stored.size], ['lakes', 75, 0, 0]);
});

test('an edit that says the same as the change elsewhere needs nobody to decide', async () => {
  const { edit, unseen, done, server, queue } = openReconciling();
  edit({ specialty: 'lakes' });
  unseen({ specialty: 'lakes' });
  await done();
  assert.deepEqual([server.row('abilities', 1).specialty, queue.stats().failed, server.applied.length], ['lakes', 0, 0]);
});

test('an edit that says something else is a question, as it is where nobody knows what was seen', async () => {
  for (const forget of [false, true]) {
    const { edit, unseen, done, server, queue, stored } = openReconciling();
    edit({ specialty: 'lakes' });
    if (forget) stored.clear();
    unseen(forget ? { experience_points: 75 } : { specialty: 'hills' });
    await done();
    assert.deepEqual([server.row('abilities', 1).specialty, queue.stats().failed], [forget ? 'rivers' : 'hills', 1]);
  }
});

test('an edit that asks for no revision replaces what came from elsewhere, and that is told once', async () => {
  const { add, clock, page, queue, reconciling, server, unseen } = openReconciling();
  const rowOf = ({ resource, target }) => server.row(resource, target);
  page.setOnline(false);
  add('abilities', 'increment', 1, up);
  add('abilities', 'update', 1, { specialty: 'lakes' });
  await clock.advance(100);
  assert.deepEqual(reconciling.replaced(rowOf), []);
  unseen({ specialty: 'hills' });
  const told = reconciling.replaced(rowOf).map(({ name, theirs, ours }) => [name, theirs, ours]);
  assert.deepEqual([told, reconciling.replaced(rowOf)], [[['specialty', 'hills', 'lakes']], []]);
  assert.equal(queue.view('abilities', 1).specialty, 'lakes');
});
