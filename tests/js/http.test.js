import assert from 'node:assert/strict';
import { once } from 'node:events';
import test from 'node:test';
import { BatchQueue } from '../../batching/static/batching/batch-queue.js';
import { reducers } from './support/experience.js';
import { Server } from './support/server.js';

/** A queue on the real clock, the real network and a real server. */
async function open(t, options, env = { random: () => 0.02 }) {
  const server = new Server();
  const origin = await server.listen();
  const document = Object.assign(new EventTarget(), { cookie: 'csrftoken=token-1', visibilityState: 'visible' });
  const queue = new BatchQueue({ url: `${origin}/api/batch/`, reducers, include: ['sheet'], ...options, env: { document, ...env } });
  for (const id of [1, 2, 3]) queue.setBase('abilities', id, server.put('abilities', id, { experience_points: 0 }));
  t.after(() => queue.close().then(() => server.close()));
  return { server, queue, click: (target) => queue.add({ resource: 'abilities', action: 'increment', target }) };
}

test('clicks arrive over a real socket, batched and alone', async (t) => {
  const { server, queue, click } = await open(t);
  const handles = [click(1), click(1), click(2)];
  assert.deepEqual((await Promise.all(handles.map(({ result }) => result))).map(({ state }) => state), ['acked', 'acked', 'acked']);
  assert.equal((await click(3).result).etag, '"2"');
  assert.deepEqual(server.requests.map(({ method, url }) => `${method} ${url}`), ['POST /api/batch/', 'POST /api/abilities/3/increment/?include=sheet']);
  assert.deepEqual([1, 2, 3].map((id) => [server.row('abilities', id).score, queue.view('abilities', id).score]), [[2, 2], [1, 1], [1, 1]]);
});

test('a connection that breaks after the server has saved counts once', async (t) => {
  const { server, queue, click } = await open(t, {}, { random: () => 0.02 });
  server.faults.push('lost', 'cut', 'lost');
  click(1);
  const { replayed } = await click(2).result;
  assert.equal(replayed, true);
  assert.deepEqual([server.row('abilities', 1).score, server.row('abilities', 2).score, server.requests.length], [1, 1, 4]);
  assert.equal(queue.stats().state, 'idle');
});

test('a server that does not answer is given up after the timeout', async (t) => {
  const { server, queue, click } = await open(t, { timeout: 50 });
  server.faults.push('hang');
  const { result } = click(1);
  const [{ detail }] = await once(queue, 'response');
  assert.equal(detail.status, undefined);
  assert.equal((await result).state, 'acked', 'and asked again');
});

test('a refusal over HTTP rolls back with its reason', async (t) => {
  const { server, queue, click } = await open(t);
  server.tables.abilities.delete(2);
  click(1);
  const { error } = await click(2).result;
  assert.deepEqual([error.status, error.detail], [404, 'There is no abilities 2.']);
  assert.equal(queue.view('abilities', 1).score, 1);
});

test('a redirect is not followed to a login page', async (t) => {
  const { server, queue, click } = await open(t);
  server.faults.push(() => new Response(null, { status: 302, headers: { Location: '/login/' } }));
  click(1);
  await once(queue, 'authrequired');
  assert.equal(server.requests.length, 1);
});
