/**
 * A box that narrows a section to the lines whose name, or heading, holds what is typed. The others keep their places.
 */
import { find } from './page.js';

const UNMATCHED = 'unmatched';

/** @param {string} text */
const folded = (text) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

export class Filter {
  #section;
  #input;

  /** @param {HTMLElement} section  with groups of lines, and the box, which is of no use without this script */
  constructor(section) {
    this.#section = section;
    this.#input = /** @type {HTMLInputElement} */ (find('[data-filter]', section));
    this.#input.hidden = false;
    this.#input.addEventListener('input', () => this.#apply());
    // Lines come, go and change their names.
    new MutationObserver(() => this.#wanted && this.#apply()).observe(section, { childList: true, subtree: true });
  }

  get #wanted() {
    return folded(this.#input.value.trim());
  }

  #apply() {
    const wanted = this.#wanted;
    for (const group of this.#section.querySelectorAll('.group')) {
      const all = folded(find('h3', /** @type {HTMLElement} */ (group)).textContent ?? '').includes(wanted);
      const lines = [...group.querySelectorAll('.trait')];
      for (const line of lines) line.classList.toggle(UNMATCHED, !all && !folded(find('.trait-name', line).textContent ?? '').includes(wanted));
      group.classList.toggle(UNMATCHED, wanted !== '' && lines.every((line) => line.classList.contains(UNMATCHED)));
    }
  }
}
