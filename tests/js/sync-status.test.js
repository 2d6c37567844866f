/** <sync-status> (R41) in a real browser under a strict Content-Security-Policy, with a queue that says what the test wants. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { Chromium, chromiumIsHere } from './support/chromium.js';
import { Server } from './support/server.js';

const options = chromiumIsHere ? {} : { skip: 'there is no Chromium here' };

const PAGE = `<!doctype html><html lang="en"><title>Test</title>
<script type="module" src="/static/batching/sync-status.js"></script>
<main><button id="before">Before</button><sync-status>Saved by the server</sync-status></main></html>`;

let browser;
let server;
let origin;
test.before(async () => {
  if (!chromiumIsHere) return;
  browser = await Chromium.launch();
  server = new Server();
  server.page = PAGE;
  origin = await server.listen();
});
test.after(() => browser?.close().then(() => server.close()));

/** A page whose queue is a script: `tell(stats, operations)` sets what it says, `calls` notes what was asked of it. */
async function open(t) {
  const page = await browser.open(`${origin}/`);
  t.after(() => page.close());
  await page.run(async () => {
    await customElements.whenDefined('sync-status');
    const idle = { state: 'idle', held: undefined, pending: 0, inflight: 0, unknown: 0, failed: 0, done: 0, total: 0, until: 0, mode: 'batch', durable: true };
    const calls = [];
    let [stats, rows] = [idle, []];
    const note = (name) => (...values) => void calls.push([name, ...values]);
    const script = { stats: () => stats, operations: () => rows, retry: note('retry'), discard: note('discard'), resume: note('resume') };
    const queue = Object.assign(new EventTarget(), script);
    const element = document.querySelector('sync-status');
    const tell = (change = {}, operations = []) => {
      const failed = operations.filter(({ state }) => !/open|sealed/.test(state)).length;
      [stats, rows] = [{ ...idle, failed, ...change }, operations];
      queue.dispatchEvent(new CustomEvent('status', { detail: stats }));
    };
    const text = (selector = '.sync-text') => element.querySelector(selector)?.textContent;
    const seen = (selector) => element.querySelector(selector).checkVisibility();
    const refused = (id, detail, more = {}) => ({ id, state: 'failed', resource: 'abilities', action: 'increment', target: Number(id), data: { by: 1 }, error: { status: 422, detail }, ...more });
    const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    Object.assign(window, { calls, queue, element, tell, text, seen, refused, wait });
    element.describe = ({ target }) => `Ability ${target} +1`;
    element.queue = queue;
  });
  return page;
}

test('each state of the queue has a word and an attribute', options, async (t) => {
  const page = await open(t);
  const said = await page.run(() => {
    const say = (change, rows) => (tell(change, rows), [element.getAttribute('state'), text()]);
    return [
      say(),
      say({ state: 'collecting', pending: 1 }),
      say({ state: 'saving', pending: 1 }),
      say({ state: 'waiting', pending: 3 }),
      say({ state: 'paused', pending: 1 }),
      say({ state: 'offline', pending: 2 }),
      say({ state: 'held', held: 'auth', pending: 2 }),
      say({ state: 'held', held: 'user', pending: 1 }),
      say({}, [refused('4', 'No.')]),
      say({ state: 'saving', pending: 1 }, [refused('4', 'No.'), refused('5', 'No.')]),
    ];
  });
  assert.deepEqual(said, [
    ['saved', 'All changes saved'],
    ['saving', 'Saving…'],
    ['saving', 'Saving…'],
    ['waiting', '3 changes waiting'],
    ['waiting', '1 change waiting'],
    ['offline', 'Offline, 2 changes waiting'],
    ['attention', 'Log in again to save 2 changes'],
    ['attention', 'Somebody else is logged in; 1 change waiting'],
    ['attention', '1 change needs attention'],
    ['attention', '2 changes need attention'],
  ]);
});

test('what is between the tags stays until there is a queue, and the element may move', options, async (t) => {
  const page = await open(t);
  const [bare, moved] = await page.run(() => {
    const other = document.createElement('sync-status');
    other.textContent = 'Saved';
    document.body.append(other);
    document.body.append(element);
    tell({ state: 'offline', pending: 1 });
    return [other.textContent, text()];
  });
  assert.deepEqual([bare, moved], ['Saved', 'Offline, 1 change waiting']);
});

test('an element without its page listens to nothing', options, async (t) => {
  const page = await open(t);
  const text = await page.run(() => {
    element.remove();
    tell({ state: 'offline', pending: 1 });
    return element.getAttribute('state');
  });
  assert.equal(text, 'saved');
});

test('a large sync has a bar with counts by cause, a small one has none', options, async (t) => {
  const page = await open(t);
  const seen = await page.run(async () => {
    const bar = () => {
      const { value, max } = element.querySelector('progress');
      return window.seen('.sync-progress') ? [value, max, text('.sync-counts')] : null;
    };
    const steps = [];
    const step = (change, rows) => (tell(change, rows), steps.push(bar()));
    const rows = (count, state, status, limbo) => Array.from({ length: count }, (_, index) => refused(`${status}${index}`, '', { state, limbo, error: status && { status } }));
    const unsaved = [...rows(1, 'sealed', 0, true), ...rows(1, 'unknown', 1), ...rows(1, 'failed', 422), ...rows(3, 'conflicted', 412), ...rows(4, 'failed', 403)];
    step({ state: 'saving', pending: 9, total: 9 });
    step({ state: 'saving', pending: 50, total: 50 });
    step({ state: 'saving', pending: 25, done: 25, total: 50 }, unsaved);
    step({ state: 'idle', failed: 0 });
    await wait(1700);
    steps.push(bar());
    return steps;
  });
  assert.deepEqual(seen, [
    null,
    [0, 50, '0 of 50 saved'],
    [25, 50, '17 of 50 saved, 2 without an answer, 1 invalid, 3 changed elsewhere, 4 refused'],
    [50, 50, '50 of 50 saved'],
    null,
  ]);
});

test('refused changes are listed in words and can be sent again or dropped, one or all', options, async (t) => {
  const page = await open(t);
  const [reasons, labels, calls] = await page.run(() => {
    const conflict = { state: 'conflicted', action: 'update', data: { score: 5 }, error: { status: 412, detail: 'Changed.', current: { data: { score: 4 } } } };
    tell({}, [refused('4', 'Not in this season.'), refused('5', '', conflict), refused('6', 'Expired.', { state: 'unknown' })]);
    element.querySelector('summary').click();
    const buttons = [...element.querySelectorAll('details button')];
    for (const button of buttons) button.click();
    return [[...element.querySelectorAll('.sync-reason')].map(({ textContent }) => textContent), buttons.map((b) => b.ariaLabel ?? b.textContent), window.calls];
  });
  assert.deepEqual(reasons, [
    'Ability 4 +1 was refused: Not in this season.',
    'Ability 5 +1: score was 4 on another device, 5 here; 4 is shown',
    'Ability 6 +1 got no answer. It may be saved, or not.',
  ]);
  assert.deepEqual(labels.slice(0, 2), ['Send again: Ability 4 +1', 'Discard: Ability 4 +1']);
  assert.deepEqual(labels.slice(-2), ['Send all again', 'Discard all']);
  assert.deepEqual(calls, [['retry', '4'], ['discard', '4'], ['retry', '5'], ['discard', '5'], ['retry', '6'], ['discard', '6'], ['retry'], ['discard']]);
});

test('a conflict that says no more than that is told in the server\'s words', options, async (t) => {
  const page = await open(t);
  const reason = await page.run(() => {
    tell({}, [refused('4', 'It has changed meanwhile.', { state: 'conflicted', error: { status: 409, detail: 'It has changed meanwhile.' } })]);
    return text('.sync-reason');
  });
  assert.equal(reason, 'Ability 4 +1 was refused: It has changed meanwhile.');
});

test('the list works by keyboard and keeps the focus while others come and go', options, async (t) => {
  const page = await open(t);
  await page.run(() => {
    tell({}, [refused('4', 'No.'), refused('5', 'No.')]);
    document.querySelector('#before').focus();
  });
  for (const key of ['Tab', 'Enter', 'Tab', 'Tab', 'Tab']) await page.press(key);
  assert.equal(await page.run(() => document.activeElement.ariaLabel), 'Send again: Ability 5 +1');
  const focus = await page.run(() => {
    const name = () => document.activeElement.ariaLabel ?? document.activeElement.localName;
    const names = [];
    tell({}, [refused('4', 'No.'), refused('5', 'No.'), refused('6', 'No.')]);
    names.push(name());
    tell({}, [refused('5', 'No.'), refused('6', 'No.')]);
    names.push(name());
    tell({}, [refused('6', 'No.')]);
    names.push(name());
    tell();
    names.push(name(), seen('details'));
    return names;
  });
  assert.deepEqual(focus, ['Send again: Ability 5 +1', 'Send again: Ability 5 +1', 'Send again: Ability 6 +1', 'sync-status', false]);
});

test('Escape closes the list and gives the focus back', options, async (t) => {
  const page = await open(t);
  await page.run(() => {
    tell({}, [refused('4', 'No.')]);
    document.querySelector('#before').focus();
  });
  for (const key of ['Tab', 'Enter', 'Tab', 'Escape']) await page.press(key);
  assert.deepEqual(await page.run(() => [element.querySelector('details').open, document.activeElement.localName]), [false, 'summary']);
});

test('after a login that ended there is a button; the page may log in itself, or the queue just goes on', options, async (t) => {
  const page = await open(t);
  const [first, hidden, asked, calls] = await page.run(() => {
    const first = seen('.sync-login');
    tell({ state: 'held', held: 'auth', pending: 1 });
    element.querySelector('.sync-login').click();
    let asked = 0;
    addEventListener('sync-login', (event) => (asked++, event.preventDefault()));
    element.querySelector('.sync-login').click();
    tell();
    return [first, seen('.sync-login'), asked, window.calls];
  });
  assert.deepEqual([first, hidden, asked, calls], [false, false, 1, [['resume']]]);
});

test('a browser that stores nothing is told about', options, async (t) => {
  const page = await open(t);
  const [before, after] = await page.run(() => {
    const before = seen('.sync-warning');
    queue.dispatchEvent(new CustomEvent('degraded', { detail: { cause: 'blocked' } }));
    return [before, seen('.sync-warning') && text('.sync-warning')];
  });
  assert.deepEqual([before, after], [false, 'This browser cannot store changes: keep the page open until all are saved.']);
});

test('all texts can be replaced before the queue is given', options, async (t) => {
  const page = await open(t);
  const texts = await page.run(() => {
    const other = document.createElement('sync-status');
    document.body.append(other);
    other.words = { ...other.words, login: 'Anmelden', list: 'Zeigen', auth: ({ pending }) => `${pending} warten` };
    other.queue = queue;
    tell({ state: 'held', held: 'auth', pending: 2 });
    return ['.sync-login', 'summary', '.sync-text'].map((selector) => other.querySelector(selector).textContent);
  });
  assert.deepEqual(texts, ['Anmelden', 'Zeigen', '2 warten']);
});

test('screen readers hear what lasts, at most every two seconds', options, async (t) => {
  const page = await open(t);
  const heard = await page.run(async () => {
    const live = element.querySelector('[role=status]');
    const heard = [];
    await wait(50);
    new MutationObserver(() => heard.push([performance.now(), live.textContent])).observe(live, { childList: true });
    for (let index = 0; index < 10; index++) {
      tell({ state: 'saving', pending: 1 });
      await wait(100);
      tell({ state: index % 2 ? 'waiting' : 'offline', pending: 1 });
      await wait(200);
    }
    tell();
    await wait(2200);
    return heard;
  });
  assert.ok(heard.length >= 2 && heard.length <= 4, JSON.stringify(heard));
  assert.ok(heard.every(([, text]) => text !== 'Saving…'));
  assert.equal(heard.at(-1)[1], 'All changes saved');
  for (let index = 1; index < heard.length; index++) assert.ok(heard[index][0] - heard[index - 1][0] >= 1990, JSON.stringify(heard));
});
