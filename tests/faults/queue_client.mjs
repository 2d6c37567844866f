/**
 * The browser queue against a real server, as one more client that does not give up: `node queue_client.mjs '{…}'` with
 * {url, token, rows, clicks, seed}. Clicks on the rows, waits until nothing is pending, and prints what became of them.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { BatchQueue } from '../../batching/static/batching/batch-queue.js';
import { StoredLog } from '../../batching/static/batching/operation-log.js';

const FASTER = 10; // than life, so that pauses between tries do not take longer than the test

const { url, token, rows, clicks, seed } = JSON.parse(process.argv[2]);
let state = (seed % 2147483646) + 1;
const random = () => ((state = (state * 48271) % 2147483647), state / 2147483647);
const start = performance.now();
const now = () => (performance.now() - start) * FASTER;

const options = {
  url: '/api/batch/',
  headers: () => ({ Authorization: `Token ${token}` }),
  timeout: 50_000,
  env: {
    fetch: (path, init) => fetch(new URL(path, url), init),
    setTimeout: (callback, ms) => setTimeout(callback, ms / FASTER),
    now,
    wall: () => Date.UTC(2026, 0, 1) + now(),
    random,
    log: new StoredLog(),
  },
};

const queue = new BatchQueue(options);
for (const row of rows) queue.setBase('abilities', row, { id: row, score: 0, experience_points: 0 });
const results = [];
for (let click = 0; click < clicks; click++) {
  const target = rows[Math.floor(random() * rows.length)];
  results.push(queue.add({ resource: 'abilities', action: 'increment', target }).result.then((result) => ({ target, ...result })));
  await sleep(random() * 30);
}
while (queue.stats().pending) {
  queue.flush();
  await sleep(20);
}
const states = await Promise.all(results);
console.log(JSON.stringify(states.map(({ target, state: verdict }) => [target, verdict])));
queue.close();
process.exit(0);
