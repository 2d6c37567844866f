/**
 * What happens to changes that are not saved when a person leaves. What waits is kept on this device and goes on with the next
 * page; here is the rest: logging out, and browsers that keep nothing.
 *
 * @import { BatchQueue } from '../batching/index.js'
 * @import { Words } from './words.js'
 */
import { forgetPages } from './offline.js';
import { find, tell } from './page.js';
import { refreshTokens } from './session.js';

const PATIENCE = 5000; // ms in which the log-out tries to save

/**
 * @param {BatchQueue} queue
 * @param {Words} words
 */
export function watchLeaving(queue, words) {
  const leaving = new AbortController();
  const { signal } = leaving;
  // Logged out in another tab: nothing can be done on this page any more, and the login page says so.
  queue.addEventListener('status', ({ detail }) => detail.state === 'closed' && location.reload(), { signal });
  addEventListener('beforeunload', (event) => {
    const { durable, pending, failed } = queue.stats();
    if (!durable && pending + failed) event.preventDefault(); // the browser asks whether to stay
  });
  for (const form of document.querySelectorAll('form[data-logout]')) {
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void logOut(/** @type {HTMLFormElement} */ (form), queue, words, leaving);
    });
  }
}

/**
 * Save what can be saved; about the rest the person decides: stay, keep it on this device, or discard it.
 *
 * @param {HTMLFormElement} form
 * @param {BatchQueue} queue
 * @param {Words} words
 * @param {AbortController} leaving  aborted as soon as this tab goes by itself
 */
async function logOut(form, queue, words, leaving) {
  const button = find('button', form);
  if (button.ariaDisabled === 'true') return; // it is under way
  button.ariaDisabled = 'true';
  await drain(queue);
  const { pending, failed } = queue.stats();
  const count = pending + failed;
  const choice = count ? await choose(words.say('unsaved', { count })) : 'keep';
  button.ariaDisabled = null;
  if (choice !== 'keep' && choice !== 'discard') return;
  queue.pause(); // after the log-out nothing could be sent, and nothing should be
  const address = await endSession(form);
  if (!address) {
    queue.resume();
    return tell(words.say('no_connection'));
  }
  leaving.abort();
  await forgetPages();
  await queue.logOut({ discard: choice === 'discard' });
  location.assign(address);
}

/**
 * Try to save, but not for longer than it makes sense.
 *
 * @param {BatchQueue} queue
 */
async function drain(queue) {
  const late = () => queue.stats().until > Date.now() + PATIENCE;
  if (!navigator.onLine || late()) return;
  const hopeless = new Promise((resolve) => queue.addEventListener('wait', () => late() && resolve(0)));
  await Promise.race([queue.drain({ timeout: PATIENCE }), hopeless]);
}

/**
 * @param {string} text
 * @returns {Promise<string>} `keep`, `discard`, or anything else for staying
 */
function choose(text) {
  const dialog = /** @type {HTMLDialogElement} */ (find('[data-unsaved]'));
  find('p', dialog).textContent = text;
  dialog.returnValue = 'stay';
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener('close', () => resolve(dialog.returnValue), { once: true }));
}

/**
 * @param {HTMLFormElement} form
 * @returns {Promise<string | undefined>} where to go then; undefined if that failed
 */
async function endSession(form) {
  refreshTokens();
  try {
    const { ok, url } = await fetch(form.action, { method: 'POST', body: new FormData(form) });
    return ok ? url : undefined;
  } catch {
    return undefined;
  }
}
