/**
 * Whatever happens to tabs, network and server, every click that was kept counts once, and no other. Several tabs of one
 * browser go through random clicks, waits, lost answers, refusals, crashes between any two steps, frozen pages, reloads and
 * logins; at the end the rows of the server are what the kept operations make of them, in their order.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { Browser } from './support/browser.js';
import { assertAlive } from './support/liveness.js';
import { json } from './support/server.js';

const busy = (status, wait) => () => json(status, { status, code: 'busy' }, wait === undefined ? {} : { 'Retry-After': wait });
const twice = (handle) => (handle(), handle());
const faults = ['cut', 'lost', 'hang', twice, busy(429, '3'), busy(429), busy(503, '1'), busy(500), () => new Response('<html>')];

const of = (kind, weight, more = {}) => ({ weight, arbitrary: fc.record({ kind: fc.constant(kind), tab: fc.nat(2), ...more }) });
const target = fc.integer({ min: 1, max: 3 });
const step = fc.oneof(
  of('click', 8, { target }),
  of('note', 4, { target }),
  of('wait', 6, { ms: fc.constantFrom(1, 30, 150, 250, 2500, 65_000) }),
  of('fault', 4, { fault: fc.nat(faults.length - 1) }),
  of('crash', 3, { steps: fc.integer({ min: 1, max: 8 }) }),
  of('leave', 1),
  of('freeze', 1),
  of('thaw', 1),
  of('open', 1),
  of('offline', 1),
  of('online', 1),
  of('hide', 1),
  of('logout', 1),
  of('flush', 1),
  of('endpoint', 1),
);

const FEED = { feed: '/api/characters/1/changes/', since: 0 };

class Run {
  clicks = []; // {tab, target, handle}
  notes = [];

  constructor(options) {
    this.browser = new Browser(options);
    for (let tab = 0; tab < 2; tab++) this.browser.open(FEED);
    for (const id of [1, 2, 3]) this.browser.put('abilities', id, { experience_points: 30 });
  }

  get tabs() {
    return this.browser.living;
  }

  open() {
    const tab = this.browser.open(FEED);
    for (const row of this.browser.server.tables.abilities.values()) tab.queue.setBase('abilities', row.id, { ...row });
  }

  perform({ kind, tab: number, target, fault, steps }) {
    const { server } = this.browser;
    const tab = this.tabs[number % Math.max(1, this.tabs.length)];
    if (kind === 'open' && this.tabs.length < 3) this.open();
    if (kind === 'fault') server.faults.push(faults[fault]);
    if (kind === 'logout') server.user = null;
    if (kind === 'endpoint') server.batches = !server.batches;
    if (!tab || tab.frozen) return kind === 'thaw' && tab?.thaw();
    if (kind === 'click') this.keep(this.clicks, tab, target, tab.click(target));
    if (kind === 'note') {
      const data = { [`note${tab.number}`]: this.notes.length + 1 };
      this.keep(this.notes, tab, target, tab.add({ resource: 'abilities', action: 'update', target, data }), data);
    }
    if (kind === 'crash') tab.crashAt = tab.steps + steps;
    if (kind === 'leave') {
      tab.page.dispatchEvent(new Event('pagehide'));
      queueMicrotask(() => queueMicrotask(() => tab.crash()));
    }
    if (kind === 'freeze') tab.freeze();
    if (kind === 'offline') tab.page.setOnline(false);
    if (kind === 'online') tab.page.setOnline(true);
    if (kind === 'hide') tab.page.hide();
    if (kind === 'flush') void tab.queue.flush();
  }

  keep(list, tab, target, handle, data) {
    const one = { tab, target, data, kept: false };
    list.push(one);
    handle.persisted.then(() => (one.kept = true), () => (one.refused = true));
    handle.result.then((outcome) => (one.outcome = outcome));
  }

  check() {
    for (const { queue, page, frozen } of this.tabs) if (!frozen) assertAlive({ queue, page, clock: this.browser.clock });
  }

  async heal() {
    const { browser } = this;
    browser.server.faults = [];
    browser.server.user = 'alice';
    browser.server.batches = true;
    for (const tab of this.tabs) {
      tab.crashAt = Infinity;
      if (tab.frozen) tab.thaw();
      tab.page.setOnline(true);
    }
    await browser.clock.advance(100);
    for (const { queue } of this.tabs) queue.resume();
    this.open();
    await browser.clock.advance(100);
    for (let round = 0; round < 60 && this.tabs.some(({ queue }) => queue.stats().pending); round++) {
      await browser.clock.advance(30_000);
      this.check();
    }
    for (const { page } of this.tabs) page.show(); // a person looks at each
    await browser.clock.advance(100);
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

async function play(steps, options) {
  const run = new Run(options);
  await run.browser.clock.advance(0);
  for (const each of steps) {
    run.perform(each);
    await settled();
    if (each.kind !== 'wait') continue; // some happen in one go
    await run.browser.clock.advance(each.ms);
    run.check();
  }
  await run.heal();
  return run;
}

function verify(run) {
  const { server } = run.browser;
  assert.equal(new Set(server.applied).size, server.applied.length, 'no operation twice');
  for (const { queue } of run.tabs) {
    assert.deepEqual([queue.stats().pending, queue.stats().failed, queue.stats().state], [0, 0, 'idle']);
    for (const [id, row] of server.tables.abilities) assert.deepEqual(queue.view('abilities', id), row, 'the page shows the database');
  }
  for (const [id, row] of server.tables.abilities) {
    const mine = run.clicks.filter(({ target }) => target === id);
    const must = mine.filter(({ kept }) => kept).length;
    assert.ok(row.score >= 3 + must && row.score <= 3 + mine.length, `row ${id}: ${row.score - 3} clicks, ${must} to ${mine.length} expected`);
    for (const tab of run.browser.tabs) {
      const field = `note${tab.number}`;
      const written = run.notes.filter((one) => one.tab === tab && one.target === id);
      const last = written.findLastIndex(({ kept }) => kept);
      const possible = written.slice(Math.max(0, last)).map(({ data }) => data[field]);
      if (last < 0) possible.push(undefined);
      assert.ok(possible.includes(row[field]), `row ${id}: ${field} is ${row[field]}, not one of ${possible}`);
    }
  }
  for (const one of [...run.clicks, ...run.notes]) if (!one.tab.dead) assert.equal(one.outcome?.state, 'acked', 'every handle is settled');
}

/** What was wrong once: tabs that are closed while another merges into what they send, or while they store it. */
const clicks = (count) => Array(count).fill({ kind: 'click', tab: 0, target: 1 });
const FOUND = [
  [[...clicks(1), { kind: 'click', tab: 1, target: 1 }, { kind: 'leave', tab: 0 }]],
  [[{ kind: 'click', tab: 1, target: 3 }, { kind: 'wait', tab: 0, ms: 1 }, { kind: 'click', tab: 1, target: 3 }, { kind: 'leave', tab: 0 }]],
  ...[1, 2, 3, 4, 5].map((steps) => [[...clicks(1), ...Array(steps).fill({ kind: 'thaw', tab: 0 }), ...clicks(2), ...Array(steps).fill({ kind: 'thaw', tab: 0 }), { kind: 'leave', tab: 0 }]]),
];

for (const [name, options, numRuns] of [['', {}, 150], [', without Web Locks', { locks: false }, 60], [', without channels', { channels: false }, 60]]) {
  test(`every click that was kept counts once, whatever happens to the tabs${name} (R33, R39)`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => verify(await play(steps, options))),
      { numRuns, examples: FOUND },
    );
  });
}
