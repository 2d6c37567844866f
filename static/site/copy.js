/** Buttons that copy what stands elsewhere on the page: `<button data-copy="#block" data-copied="Copied">`. */
import { find } from './page.js';

/** @param {HTMLElement} button */
async function copy(button) {
  const status = find('[data-copy-status]');
  const source = find(button.dataset.copy ?? '');
  try {
    await navigator.clipboard.writeText(source.textContent ?? '');
    status.textContent = button.dataset.copied ?? '';
  } catch {
    // No permission, or no HTTPS: what is selected can be copied with the keyboard.
    getSelection()?.selectAllChildren(source);
    status.textContent = button.dataset.failed ?? '';
  }
}

for (const button of document.querySelectorAll('[data-copy]')) {
  if (button instanceof HTMLElement) {
    button.hidden = false;
    button.addEventListener('click', () => void copy(button));
  }
}
