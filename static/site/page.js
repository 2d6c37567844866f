/** What the page brings along. */

/**
 * An element that must be there.
 *
 * @param {string} selector
 * @param {ParentNode} [root]
 * @returns {HTMLElement}
 */
export function find(selector, root = document) {
  const element = root.querySelector(selector);
  if (!(element instanceof HTMLElement)) throw new Error(`There is no ${selector} on the page`);
  return element;
}

/**
 * What a `json_script` of the page says.
 *
 * @param {string} id
 */
export const read = (id) => JSON.parse(find(`#${id}`).textContent ?? '');

/**
 * Say something in the bar, which some pages show only when there is something to say.
 *
 * @param {string} text
 */
export function tell(text) {
  const notice = find('[data-notice]');
  notice.textContent = text;
  const bar = notice.closest('[data-quiet]');
  if (bar instanceof HTMLElement) bar.hidden = false;
}
