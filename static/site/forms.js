/**
 * Forms that lead to another page. They leave only while their person is logged in and the server answers: otherwise the page stays,
 * with all that was typed, until that is so (R38).
 *
 * @import { Session } from './session.js'
 * @import { Words } from './words.js'
 */
import { tell } from './page.js';

/**
 * @param {Session} session
 * @param {Words} words
 */
export function keepForms(session, words) {
  const ready = new WeakSet();
  const asked = new WeakSet();
  /**
   * @param {HTMLFormElement} form
   * @param {HTMLElement | null} submitter
   */
  const send = async (form, submitter) => {
    asked.add(form);
    try {
      if (!(await session.confirm())) return;
      ready.add(form);
      form.requestSubmit(submitter);
    } catch {
      tell(words.say('no_connection'));
    } finally {
      asked.delete(form);
    }
  };
  // At the window, after everything that handles forms without leaving the page.
  addEventListener('submit', (event) => {
    const { target: form, submitter } = event;
    if (event.defaultPrevented || !(form instanceof HTMLFormElement) || form.method !== 'post' || ready.delete(form)) return;
    event.preventDefault();
    if (!asked.has(form)) void send(form, submitter);
  });
}
