/**
 * The page without a network: starts the service worker, tells it what it needs to know, and says how old a kept page is.
 *
 * @import { BatchQueue } from '../batching/index.js'
 * @import { Words } from './words.js'
 */
import { find } from './page.js';
import { whoIsLoggedIn } from './session.js';

/** @type {Intl.DateTimeFormatOptions} */
const CLOCK = { timeStyle: 'short', hourCycle: 'h23' };

const PATIENCE = 15_000; // ms between two looks for the network

/**
 * @param {BatchQueue} queue
 * @param {Words} words
 */
export function workOffline(queue, words) {
  const { kept } = document.body.dataset;
  if (kept) new Age(queue, words, new Date(Number(kept)));
  if (navigator.serviceWorker) void start(queue);
}

/** No page of this browser's user opens any more without a network. */
export async function forgetPages() {
  const names = 'caches' in globalThis ? await caches.keys() : [];
  await Promise.all(names.filter((name) => name.startsWith('pages ')).map((name) => caches.delete(name)));
}

/**
 * Whether a page opens without a network.
 *
 * @param {string} address
 */
export const isKept = async (address) => 'caches' in globalThis && Boolean(await caches.match(new URL(address, location.href), { ignoreVary: true }));

/** @param {BatchQueue} queue */
async function start(queue) {
  const { worker = '', user, sheets = '' } = document.body.dataset;
  try {
    await navigator.serviceWorker.register(worker, { updateViaCache: 'none' });
  } catch {
    return; // a browser that stores nothing: the site works as long as there is a network
  }
  const { active } = await navigator.serviceWorker.ready;
  if (!wasSeen()) active?.postMessage({ url: location.href, user });
  // Pages that belong together are kept together: whoever is in the middle of them goes on without a network.
  for (const link of document.querySelectorAll('a[data-keep]')) {
    if (navigator.onLine && link instanceof HTMLAnchorElement) active?.postMessage({ url: link.href, user });
  }
  queue.addEventListener('included', ({ detail: { included } }) => {
    // What is on its way may be in it or not, and is told twice by no page.
    if (queue.operations().some(({ state, limbo }) => state === 'inflight' || limbo)) return;
    for (const sheet of included.sheet ?? []) {
      const url = new URL(sheets.replace('/0/', `/${sheet.id}/`), location.href).href;
      active?.postMessage({ url, user, sheet });
    }
  });
}

/** Whether this page came by the worker. One that takes over while a page loads has not seen it, and yet controls it. */
function wasSeen() {
  const [visit] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType('navigation'));
  return visit !== undefined && visit.workerStart > 0;
}

/** "Offline, as of 20:14", until the page is up to date again, or can be asked for anew. */
class Age {
  #note = find('[data-kept-note]');
  #queue;
  #words;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {BatchQueue} queue
   * @param {Words} words
   * @param {Date} date
   */
  constructor(queue, words, date) {
    this.#queue = queue;
    this.#words = words;
    const time = new Intl.DateTimeFormat(document.documentElement.lang, formatFor(date)).format(date);
    this.#note.textContent = words.say('as_of', { time });
    this.#note.hidden = false;
    addEventListener('online', () => void this.#look());
    void this.#look();
  }

  async #look() {
    clearTimeout(this.#timer);
    if (await this.#queue.pull()) this.#note.hidden = true;
    else if (await whoIsLoggedIn().catch(() => undefined)) this.#offer();
    else this.#timer = setTimeout(() => void this.#look(), PATIENCE);
  }

  /** This page does not bring itself up to date. */
  #offer() {
    const link = Object.assign(document.createElement('a'), { href: location.href, textContent: this.#words.say('open_again') });
    this.#note.replaceChildren(this.#words.say('online_again'), ' ', link);
  }
}

/**
 * The time alone says enough of today.
 *
 * @param {Date} date
 * @returns {Intl.DateTimeFormatOptions}
 */
const formatFor = (date) => (date.toDateString() === new Date().toDateString() ? CLOCK : { dateStyle: 'medium', ...CLOCK });
