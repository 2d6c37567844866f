/** R40: what changes on other devices is asked for: soon while something happens, seldom while nothing does. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { Poll } from '../../static/site/poll.js';
import { openPage } from './support/page.js';

const MINUTE = 60_000;

/** A page that polls, and the times at which it asked. */
async function polling() {
  const opened = openPage({ feed: '/api/characters/1/changes/', since: 0 });
  const { clock, page, server, put } = opened;
  put('abilities', 1, { experience_points: 0 });
  const world = { ...clock, isSeen: () => page.visibilityState === 'visible', isOnline: () => page.onLine };
  const poll = new Poll(opened.queue, world);
  await clock.advance(100); // the queue asks by itself when the page is loaded
  const asked = () => server.requests.filter(({ method }) => method === 'GET').map(({ at }) => at);
  return { ...opened, poll, asked };
}

function elsewhere(server, experience_points) {
  server.revision++;
  server.put('abilities', 1, { experience_points });
}

test('the longer nothing happens, the less it asks, down to once a minute', async () => {
  const { clock, asked } = await polling();
  await clock.advance(10 * MINUTE);
  const [, ...times] = asked();
  const waits = times.slice(1).map((at, index) => at - times[index]);
  assert.ok(times[0] <= 4100 && waits[0] > 5000, 'after 4 s, then 6 s …');
  assert.ok(waits.every((wait, index) => !index || wait >= waits[index - 1] - 1), 'never less');
  assert.ok(waits.at(-1) >= MINUTE && times.length < 20, `${times.length} in ten minutes`);
});

test('what another device changed is shown within seconds, and asked for often from then on', async () => {
  const { clock, server, queue, asked } = await polling();
  await clock.advance(5 * MINUTE);
  elsewhere(server, 5);
  await clock.until(() => queue.view('abilities', 1).score === 1, MINUTE + 5000);
  elsewhere(server, 15);
  await clock.advance(4100);
  assert.equal(queue.view('abilities', 1).score, 2);
  const before = asked().length;
  for (let second = 0; second < 60; second++) {
    elsewhere(server, second);
    await clock.advance(1000);
  }
  assert.ok(asked().length - before <= 15, 'fifteen a minute at most');
});

test('a click wakes it, and a burst of clicks does not put it off', async () => {
  const { clock, click, asked } = await polling();
  await clock.advance(10 * MINUTE);
  const before = asked().length;
  for (let turn = 0; turn < 12; turn++) {
    click(1);
    await clock.advance(1000);
  }
  assert.ok([2, 3].includes(asked().length - before), `${asked().length - before} in twelve seconds`);
});

test('a page that nobody sees or that has no network asks nothing', async () => {
  for (const [stop, go] of [['hide', 'show'], ['cut', 'mend']]) {
    const { clock, page, poll, asked } = await polling();
    const act = { hide: () => page.hide(), show: () => page.show(), cut: () => page.setOnline(false), mend: () => page.setOnline(true) };
    act[stop]();
    await clock.advance(10);
    const before = asked().length;
    await clock.advance(10 * MINUTE);
    assert.equal(asked().length, before);
    act[go]();
    poll.wake();
    await clock.advance(10_000);
    assert.ok(asked().length >= before + 2, 'and goes on');
  }
});

test('it does not ask while the answer to a change is due, nor for somebody who is logged out', async () => {
  const { clock, server, click, asked, queue } = await polling();
  server.latency = 20_000;
  click(1);
  await clock.advance(300);
  assert.equal(queue.stats().inflight, 1);
  const before = asked().length;
  await clock.advance(15_000);
  assert.equal(asked().length, before);
  server.latency = 40;
  await clock.advance(90_000);
  server.user = null;
  click(1);
  await clock.advance(3000);
  assert.equal(queue.stats().state, 'held');
  const held = asked().length;
  await clock.advance(5 * MINUTE);
  assert.equal(asked().length, held);
});

test('a closed queue is left alone', async () => {
  const { clock, queue, asked } = await polling();
  await queue.close();
  const before = asked().length;
  await clock.advance(10 * MINUTE);
  assert.equal(asked().length, before);
  assert.equal(clock.timers, 0);
});
