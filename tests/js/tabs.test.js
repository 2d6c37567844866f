import assert from 'node:assert/strict';
import test from 'node:test';
import { Browser } from './support/browser.js';
import { json } from './support/server.js';

/** Tabs that show abilities 1 to 4, each with a score of 3. */
async function tabsOf(count, options, tabOptions) {
  const browser = new Browser(options);
  const tabs = Array.from({ length: count }, () => browser.open(tabOptions));
  for (const id of [1, 2, 3, 4]) browser.put('abilities', id, { experience_points: 30 });
  await browser.clock.advance(0);
  return { browser, tabs, clock: browser.clock, server: browser.server };
}

const score = ({ queue }, id) => queue.view('abilities', id).score;

const show = ({ queue }, server) => {
  for (const row of server.tables.abilities.values()) queue.setBase('abilities', row.id, { ...row });
};

// --- one tab after another (R33) ---

test('a reloaded page sends what the page before it could not', async () => {
  const { browser, tabs: [tab], server } = await tabsOf(1);
  tab.click(4);
  tab.click(1);
  await tab.click(4).persisted;
  tab.crash();
  const again = browser.open();
  show(again, server);
  await again.queue.ready;
  assert.deepEqual([score(again, 4), score(again, 1), again.queue.stats().pending], [5, 4, 2]);
  await browser.finish();
  assert.deepEqual([server.row('abilities', 4).score, server.row('abilities', 1).score, score(again, 4)], [5, 4, 5]);
  assert.ok(server.requests[0].at < 300, 'at once: nobody else will');
});

test('what leaves nothing to send was stored all the same', async () => {
  const { tabs: [tab], clock, server } = await tabsOf(1);
  const handles = [tab.click(4), tab.click(4, 'decrement')];
  await clock.advance(1000);
  assert.deepEqual(await Promise.all(handles.map(({ persisted }) => persisted)), [undefined, undefined]);
  assert.deepEqual((await Promise.all(handles.map(({ result }) => result))).map(({ state }) => state), ['cancelled', 'cancelled']);
  assert.equal(server.requests.length, 0);
});

test('what was on its way when the page died is sent again under its id, and counts once', async () => {
  const { browser, tabs: [tab], clock, server } = await tabsOf(1, { server: { latency: 1000 } });
  tab.click(4);
  await clock.advance(900);
  assert.equal(server.row('abilities', 4).score, 4, 'it has arrived');
  tab.crash();
  browser.open();
  await browser.finish();
  const [first, second] = server.requests.map(({ headers }) => headers.get('Idempotency-Key'));
  assert.deepEqual([first === second, server.row('abilities', 4).score], [true, 4]);
});

test('a crash at any step of storing, sending and settling loses and doubles nothing', async () => {
  for (let step = 1; step <= 9; step++) {
    const { browser, tabs: [tab], clock, server } = await tabsOf(1);
    const handle = tab.click(4);
    let kept = false;
    handle.persisted.then(() => (kept = true));
    tab.crashAt = tab.steps + step;
    await clock.advance(5000);
    const again = browser.open();
    show(again, server);
    await browser.finish();
    assert.ok(server.row('abilities', 4).score === 4 || (!kept && server.row('abilities', 4).score === 3), `step ${step}`);
    assert.equal(score(again, 4), server.row('abilities', 4).score, `step ${step}`);
  }
});

test('refused operations are still there after a reload, and can be sent again', async () => {
  const { browser, tabs: [tab], clock, server } = await tabsOf(1);
  const gone = server.tables.abilities.get(4);
  server.tables.abilities.delete(4);
  tab.click(4);
  await clock.advance(1000);
  tab.crash();
  const again = browser.open();
  await again.queue.ready;
  assert.deepEqual([again.queue.stats().failed, again.typesOf()], [1, []], 'no news, but not forgotten');
  server.tables.abilities.set(4, gone);
  await again.queue.retry();
  await browser.finish();
  assert.equal(server.row('abilities', 4).score, 4);
});

test('the log does not bring back what was deleted elsewhere before the page was built', async () => {
  const { browser, tabs: [tab], clock, server } = await tabsOf(1);
  tab.click(4);
  tab.click(1);
  await clock.advance(1000);
  const old = server.revision;
  server.tables.abilities.delete(4);
  server.revision += 1;
  tab.crash();
  const later = browser.open({ since: server.revision });
  const kept = browser.open({ since: old - 1 });
  await Promise.all([later.queue.ready, kept.queue.ready]);
  assert.deepEqual([later, kept].map(({ queue }) => queue.list('abilities').map(({ target }) => target)), [[], [4, 1]]);
});

// --- several tabs ---

test('each tab shows the pending clicks of all, and their sum is exact', async () => {
  const { browser, tabs: [one, two], clock, server } = await tabsOf(2);
  one.click(4);
  await clock.advance(50);
  two.click(4);
  two.click(4);
  await clock.advance(50);
  assert.deepEqual([score(one, 4), score(two, 4), one.queue.stats().pending, two.queue.stats().pending], [6, 6, 2, 2]);
  await browser.finish();
  assert.deepEqual([server.row('abilities', 4).score, score(one, 4), score(two, 4)], [6, 6, 6]);
  assert.equal(new Set(server.applied).size, server.applied.length);
});

test('whichever tab sends, the tab that clicked learns what became of it', async () => {
  const { tabs: [one, two], clock, server } = await tabsOf(2);
  const handles = [one.click(4), one.add({ resource: 'abilities', action: 'update', target: 3, data: { name: '' } })];
  await clock.advance(0);
  one.page.setOnline(false); // it will not send
  await clock.advance(5000);
  assert.deepEqual((await Promise.all(handles.map(({ result }) => result))).map(({ state }) => state), ['acked', 'failed']);
  assert.deepEqual([one.typesOf(), two.typesOf()].map((types) => types.filter((type) => type !== 'request')), Array(2).fill(['acked', 'failed', 'rollback']));
  assert.equal(server.requests.length, 1);
});

test('no operation is sent by two tabs', async () => {
  const { browser, tabs, clock, server } = await tabsOf(3, { server: { latency: 700 } });
  for (let index = 0; index < 30; index++) {
    tabs[index % 3].click((index % 4) + 1);
    await clock.advance(100);
  }
  await browser.finish();
  const sent = server.requests.flatMap(({ body, headers }) => body.operations?.map(({ id }) => id) ?? [headers.get('Idempotency-Key')]);
  assert.equal(new Set(sent).size, sent.length);
  assert.equal([1, 2, 3, 4].reduce((sum, id) => sum + server.row('abilities', id).score, 0), 42);
});

test('a tab that found nothing left to send does not let the next click wait for that', async () => {
  const { tabs: [one, two], clock } = await tabsOf(2, { server: { latency: 1000 } });
  one.click(4);
  await clock.advance(300);
  two.queue.flush(); // it waits for the lock, and finds nothing
  await clock.advance(1000);
  let done = false;
  two.click(4).result.then(() => (done = true));
  const start = clock.now();
  await clock.until(() => done);
  assert.ok(clock.now() - start <= 1300, `${clock.now() - start} ms`);
});

test('one tab is told to wait, and all wait', async () => {
  const { browser, tabs: [one, two], clock, server } = await tabsOf(2);
  server.faults.push(() => json(429, { status: 429, code: 'throttled' }, { 'Retry-After': '20' }));
  one.click(1);
  await clock.advance(1000);
  two.click(2);
  await clock.advance(10_000);
  assert.deepEqual([server.requests.length, two.queue.stats().state], [1, 'waiting']);
  await browser.finish();
  assert.ok(server.requests[1].at >= 20_000);
});

test('a frozen tab that holds the lock is robbed of it, and disturbs nothing when it wakes', async () => {
  const { browser, tabs: [one, two], clock, server } = await tabsOf(2, { server: { latency: 400 } });
  one.click(4);
  await clock.advance(300);
  one.freeze();
  two.click(4);
  await clock.advance(50_000);
  assert.equal(server.row('abilities', 4).score, 4, 'nobody robs a tab that may just be slow');
  await clock.advance(20_000);
  assert.deepEqual([server.row('abilities', 4).score, two.queue.stats().pending], [5, 0]);
  one.thaw();
  await browser.finish();
  await clock.advance(100);
  assert.deepEqual([one.queue.stats().state, score(one, 4), server.row('abilities', 4).score], ['idle', 5, 5]);
  assert.ok(one.outcomes.every(({ outcome }) => outcome.state === 'acked'));
  assert.equal(server.requests[0].signal.reason.name, 'AbortError', 'not late, but taken over: no reason for the others to wait');
});

test('a tab that slept for longer than the log remembers says that it does not know', async () => {
  const { browser, tabs: [one, two], clock } = await tabsOf(2);
  one.click(4);
  await clock.advance(50);
  one.freeze();
  await browser.clock.advance(120_000);
  await clock.advance(3_600_000);
  two.click(1);
  await clock.advance(3000);
  one.thaw();
  await clock.advance(3000);
  assert.deepEqual(one.outcomes.map(({ outcome }) => outcome.state), ['unknown']);
});

test('without Web Locks two tabs may send the same, and it counts once', async () => {
  const { browser, tabs: [one, two], clock, server } = await tabsOf(2, { locks: false, server: { latency: 1000 } });
  for (let index = 0; index < 10; index++) {
    one.click(4);
    two.click(4);
    one.queue.flush();
    two.queue.flush();
    await clock.advance(150);
  }
  await browser.finish();
  assert.deepEqual([server.row('abilities', 4).score, score(one, 4), score(two, 4)], [23, 23, 23]);
  assert.equal(new Set(server.applied).size, server.applied.length);
});

test('without channels a tab learns of the others when a person looks at it', async () => {
  const { browser, tabs: [one, two], clock } = await tabsOf(2, { channels: false });
  one.click(4);
  await browser.finish();
  assert.equal(score(two, 4), 3);
  two.page.show();
  await clock.advance(100);
  assert.equal(score(two, 4), 4);
});

// --- leaving (R37) ---

test('a click just before the page is closed arrives, and counts once', async () => {
  const { browser, tabs: [tab], clock, server } = await tabsOf(1);
  const survives = [];
  const { answer } = server;
  server.answer = (request) => (survives.push(request.keepalive), answer.call(server, request));
  tab.click(4);
  tab.click(3);
  tab.page.dispatchEvent(new Event('pagehide'));
  await null;
  await null;
  await null;
  tab.crash();
  await clock.advance(100);
  assert.deepEqual([server.row('abilities', 4).score, server.row('abilities', 3).score, survives], [4, 4, [true]]);
  const again = browser.open();
  show(again, server);
  await browser.finish();
  assert.deepEqual([server.row('abilities', 4).score, score(again, 4)], [4, 4]);
});

test('what is on its way as the page closes is sent in a way that survives it', async () => {
  const { tabs: [tab], clock, server } = await tabsOf(1);
  tab.click(4);
  await clock.advance(205);
  tab.page.dispatchEvent(new Event('pagehide'));
  await null;
  await null;
  await null;
  tab.crash();
  await clock.advance(100);
  assert.equal(server.row('abilities', 4).score, 4);
});

for (const when of ['before', 'after']) {
  test(`a page that comes back after it was left goes on, and nothing counts twice: left ${when} the click was stored`, async () => {
    const { browser, tabs: [tab], clock, server } = await tabsOf(1);
    const { persisted } = tab.click(4);
    if (when === 'after') await persisted;
    tab.page.dispatchEvent(new Event('pagehide'));
    tab.click(4);
    await clock.advance(3000);
    tab.page.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
    await browser.finish();
    assert.deepEqual([server.row('abilities', 4).score, score(tab, 4)], [5, 5]);
    assert.ok(tab.outcomes.every(({ outcome }) => outcome.state === 'acked'));
  });
}

test('more than a closing page may send stays for the next one', async () => {
  const { browser, tabs: [tab], clock, server } = await tabsOf(1);
  for (let id = 10; id < 40; id++) {
    browser.put('abilities', id, { experience_points: 0 });
    tab.add({ resource: 'abilities', action: 'update', target: id, data: { notes: 'ä'.repeat(2000) } });
  }
  tab.page.dispatchEvent(new Event('pagehide'));
  await clock.advance(100);
  tab.crash();
  const [{ body }] = server.requests;
  const size = new TextEncoder().encode(JSON.stringify(body)).length;
  assert.ok(size > 45_000 && size <= 60 * 1024, `${size} bytes`);
  browser.open();
  await browser.finish();
  assert.ok([...server.tables.abilities.values()].every(({ id, notes }) => id < 10 || notes));
});

// --- logging in and out (R38) ---

test('a login that has ended is asked for once, and holds all tabs; a new page of the same user sets them going', async () => {
  const { browser, tabs: [one, two], clock, server } = await tabsOf(2);
  server.user = null;
  one.click(1);
  await clock.advance(3000);
  two.click(2);
  await clock.advance(10_000);
  assert.deepEqual([one, two].map(({ queue }) => queue.stats().state), ['held', 'held']);
  assert.deepEqual([one, two].map((tab) => tab.typesOf().filter((type) => type === 'authrequired').length), [1, 0]);
  assert.equal(server.requests.length, 1);
  server.user = 'alice';
  browser.open();
  await browser.finish();
  assert.deepEqual([server.row('abilities', 1).score, server.row('abilities', 2).score], [4, 4]);
});

test('resume() in one tab sets all going', async () => {
  const { browser, tabs: [one, two], clock, server } = await tabsOf(2);
  server.user = null;
  one.click(1);
  await clock.advance(3000);
  server.user = 'alice';
  two.queue.resume();
  await browser.finish();
  assert.deepEqual([one.queue.stats().state, server.row('abilities', 1).score], ['idle', 4]);
});

test('when another user has logged in, nothing is sent until the owner is back', async () => {
  let user = 'alice';
  const { tabs: [tab], clock, server } = await tabsOf(1, {}, { identify: async () => user });
  tab.click(1);
  await clock.advance(1000);
  user = 'bob';
  server.token = 'token-of-bob';
  tab.page.cookie = 'csrftoken=token-of-bob';
  tab.click(1);
  await clock.advance(60_000);
  assert.deepEqual([server.requests.length, tab.queue.stats().state, tab.queue.stats().held], [1, 'held', 'user']);
  assert.deepEqual(tab.events.filter(({ type }) => type === 'authrequired').map(({ reason }) => reason), ['user']);
  tab.queue.resume();
  await clock.advance(5000);
  assert.equal(tab.queue.stats().held, 'user', 'it is asked again, and still another');
  user = 'alice';
  tab.queue.resume();
  await clock.advance(5000);
  assert.deepEqual([server.row('abilities', 1).score, tab.queue.stats().state], [5, 'idle']);
});

test('the same user logs in again, with a new token: nobody notices', async () => {
  let asked = 0;
  const { tabs: [tab], clock, server } = await tabsOf(1, {}, { identify: async () => (asked++, 'alice') });
  tab.click(1);
  await clock.advance(1000);
  server.token = 'token-2';
  tab.page.cookie = 'csrftoken=token-2';
  tab.click(1);
  await clock.advance(1000);
  tab.click(1);
  await clock.advance(1000);
  assert.deepEqual([asked, server.row('abilities', 1).score, tab.typesOf().includes('authrequired')], [1, 6, false]);
});

test('while nobody can be asked who is logged in, the queue waits and tries again', async () => {
  let broken = true;
  const identify = async () => {
    if (broken) throw new TypeError('Failed to fetch');
    return 'alice';
  };
  const { tabs: [tab], browser, clock, server } = await tabsOf(1, {}, { identify });
  server.token = 'token-2';
  tab.page.cookie = 'csrftoken=token-2';
  tab.click(1);
  await clock.advance(10_000);
  assert.equal(server.requests.length, 0);
  broken = false;
  await browser.finish();
  assert.equal(server.row('abilities', 1).score, 4);
});

test('one user never sees the operations of another', async () => {
  const { browser, tabs: [tab], clock, server } = await tabsOf(1);
  server.user = null;
  tab.click(1);
  await clock.advance(1000);
  tab.crash();
  const { queue } = browser.open({ user: 'bob', env: { log: undefined } });
  await queue.ready;
  await clock.advance(1000);
  assert.deepEqual([queue.stats().pending, queue.stats().durable, server.requests.length], [0, true, 1]);
});

test('logging out drains, tells what is left, and ends the queue in all tabs', async () => {
  const { browser, tabs: [one, two], clock, server } = await tabsOf(2);
  one.click(1);
  const drained = one.queue.drain();
  await clock.advance(1000);
  assert.deepEqual([(await drained).pending, server.row('abilities', 1).score], [0, 4]);
  server.faults.push(...Array(9).fill('cut'));
  one.click(2);
  const left = one.queue.drain({ timeout: 3000 });
  await clock.advance(3000);
  assert.equal((await left).pending, 1);
  assert.equal(await one.queue.logOut(), 1);
  await clock.advance(60_000);
  assert.deepEqual([one, two].map(({ queue }) => queue.stats().state), ['closed', 'closed']);
  server.faults = [];
  const before = server.requests.length;
  const back = browser.open();
  show(back, server);
  await clock.advance(3000);
  assert.deepEqual([server.row('abilities', 2).score, server.requests.length], [4, before + 1], 'it waited for its owner');
});

test('logging out can discard what is left', async () => {
  const { browser, tabs: [one], clock, server } = await tabsOf(1);
  one.page.setOnline(false);
  const { result } = one.click(2);
  await clock.advance(100);
  assert.equal(await one.queue.logOut({ discard: true }), 1);
  assert.equal((await result).state, 'discarded');
  browser.open();
  await clock.advance(5000);
  assert.deepEqual([server.requests.length, browser.tabs[1].queue.stats().pending], [0, 0]);
});

test('draining gives up in time, even if a request hangs', async () => {
  const { tabs: [tab], clock, server } = await tabsOf(1);
  server.faults.push('hang');
  tab.click(1);
  const drained = tab.queue.drain({ timeout: 2000 });
  await clock.advance(2000);
  assert.equal((await drained).pending, 1);
});

test('draining tries again after a fault, and ends early where nothing can be sent, and says why', async () => {
  const { tabs: [tab], clock, server } = await tabsOf(1);
  const drain = async () => {
    const start = clock.now();
    let stats;
    tab.queue.drain({ timeout: 5000 }).then((said) => (stats = said));
    await clock.until(() => stats);
    return [stats.state, stats.pending, clock.now() - start < 500];
  };
  server.faults.push('cut');
  tab.click(1);
  assert.deepEqual([(await drain()).slice(0, 2), server.row('abilities', 1).score], [['idle', 0], 4]);
  tab.page.setOnline(false);
  tab.click(2);
  server.faults.push('cut');
  assert.deepEqual(await drain(), ['offline', 1, true]);
  tab.page.setOnline(true);
  tab.queue.pause();
  assert.deepEqual(await drain(), ['paused', 1, true]);
  server.faults.push(() => json(429, { status: 429, code: 'throttled' }, { 'Retry-After': '20' }));
  tab.queue.resume();
  assert.deepEqual(await drain(), ['waiting', 1, true]);
  await clock.advance(15_000);
  server.user = null;
  await clock.advance(15_000);
  tab.click(2);
  assert.deepEqual(await drain(), ['held', 2, true]);
});

// --- storage ---

test('the browser is asked once to keep what is stored, when there is something (R33)', async () => {
  const asked = [];
  const storage = { persist: async () => asked.push('persist') };
  const browser = new Browser();
  const open = (user) => browser.open({ user, env: { log: undefined, navigator: { onLine: false, storage } } });
  const add = ({ queue }) => queue.add({ resource: 'abilities', action: 'increment', target: 4 }).persisted;
  const [one, two] = [open(), open()];
  await one.queue.ready;
  assert.equal(asked.length, 0);
  await add(one);
  await add(one);
  await add(two);
  assert.equal(asked.length, 1);
  storage.persist = () => Promise.reject(new TypeError('no'));
  await add(open('bob'));
});

test('where storage is blocked the queue works in memory and says so (R33)', async () => {
  const browser = new Browser();
  const tab = browser.open({ env: { log: undefined, indexedDB: { open: () => { throw new DOMException('denied', 'SecurityError'); } } } });
  browser.put('abilities', 4, { experience_points: 30 });
  tab.click(4);
  await browser.finish();
  assert.deepEqual([tab.queue.stats().durable, browser.server.row('abilities', 4).score], [false, 4]);
  assert.deepEqual(tab.events.filter(({ type }) => type === 'degraded').map(({ cause }) => cause.message), ['denied']);
});

test('the queue opens its own database', async () => {
  const browser = new Browser();
  const tab = browser.open({ env: { log: undefined } });
  browser.put('abilities', 4, { experience_points: 30 });
  tab.page.setOnline(false);
  await tab.click(4).persisted;
  assert.equal(tab.queue.stats().durable, true);
  assert.deepEqual((await browser.indexedDB.databases()).map(({ name }) => name), ['batching /api/batch/ alice']);
});

test('the queue takes no more than it can keep, but merges what it has', async () => {
  const { browser, tabs: [tab], clock, server } = await tabsOf(1, {}, { limit: 2 });
  tab.page.setOnline(false);
  const [first, , third, again] = [tab.click(1), tab.click(2), tab.click(3), tab.click(1)];
  await assert.rejects(third.persisted);
  const { state, error } = await third.result;
  assert.deepEqual([state, error.code, error.outcome, score(tab, 3)], ['failed', 'queue_full', 'not-applied', 3]);
  tab.page.setOnline(true);
  await browser.finish();
  assert.deepEqual([(await first.result).state, (await again.result).state], ['acked', 'acked']);
  assert.deepEqual([1, 2, 3].map((id) => server.row('abilities', id).score), [5, 4, 3]);
  await clock.advance(0);
});

test('what was never sent expires as certainly not applied, what was sent as unknown, and both can be sent again', async () => {
  const { browser, tabs: [tab], clock, server } = await tabsOf(1, {}, { ttl: 86_400_000 });
  server.faults.push('lost');
  tab.click(1);
  await clock.advance(245);
  tab.page.setOnline(false);
  tab.click(2);
  await clock.advance(86_400_000 * 2);
  tab.page.setOnline(true);
  await clock.advance(10_000);
  const problems = tab.queue.operations().map(({ target, state, error }) => [target, state, error.code, error.outcome]);
  assert.deepEqual(problems, [[1, 'unknown', 'expired', 'unknown'], [2, 'failed', 'expired', 'not-applied']]);
  assert.deepEqual([tab.queue.stats().failed, tab.queue.stats().unknown, tab.queue.stats().state], [2, 1, 'idle']);
  await tab.queue.retry();
  await browser.finish();
  assert.deepEqual([server.row('abilities', 1).score, server.row('abilities', 2).score], [4, 4]);
});
