/**
 * Logging in again while the page stays as it is: a session may end while somebody plays, and no click is lost by it (R38).
 *
 * @import { BatchQueue } from '../batching/index.js'
 * @import { Words } from './words.js'
 */
import { find } from './page.js';

/**
 * The key of the user that is logged in now, in whichever tab it happened; null for nobody.
 *
 * @returns {Promise<string | null>}
 */
export async function whoIsLoggedIn() {
  const answer = await fetch(address(), { headers: { Accept: 'application/json' }, cache: 'no-store' });
  return (await answer.json()).user;
}

const address = () => document.body.dataset.session ?? '';

/** Django changes its token with each login; forms of a page that stays carry the old one. */
export function refreshTokens() {
  const token = /(?:^|;\s*)csrftoken=([^;]*)/.exec(document.cookie)?.[1];
  for (const input of document.querySelectorAll('input[name=csrfmiddlewaretoken]')) {
    if (token && input instanceof HTMLInputElement) input.value = token;
  }
}

export class Session {
  #queue;
  #words;
  #dialog = /** @type {HTMLDialogElement} */ (find('[data-login]'));
  #form = /** @type {HTMLFormElement} */ (find('form', this.#dialog));
  #why = find('[data-why]', this.#dialog);
  #error = find('[data-error]', this.#dialog);
  /** Told whether the password was right, when something other than the queue waits for it. @type {((told: boolean) => void) | undefined} */
  #waiting;

  /**
   * @param {BatchQueue} queue
   * @param {Words} words
   */
  constructor(queue, words) {
    this.#queue = queue;
    this.#words = words;
    queue.addEventListener('authrequired', () => this.#show());
    queue.addEventListener('status', ({ detail }) => (detail.held || this.#waiting ? this.#tell() : this.#dialog.close()));
    document.addEventListener('sync-login', (event) => this.#ask(event));
    document.addEventListener('submit', refreshTokens, { capture: true });
    this.#form.addEventListener('submit', (event) => this.#submitted(event));
    find('[data-later]', this.#dialog).addEventListener('click', () => this.#dialog.close());
    this.#dialog.addEventListener('close', () => this.#answer(false));
    for (const type of ['focus', 'visibilitychange']) addEventListener(type, () => this.#look());
    const others = new BroadcastChannel('session');
    others.addEventListener('message', () => this.#look());
    others.postMessage('a page was opened by somebody who is logged in');
    void queue.ready.then(() => this.#look());
  }

  /**
   * Make sure that the page's user is logged in, and ask for the password if not.
   *
   * @returns {Promise<boolean>}
   */
  async confirm() {
    const user = await whoIsLoggedIn();
    refreshTokens();
    if (user === document.body.dataset.user) return true;
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.#show();
      find('[name=password]', this.#form).focus();
    });
  }

  /** @param {boolean} told */
  #answer(told) {
    this.#waiting?.(told);
    this.#waiting = undefined;
  }

  /** Perhaps somebody has logged in elsewhere meanwhile. The queue makes sure that it is its owner. */
  #look() {
    if (this.#queue.stats().held) this.#goOn();
  }

  #goOn() {
    refreshTokens();
    this.#queue.resume();
  }

  /** Beside the work and without taking the focus: whoever clicks goes on clicking. */
  #show() {
    this.#tell();
    this.#error.textContent = '';
    if (this.#dialog.open) return;
    const focused = document.activeElement;
    this.#dialog.show(); // which would take the focus
    if (focused instanceof HTMLElement) focused.focus();
  }

  #tell() {
    const { held, pending: count } = this.#queue.stats();
    const why = held === 'user' ? 'other_user' : 'session_ended';
    this.#why.textContent = this.#words.say(this.#waiting ? 'typed_is_kept' : why, { count });
  }

  /** @param {Event} event */
  #ask(event) {
    event.preventDefault();
    this.#show();
    find('[name=password]', this.#form).focus();
  }

  /** @param {SubmitEvent} event */
  async #submitted(event) {
    event.preventDefault();
    this.#error.textContent = '';
    try {
      await whoIsLoggedIn(); // whatever became of the cookie: after this there is one
      refreshTokens();
      const answer = await fetch(this.#form.action, { method: 'POST', body: new FormData(this.#form) });
      const { detail } = await answer.json();
      if (!answer.ok) return this.#refuse(detail);
    } catch {
      return this.#refuse(this.#words.say('no_connection'));
    }
    this.#form.reset();
    this.#answer(true);
    this.#dialog.close();
    this.#goOn();
  }

  /** @param {string} reason */
  #refuse(reason) {
    this.#error.textContent = reason;
    find('[name=password]', this.#form).focus();
  }
}
