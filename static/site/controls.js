/**
 * What a person does on the sheet, as operations of the queue. One listener for all lines.
 *
 * @import { BatchQueue } from '../batching/index.js'
 * @import { Lines } from './lines.js'
 * @import { Trait } from './trait.js'
 */

const PAGE = 5; // steps of Page Up and Page Down
/** @type {Record<string, number>} */
const STEPS = { ArrowUp: 1, ArrowDown: -1, PageUp: PAGE, PageDown: -PAGE };

export class Controls {
  #lines;
  #queue;
  #say;

  /**
   * @param {HTMLElement} root
   * @param {Lines} lines
   * @param {BatchQueue} queue
   * @param {(trait: Trait) => void} say  tell those who do not see the page what a line says now
   */
  constructor(root, lines, queue, say) {
    this.#lines = lines;
    this.#queue = queue;
    this.#say = say;
    root.addEventListener('click', (event) => this.#clicked(event));
    root.addEventListener('keydown', (event) => this.#pressed(event));
    root.addEventListener('change', ({ target }) => this.#edited(target));
    root.addEventListener('submit', (event) => this.#submitted(event));
    root.addEventListener('toggle', ({ target }) => this.#toggled(target), { capture: true }); // it does not bubble
    document.addEventListener('pointerdown', ({ target }) => closeAllBut(target));
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    const button = event.target instanceof Element ? event.target.closest('[data-by]') : null;
    const trait = this.#lines.around(button);
    if (!button || !trait) return;
    event.preventDefault();
    this.#step(trait, Number(button.getAttribute('data-by')));
    this.#say(trait); // a button does not tell what it did; the value, when it has the focus, does
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const trait = this.#lines.around(event.target);
    if (event.key === 'Escape') close(trait?.element.querySelector('details'));
    const steps = STEPS[event.key];
    if (!trait || event.target !== trait.value || !steps) return;
    event.preventDefault();
    for (let step = 0; step < Math.abs(steps); step++) this.#step(trait, Math.sign(steps));
  }

  /**
   * @param {Trait} trait
   * @param {number} by
   */
  #step(trait, by) {
    if (trait.allows(by)) this.#queue.add(trait.step(by));
  }

  /**
   * A field was left: what it says now is meant.
   *
   * @param {EventTarget | null} input
   */
  #edited(input) {
    const trait = this.#lines.around(input);
    if (!trait || !(input instanceof HTMLInputElement) || !input.reportValidity()) return;
    const value = input.type === 'number' ? input.valueAsNumber : input.value.trim();
    if (trait.row?.[input.name] === value) return;
    this.#queue.add({ ...trait.place, action: 'update', data: { [input.name]: value }, if_match: this.#tag(trait) });
  }

  /**
   * The row as the person saw it: what is typed over a value must not overwrite another one that came from elsewhere. While own
   * changes wait, what the row will be on the server is not known.
   *
   * @param {Trait} trait
   */
  #tag({ resource, target, row }) {
    const known = row?.revision !== undefined && !this.#queue.pending(resource, target);
    return known ? `"${row.revision}"` : undefined;
  }

  /** @param {SubmitEvent} event */
  #submitted(event) {
    const trait = this.#lines.around(event.target);
    if (!trait) return;
    event.preventDefault();
    close(trait.element.querySelector('details')); // leaving the field has saved what it said
    if (!event.submitter?.hasAttribute('data-remove')) return;
    const next = this.#lines.beside(trait);
    this.#queue.add({ ...trait.place, action: 'delete' });
    next?.value.focus();
  }

  /**
   * The fields of a panel that opens say what the line says.
   *
   * @param {EventTarget | null} details
   */
  #toggled(details) {
    const row = this.#lines.around(details)?.row;
    if (!row || !(details instanceof HTMLDetailsElement) || !details.open) return;
    const inputs = [...details.querySelectorAll('input')].filter(({ name }) => name in row);
    for (const input of inputs) input.value = row[input.name];
    inputs[0]?.focus();
  }
}

/** @param {HTMLDetailsElement | null | undefined} details */
function close(details) {
  if (!details?.open) return;
  details.querySelector('summary')?.focus();
  details.open = false;
}

/** @param {EventTarget | null} target */
function closeAllBut(target) {
  for (const details of document.querySelectorAll('details[open]')) {
    if (!(target instanceof Node && details.contains(target))) details.removeAttribute('open');
  }
}
