import assert from 'node:assert/strict';

/** Work that waits, with nothing that would stop it, has a timer or a request: a queue never just sits there. */
export function assertAlive({ queue, clock, page }) {
  const { pending, state } = queue.stats();
  const stopped = ['held', 'paused', 'closed', 'offline'].includes(state);
  if (!pending || stopped || !page.onLine) return;
  assert.ok(clock.timers > 0 || state === 'saving', `${pending} operations wait, the queue is ${state}, and nothing will happen`);
}
