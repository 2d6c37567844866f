/**
 * What happens to changes that are not saved yet when a person leaves the page. The queue lives as long as the page, and sends
 * what it has when the page is hidden; here is the rest: logging out, pages that cannot send, and coming back at once.
 *
 * @import { BatchQueue } from '../batching/index.js'
 * @import { Words } from './words.js'
 */

const MARK = 'left with changes on their way';
const CALM = new Set(['idle', 'collecting', 'saving']); // states in which whatever waits is sent as the page goes

/**
 * @param {BatchQueue} queue
 * @param {Words} words
 */
export function watchLeaving(queue, words) {
  addEventListener('beforeunload', (event) => {
    const { state, failed } = queue.stats();
    if (failed || !CALM.has(state)) event.preventDefault(); // the browser asks whether to stay
  });
  addEventListener('pagehide', () => {
    if (queue.stats().pending) sessionStorage.setItem(MARK, 'true');
  });
  for (const form of document.querySelectorAll('[data-logout]')) {
    if (form instanceof HTMLFormElement) form.addEventListener('submit', (event) => logOut(event, form, queue, words));
  }
}

/**
 * After the log-out nothing could be saved any more.
 *
 * @param {SubmitEvent} event
 * @param {HTMLFormElement} form
 * @param {BatchQueue} queue
 * @param {Words} words
 */
async function logOut(event, form, queue, words) {
  if (!queue.stats().pending) return;
  event.preventDefault();
  const saved = await queue.flush();
  if (saved || confirm(words.say('leave', { count: queue.stats().pending }))) form.submit();
}

/**
 * A page that was left in a hurry and opened again may have been read before its last changes arrived.
 *
 * @param {string} url  where the character is
 * @param {(sheet: Record<string, any>) => void} learn
 */
export async function catchUp(url, learn) {
  if (!sessionStorage.getItem(MARK)) return;
  sessionStorage.removeItem(MARK);
  for (const wait of [0, 1000]) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    const answer = await fetch(url, { headers: { Accept: 'application/json' } }).catch(() => undefined);
    if (answer?.ok) learn((await answer.json()).sheet);
  }
}
