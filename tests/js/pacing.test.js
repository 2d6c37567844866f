import assert from 'node:assert/strict';
import test from 'node:test';
import { Pacing, readBudgets } from '../../batching/static/batching/pacing.js';
import { assertAlive } from './support/liveness.js';
import { openPage } from './support/page.js';

/** Numbers that look random and are the same every time. */
function randomness(seed) {
  let state = seed * 7919 + 1;
  return () => ((state = (state * 48271) % 2147483647), state / 2147483647);
}

const between = (random, low, high) => low + random() * (high - low);

/** The three patterns of the burst: sixty clicks on six abilities, 120 to 250 ms apart. */
const patterns = {
  'runs of ten': (index) => Math.floor(index / 10) % 6,
  'runs of three': (index) => Math.floor(index / 3) % 6,
  random: (_, random) => Math.floor(random() * 6),
};

function burst(pattern, random) {
  return Array.from({ length: 60 }, (_, index) => ({ gap: between(random, 120, 250), target: pattern(index, random) }));
}

/** Play clicks on a page; returns what the network saw and how long a click had to wait until it was durable. */
async function play(clicks, { latency = 40, pages = 1, ...options } = {}) {
  const page = openPage({ server: { latency }, ...options });
  const devices = [page.queue, ...Array.from({ length: pages - 1 }, (_, index) => device(page, index))];
  for (let id = 0; id < 6; id++) for (const queue of devices) queue.setBase('abilities', id, page.server.put('abilities', id, { experience_points: 50 }));
  const waits = [];
  const expected = new Map();
  for (const { gap, target } of clicks) {
    await page.clock.advance(gap);
    for (const queue of devices) {
      const at = page.clock.now();
      const { result } = queue.add({ resource: 'abilities', action: 'increment', target });
      expected.set(target, (expected.get(target) ?? 4) + 1);
      result.then(() => waits.push(page.clock.now() - at));
    }
    assertAlive(page);
  }
  await page.clock.until(() => devices.every((queue) => queue.stats().pending === 0));
  for (const [id, score] of expected) assert.equal(page.server.row('abilities', id).score, score);
  return { requests: page.server.requests, refused: page.server.requests.filter(({ status }) => status === 429).length, waits };
}

/** Another device of the same user. */
const device = ({ server, clock }, index) => openPage({ seed: index + 2, env: { ...clock, fetch: server.fetch } }).queue;

const worst = (runs, what) => Math.max(...runs.map(what));

for (const [name, pattern] of Object.entries(patterns)) {
  for (const latency of [5, 40, 300]) {
    test(`60 clicks, ${name}, at ${latency} ms a request, need at most 8 requests (R3)`, async () => {
      const runs = [];
      for (let seed = 1; seed <= 25; seed++) runs.push(await play(burst(pattern, randomness(seed)), { latency }));
      assert.ok(worst(runs, ({ requests }) => requests.length) <= 8, `${worst(runs, ({ requests }) => requests.length)} requests`);
      assert.ok(worst(runs, ({ waits }) => Math.max(...waits)) <= 2500, `${worst(runs, ({ waits }) => Math.max(...waits))} ms`);
      assert.equal(worst(runs, ({ refused }) => refused), 0);
    });
  }
}

test('runs of three with pauses of 0.35 to 0.7 s need at most 12 requests', async () => {
  const runs = [];
  for (let seed = 1; seed <= 25; seed++) {
    const random = randomness(seed);
    const clicks = burst(patterns['runs of three'], random);
    for (let index = 3; index < 60; index += 3) clicks[index].gap = between(random, 350, 700);
    runs.push(await play(clicks));
  }
  assert.ok(worst(runs, ({ requests }) => requests.length) <= 12, `${worst(runs, ({ requests }) => requests.length)} requests`);
  assert.ok(worst(runs, ({ waits }) => Math.max(...waits)) <= 2500);
});

const minute = (gap) => {
  const clicks = [];
  for (let at = 0; at < 60_000; at += clicks.at(-1).gap) clicks.push({ gap: gap(), target: clicks.length % 6 });
  return clicks;
};

const paces = {
  'twelve clicks a second': () => 1000 / 12,
  'a medium clicker': (random) => between(random, 300, 700),
  'a slow clicker': (random) => between(random, 1200, 2500),
};
for (const [name, gap] of Object.entries(paces)) {
  test(`${name} stays under 51 requests a minute and is never refused (R1)`, async () => {
    for (let seed = 1; seed <= 3; seed++) {
      const random = randomness(seed);
      const { requests, refused } = await play(minute(() => gap(random)));
      assert.ok(requests.length < 51, `${requests.length} requests`);
      assert.equal(refused, 0);
    }
  });
}

test('the worst rhythm, one click a second, is never refused', async () => {
  for (const gap of [805, 950, 1001]) {
    const { refused } = await play([...minute(() => gap), ...minute(() => gap), ...minute(() => gap)]);
    assert.equal(refused, 0);
  }
});

test('two devices of one user at twelve clicks a second are never refused', async () => {
  const { refused } = await play(minute(() => 1000 / 12), { pages: 2 });
  assert.equal(refused, 0);
});

test('ten minutes of slow clicking on two devices are never refused', async () => {
  const random = randomness(7);
  const slow = Array.from({ length: 400 }, (_, index) => ({ gap: between(random, 1000, 2000), target: index % 6 }));
  const { refused, waits } = await play(slow, { pages: 2 });
  assert.equal(refused, 0);
  assert.ok(Math.max(...waits) < 10_000, `${Math.max(...waits)} ms`);
});

test('a small budget is spread, not spent: no request is refused, no click is lost', async () => {
  const page = openPage({ server: { writes: 10 } });
  page.put('abilities', 4, { experience_points: 0 });
  for (let index = 0; index < 60; index++) {
    page.click(4);
    await page.clock.advance(1500);
    assertAlive(page);
  }
  await page.clock.until(() => page.queue.stats().pending === 0);
  assert.equal(page.server.row('abilities', 4).score, 60);
  assert.ok(page.server.requests.every(({ status }) => status === 200));
});

test('a lone click leaves after 200 ms', async () => {
  const { click, put, clock, server } = openPage({ server: { latency: 0 } });
  put('abilities', 4, { experience_points: 0 });
  click(4);
  await clock.advance(199);
  assert.equal(server.requests.length, 0);
  await clock.advance(1);
  assert.equal(server.requests.length, 1);
});

test('the window follows the rhythm: 1.75 times the longest recent gap, between 200 and 800 ms', () => {
  const windowAfter = (...times) => {
    const pacing = new Pacing(50);
    for (const time of times) pacing.click(time);
    return pacing.window;
  };
  assert.equal(windowAfter(0), 200);
  assert.equal(windowAfter(0, 50), 200);
  assert.equal(windowAfter(0, 200, 400), 350);
  assert.equal(windowAfter(0, 600), 800);
  assert.equal(windowAfter(0, 400, 500, 600, 700, 800), 700);
  assert.equal(windowAfter(0, 400, 500, 600, 700, 800, 900), 200, 'only the last five gaps count');
  assert.equal(windowAfter(0, 400, 1500), 200, 'a second of rest ends the rhythm');
  assert.equal(windowAfter(0, 0, 1, 2), 200, 'operations of one click are no rhythm');
});

test('a click waits less where requests take long', () => {
  const pacing = new Pacing(50);
  assert.equal(pacing.maxWait, 2000);
  for (let index = 0; index < 19; index++) pacing.answered(0, 100, new Headers());
  pacing.answered(0, 900, new Headers());
  assert.equal(pacing.maxWait, 2000, 'one slow request in twenty is no measure');
  for (let index = 0; index < 2; index++) pacing.answered(0, 900, new Headers());
  assert.equal(pacing.maxWait, 1400);
  for (let index = 0; index < 2; index++) pacing.answered(0, 9000, new Headers());
  assert.equal(pacing.maxWait, 500);
});

test('fifty operations leave at once', async () => {
  const { queue, put, clock, server } = openPage({ server: { latency: 0 } });
  for (let id = 0; id < 60; id++) {
    put('abilities', id, { experience_points: 0 });
    queue.add({ resource: 'abilities', action: 'increment', target: id });
  }
  await clock.advance(1);
  assert.deepEqual(server.requests.map(({ body }) => body.operations.length), [50, 10]);
});

test('budgets are read from the header, and from nothing else', () => {
  const now = { 'RateLimit-Policy': '"reads";q=600;w=60, "writes";q=120;w=60', RateLimit: '"writes";r=118;t=42' };
  assert.deepEqual(readBudgets(new Headers(now), 1000), [{ limit: 120, remaining: 118, resetAt: 43_000 }]);
  const two = { ...now, RateLimit: '"writes";r=1;t=4, "operations";r=7;t=4', 'RateLimit-Policy': '"operations";q=9;w=60,"writes";q=2;w=60' };
  assert.deepEqual(readBudgets(new Headers(two), 0).map(({ limit }) => limit), [2, 9]);
  assert.deepEqual(readBudgets(new Headers({ RateLimit: 'nonsense' }), 0), []);
  assert.deepEqual(readBudgets(new Headers(), 0), []);
});
