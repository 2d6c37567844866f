/** A page with a queue, a fake clock and a server in the same process. */
import { BatchQueue } from '../../../batching/static/batching/batch-queue.js';
import { FakeClock } from './clock.js';
import { reducers } from './experience.js';
import { Server } from './server.js';

/** The window and document of a page, as far as the queue looks at them. */
export class FakePage extends EventTarget {
  cookie = 'theme=dark; csrftoken=token-1';
  visibilityState = 'visible';
  onLine = true;

  setOnline(onLine) {
    this.onLine = onLine;
    this.dispatchEvent(new Event(onLine ? 'online' : 'offline'));
  }

  show() {
    this.visibilityState = 'visible';
    this.dispatchEvent(new Event('visibilitychange'));
  }

  hide() {
    this.visibilityState = 'hidden';
    this.dispatchEvent(new Event('visibilitychange'));
  }
}

/** `seed` tells pages apart: each has its own random numbers and ids. */
export function openPage({ server: serverOptions, seed = 1, Queue = BatchQueue, ...options } = {}) {
  const clock = new FakeClock();
  const server = new Server({ clock, ...serverOptions });
  const page = new FakePage();
  let [ids, state] = [0, seed * 7919 * 7919];
  const queue = new Queue({
    url: '/api/batch/',
    reducers,
    ...options,
    env: {
      ...clock,
      fetch: server.fetch,
      random: () => ((state = (state * 48271) % 2147483647), state / 2147483647),
      uuid: () => `${String(seed).padStart(8, '0')}-0000-7000-8000-${String(++ids).padStart(12, '0')}`,
      document: page,
      window: page,
      navigator: page,
      ...options.env,
    },
  });
  const events = [];
  for (const type of ['acked', 'failed', 'conflicted', 'rollback', 'unknown', 'wait', 'authrequired', 'included', 'error']) {
    queue.addEventListener(type, ({ detail }) => events.push({ type, ...detail }));
  }
  /** Put a row on the server and on the page. */
  const put = (resource, id, fields) => queue.setBase(resource, id, server.put(resource, id, fields));
  const click = (target, action = 'increment', resource = 'abilities') => queue.add({ resource, action, target });
  const typesOf = () => events.map(({ type }) => type);
  return { clock, server, page, queue, events, put, click, typesOf };
}
