import assert from 'node:assert/strict';
import test from 'node:test';
import { IDBFactory } from 'fake-indexeddb';
import { StoredLog } from '../../batching/static/batching/operation-log.js';
import { FakeClock } from './support/clock.js';

const NAME = 'batching /api/batch/ alice';

function openLog(indexedDB, clock = new FakeClock()) {
  const said = [];
  const env = { indexedDB, setTimeout: clock.setTimeout, clearTimeout: clock.clearTimeout };
  const log = new StoredLog(NAME, env, (cause) => said.push(String(cause)), () => said.push('changed'));
  const rows = async () => (await log.transact((draft) => draft.rows.map(({ id }) => id)))[0];
  return { log, said, rows, clock, add: (id, more) => log.transact((draft) => void draft.append({ id, state: 'open', ...more })) };
}

/** The database as something else sees it. */
function raw(indexedDB, version, upgrade) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, version);
    request.onupgradeneeded = () => upgrade?.(request.result, request.transaction);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

test('what one page stored, the next one finds, in the order of the clicks', async () => {
  const indexedDB = new IDBFactory();
  const { add, log } = openLog(indexedDB);
  for (const id of ['b', 'a', 'c']) await add(id);
  await log.transact((draft) => draft.resolve('v1', 311));
  const [{ ids, meta }, { rows }] = await openLog(indexedDB).log.transact((draft) => ({ ids: [...draft.ids], meta: draft.meta }));
  assert.deepEqual([rows.map(({ id }) => id), ids, meta.lastSeq], [['b', 'a', 'c'], [['v1', 311]], 3]);
});

test('two pages change one log: each sees what the other did, and seq orders both', async () => {
  const indexedDB = new IDBFactory();
  const [one, two] = [openLog(indexedDB), openLog(indexedDB)];
  await Promise.all([one.add('a'), two.add('b'), one.add('c'), two.add('d')]);
  const [rows, { rows: stored }] = await one.log.transact((draft) => draft.rows);
  assert.deepEqual(rows.map(({ seq }) => seq), [1, 2, 3, 4]);
  assert.deepEqual(new Set(stored.map(({ id }) => id)), new Set(['a', 'b', 'c', 'd']));
  await two.log.transact((draft) => draft.remove(draft.find('a')));
  assert.ok(!(await one.rows()).includes('a'));
});

test('a transaction that throws leaves everything as it was', async () => {
  const { log, add, rows, said } = openLog(new IDBFactory());
  await add('a');
  const work = (draft) => {
    draft.append({ id: 'b' });
    draft.remove(draft.find('a'));
    throw new Error('no');
  };
  await assert.rejects(log.transact(work), /no/);
  assert.deepEqual(await rows(), ['a']);
  assert.deepEqual(said, ['changed']);
});

test('a look at the log changes nothing and tells nobody', async () => {
  const { rows, add, said } = openLog(new IDBFactory());
  await add('a');
  await rows();
  await rows();
  assert.deepEqual(said, ['changed']);
});

test('a connection that the browser has closed is opened again', async () => {
  const { log, add, rows } = openLog(new IDBFactory());
  await add('a');
  await log.close();
  await add('b');
  assert.deepEqual(await rows(), ['a', 'b']);
  assert.equal(log.durable, true);
});

const blocked = [
  ['there is no storage', undefined, /TypeError/],
  ['storage is forbidden', { open: () => { throw new DOMException('denied', 'SecurityError'); } }, /denied/],
  ['the database never opens', { open: () => ({}) }, /does not open/],
];
for (const [name, indexedDB, reason] of blocked) {
  test(`where ${name} the log lives in memory, and says so once`, async () => {
    const { add, rows, said, clock, log } = openLog(indexedDB);
    const added = add('a');
    await clock.advance(3000);
    await added;
    await add('b');
    assert.deepEqual([await rows(), log.durable, said.length], [['a', 'b'], false, 1]);
    assert.match(said[0], reason);
    assert.equal(clock.timers, 0);
  });
}

test('a later page adds to the database, and what waits in it stays', async () => {
  const indexedDB = new IDBFactory();
  const { add, rows } = openLog(indexedDB);
  await add('a');
  const later = await raw(indexedDB, 7, (database, transaction) => {
    database.createObjectStore('pictures', { keyPath: 'id' });
    transaction.objectStore('rows').put({ seq: 50, id: 'of a later form', state: 'open', form: 2 });
  });
  assert.deepEqual(later.version, 7, 'the page before let it in');
  await add('c');
  assert.deepEqual(await rows(), ['a', 'c'], 'what it does not understand it leaves alone');
  const kept = await new Promise((resolve) => {
    later.transaction('rows').objectStore('rows').getAll().onsuccess = ({ target }) => resolve(target.result);
  });
  assert.deepEqual(kept.map(({ id }) => id), ['a', 'c', 'of a later form']);
});

test('what cannot be stored is refused, and the log goes on', async () => {
  const { log, add, rows } = openLog(new IDBFactory());
  await add('a');
  await assert.rejects(add('b', { data: { run() {} } }), /clone/i);
  await add('c');
  assert.deepEqual([await rows(), log.durable], [['a', 'c'], true]);
});
