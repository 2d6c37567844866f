// Not run: `tsc` checks here that the code has exactly the face that index.d.ts promises.
import { BatchQueue as Code } from '../../batching/static/batching/batch-queue.js';
import type { BatchQueue, QueueEvents } from '../../batching/static/batching/index.js';

export const promised: typeof BatchQueue = Code;
export const everyEventIsTyped: (queue: BatchQueue) => void = (queue) => {
  queue.addEventListener('rollback', ({ detail }: CustomEvent<QueueEvents['rollback']>) => detail.ids.length);
  // @ts-expect-error there is no such event
  queue.addEventListener('nothing', () => {});
};
