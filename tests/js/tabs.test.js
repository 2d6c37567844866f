import assert from 'node:assert/strict';
import test from 'node:test';
import { Browser } from './support/browser.js';

/** Tabs that show abilities 1 to 4, each with a score of 3. */
async function tabsOf(count, options, tabOptions) {
  const browser = new Browser(options);
  const tabs = Array.from({ length: count }, () => browser.open(tabOptions));
  for (const id of [1, 2, 3, 4]) browser.put('abilities', id, { experience_points: 30 });
  await browser.clock.advance(0);
  return { browser, tabs, clock: browser.clock, server: browser.server };
}

const score = (tab, id) => tab.queue.view('abilities', id).score;

test('a reloaded page sends what the page before it could not (R33)', async () => {
  const { browser, tabs: [tab], clock, server } = await tabsOf(1);
  tab.click(4);
  tab.click(1);
  await tab.click(4).persisted;
  tab.crash();
  const again = browser.open();
  for (const row of server.tables.abilities.values()) again.queue.setBase('abilities', row.id, row);
  await again.queue.ready;
  assert.deepEqual([score(again, 4), score(again, 1), again.queue.stats().pending], [5, 4, 2]);
  await browser.finish();
  assert.deepEqual([server.row('abilities', 4).score, server.row('abilities', 1).score, score(again, 4)], [5, 4, 5]);
});
