/**
 * What a person does on the sheet, as operations of the queue. One listener for all lines.
 *
 * @import { BatchQueue } from '../batching/index.js'
 * @import { Field } from './fields.js'
 * @import { Line } from './line.js'
 * @import { Lines } from './lines.js'
 * @import { Own } from './own.js'
 * @import { Panels } from './panels.js'
 */
import { differs, fieldsOf, isField, tagOf, valueOf } from './fields.js';
import { Hold } from './hold.js';

const PAGE = 5; // steps of Page Up and Page Down
const TYPING = 1000; // ms in which digits belong to one number
const PAUSE = 800; // ms without a key after which a long text is saved
/** @type {Record<string, number>} */
const STEPS = { ArrowUp: 1, ArrowDown: -1, PageUp: PAGE, PageDown: -PAGE };

/** What closes by itself when somebody turns to something else. */
const PASSING = 'details:is(.findings, .menu)[open]';

export class Controls {
  #lines;
  #own;
  #panels;
  #queue;
  #say;
  #typed = { text: '', at: 0, line: /** @type {Line | undefined} */ (undefined) };
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #pausing;

  /**
   * @param {HTMLElement} root
   * @param {Lines} lines
   * @param {Own} own
   * @param {Panels} panels
   * @param {BatchQueue} queue
   * @param {(line: Line) => void} say  tell those who do not see the page what a line says now
   */
  constructor(root, lines, own, panels, queue, say) {
    this.#panels = panels;
    this.#lines = lines;
    this.#own = own;
    this.#queue = queue;
    this.#say = say;
    const hold = new Hold(root, (button) => this.#push(button));
    root.addEventListener('click', (event) => this.#clicked(event, hold));
    root.addEventListener('keydown', (event) => this.#pressed(event));
    root.addEventListener('change', ({ target }) => this.#edited(target));
    root.addEventListener('input', ({ target }) => this.#writing(target));
    root.addEventListener('submit', (event) => this.#submitted(event));
    root.addEventListener('toggle', ({ target }) => opened(target), { capture: true }); // it does not bubble
    document.addEventListener('pointerdown', ({ target }) => closeAllBut(target));
  }

  /**
   * @param {MouseEvent} event
   * @param {Hold} hold
   */
  #clicked(event, hold) {
    const button = event.target instanceof Element ? event.target.closest('[data-by]') : null;
    if (!button || !this.#lines.around(button)) return;
    event.preventDefault();
    if (!hold.ended()) this.#push(button);
  }

  /**
   * @param {Element} button
   * @returns {boolean} whether there was a step to take
   */
  #push(button) {
    const line = this.#lines.around(button);
    if (!line) return false;
    const taken = this.#step(line, Number(button.getAttribute('data-by')));
    this.#say(line); // a button does not tell what it did; the value, when it has the focus, does
    return taken;
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const line = this.#lines.around(event.target);
    if (event.key === 'Escape' && event.target instanceof Element) close(event.target.closest('details'));
    if (!line || event.target !== line.value || event.ctrlKey || event.metaKey || event.altKey) return;
    const steps = STEPS[event.key];
    if (!steps) return this.#type(event, line);
    event.preventDefault();
    for (let step = 0; step < Math.abs(steps); step++) this.#step(line, Math.sign(steps));
  }

  /**
   * A number typed on a value is its new value: `1`, and `15` if a `5` follows.
   *
   * @param {KeyboardEvent} event
   * @param {Line} line
   */
  #type(event, line) {
    if (!/^[-\d]$/.test(event.key)) return;
    event.preventDefault();
    const { text, at, line: last } = this.#typed;
    const goesOn = last === line && event.timeStamp - at < TYPING && event.key !== '-';
    this.#typed = { text: goesOn ? text + event.key : event.key, at: event.timeStamp, line };
    const value = parseInt(this.#typed.text, 10); // a lone minus is no number yet
    const operation = Number.isNaN(value) ? undefined : line.set(value);
    if (operation) this.#queue.add(operation);
  }

  /**
   * @param {Line} line
   * @param {number} by
   */
  #step(line, by) {
    const allowed = line.allows(by);
    if (allowed) this.#queue.add(line.step(by));
    return allowed;
  }

  /**
   * A long text is saved whenever its writer pauses.
   *
   * @param {EventTarget | null} field
   */
  #writing(field) {
    if (!(field instanceof HTMLTextAreaElement)) return;
    clearTimeout(this.#pausing);
    this.#pausing = setTimeout(() => this.#edited(field), PAUSE);
  }

  /**
   * A field was left: what it says now is meant.
   *
   * @param {EventTarget | null} field
   */
  #edited(field) {
    const at = this.#lines.around(field) ?? (this.#own.has(field) ? this.#own : undefined);
    if (!at?.row || !isField(field) || !isMeant(field) || !differs(field, at.row)) return;
    for (const operation of at.edits({ [field.name]: valueOf(field) }, tagOf(this.#queue, at))) this.#queue.add(operation);
  }

  /** @param {SubmitEvent} event */
  #submitted(event) {
    if (this.#own.has(event.target)) return event.preventDefault(); // leaving the field has saved what it said
    const line = this.#lines.around(event.target);
    if (!line) return;
    event.preventDefault();
    this.#panels.close();
    if (!event.submitter?.hasAttribute('data-remove')) return;
    const next = this.#lines.beside(line);
    this.#queue.add({ ...line.place, action: 'delete' });
    next?.handle.focus();
  }
}

/** @param {Field} field */
const isMeant = (field) => field.type !== 'number' || field.value !== '' || 'empty' in field.dataset ? field.reportValidity() : false;

/** @param {HTMLDetailsElement | null | undefined} details */
function close(details) {
  if (!details?.open) return;
  details.querySelector('summary')?.focus();
  details.open = false;
}

/** @param {EventTarget | null} details */
function opened(details) {
  if (!(details instanceof HTMLDetailsElement) || !details.open) return;
  const form = details.querySelector('form');
  if (!form || !details.matches('.add')) return;
  details.scrollIntoView({ block: 'nearest' });
  fieldsOf(form).find((field) => field.offsetParent)?.focus();
}

/** @param {EventTarget | null} target */
function closeAllBut(target) {
  for (const details of document.querySelectorAll(PASSING)) {
    if (!(target instanceof Node && details.contains(target))) details.removeAttribute('open');
  }
}
