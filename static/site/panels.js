/**
 * The panel in which a row is edited. There is one for each kind of row, which opens over the line.
 *
 * @import { Line } from './line.js'
 * @import { Lines } from './lines.js'
 * @import { Parameters } from './parameters.js'
 * @import { Words } from './words.js'
 */
import { fieldsOf, fill } from './fields.js';
import { find } from './page.js';

export class Panels {
  #lines;
  #parameters;
  #words;
  /** @type {{line: Line, form: HTMLFormElement} | undefined} */
  #open;

  /**
   * @param {HTMLElement} root
   * @param {Lines} lines
   * @param {Parameters} parameters
   * @param {Words} words
   */
  constructor(root, lines, parameters, words) {
    this.#lines = lines;
    this.#parameters = parameters;
    this.#words = words;
    root.addEventListener('click', (event) => this.#clicked(event));
    root.addEventListener('keydown', (event) => this.#pressed(event));
    document.addEventListener('pointerdown', ({ target }) => this.#left(target));
  }

  /** @param {{back?: boolean}} [options]  whether the pen takes the focus again */
  close({ back = true } = {}) {
    if (!this.#open) return;
    const { line, form } = this.#open;
    this.#open = undefined;
    const focused = form.contains(document.activeElement) ? document.activeElement : null;
    if (focused instanceof HTMLElement) focused.blur(); // which is leaving the field: what it says is saved
    form.remove();
    const edit = find('.edit', line.element);
    edit.ariaExpanded = 'false';
    if (focused && back) edit.focus();
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    const edit = event.target instanceof Element ? event.target.closest('.edit') : null;
    const line = this.#lines.around(edit);
    if (!line) return;
    event.preventDefault();
    const again = this.#open?.line === line;
    this.close();
    if (!again) this.#show(line);
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const { key, target } = event;
    if (key === 'Escape') this.close();
    if (![' ', 'Enter'].includes(key) || !(target instanceof HTMLElement && target.matches('.edit:not([href])'))) return;
    event.preventDefault();
    target.click();
  }

  /** @param {EventTarget | null} target */
  #left(target) {
    if (this.#open && target instanceof Node && !this.#open.line.element.contains(target)) this.close({ back: false });
  }

  /** @param {Line} line */
  #show(line) {
    const { row } = line;
    const template = /** @type {HTMLTemplateElement} */ (find(`[data-panel=${line.resource}]`));
    const form = template.content.firstElementChild?.cloneNode(true);
    if (!row || !(form instanceof HTMLFormElement)) return;
    for (const field of fieldsOf(form)) {
      const { only } = field.dataset;
      if (only && only !== row.ability) field.closest('label')?.remove();
    }
    fill(form, row);
    form.querySelector('[data-remove]')?.setAttribute('aria-label', this.#words.say('remove', { name: line.name }));
    line.element.append(form);
    find('.edit', line.element).ariaExpanded = 'true';
    this.#open = { line, form };
    fieldsOf(form)[0]?.focus();
    void this.#parameters.ask(form, line);
  }
}
