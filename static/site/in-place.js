/**
 * Texts that become fields where they stand: by a click, or by Enter. Leaving the field or Enter saves what it says, as leaving any
 * field of the sheet does (`controls.js`), and Escape leaves everything as it was. What was refused stands in its field again,
 * beside the reason.
 *
 * @import { BatchQueue, Operation } from '../batching/index.js'
 * @import { Lines } from './lines.js'
 * @import { Own } from './own.js'
 * @import { Words } from './words.js'
 *
 * @typedef {object} Editor
 * @property {HTMLElement} element  the text
 * @property {HTMLInputElement} input
 * @property {string} before  what the text said
 * @property {Operation} [refused]  whose value stands in the field
 */
import { needsAttention } from '../batching/sync-status.js';
import { find } from './page.js';

const TEXT = '[data-inline]';

export class InPlace {
  /** @type {Map<HTMLElement, Editor>} */
  #editors = new Map();
  #root;
  #lines;
  #own;
  #queue;
  #words;

  /**
   * @param {HTMLElement} root
   * @param {Lines} lines
   * @param {Own} own
   * @param {BatchQueue} queue
   * @param {Words} words
   */
  constructor(root, lines, own, queue, words) {
    this.#root = root;
    this.#lines = lines;
    this.#own = own;
    this.#queue = queue;
    this.#words = words;
    for (const text of root.querySelectorAll(`[data-own-fields] ${TEXT}`)) editable(/** @type {HTMLElement} */ (text), words);
    root.addEventListener('click', ({ target }) => this.#open(textAt(target)));
    root.addEventListener('keydown', (event) => this.#pressed(event));
    root.addEventListener('focusout', ({ target }) => this.#left(target));
  }

  /** Give refused values their fields back, and close those whose refusal is settled. */
  paint() {
    const refused = this.#queue.operations().filter((operation) => needsAttention(operation) && operation.action === 'update');
    for (const editor of [...this.#editors.values()]) if (editor.refused && !refused.some(({ id }) => id === editor.refused?.id)) this.#close(editor, { save: false });
    for (const operation of refused) this.#giveBack(operation);
  }

  /** @param {Operation} operation */
  #giveBack(operation) {
    const [name, ...others] = Object.keys(operation.data);
    const place = this.#lines.about(operation)?.element ?? (operation.resource === 'characters' && operation.target === this.#own.place.target ? this.#root : undefined);
    const element = others.length ? null : place?.querySelector(`[data-inline="${CSS.escape(name)}"]`);
    if (!(element instanceof HTMLElement) || this.#editors.has(element)) return;
    const editor = this.#edit(element);
    if (!editor) return;
    editor.input.value = String(operation.data[name] ?? '');
    editor.input.ariaInvalid = 'true';
    editor.refused = operation;
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const { key, target } = event;
    const editor = this.#editorOf(target);
    const text = this.#textFor(target);
    if (text && ['Enter', 'F2'].includes(key)) {
      event.preventDefault();
      this.#open(text);
    }
    if (!editor || !['Enter', 'Escape'].includes(key)) return;
    event.preventDefault();
    event.stopPropagation();
    if (key === 'Escape' && editor.refused) void this.#queue.discard(editor.refused.id);
    this.#close(editor, { save: key === 'Enter', back: true });
  }

  /**
   * The text that a key is meant for: the one that has the focus, or that of the line whose value has it.
   *
   * @param {EventTarget | null} target
   */
  #textFor(target) {
    if (!(target instanceof HTMLElement)) return null;
    if (target.matches(TEXT)) return target;
    const line = this.#lines.around(target);
    return target === line?.value ? /** @type {HTMLElement | null} */ (line.element.querySelector(TEXT)) : null;
  }

  /** @param {EventTarget | null} target */
  #left(target) {
    const editor = this.#editorOf(target);
    if (editor) this.#close(editor, { save: true });
  }

  /** @param {HTMLElement | null} element */
  #open(element) {
    const editor = element && this.#edit(element);
    editor?.input.focus();
    editor?.input.select();
  }

  /**
   * @param {HTMLElement} element
   * @returns {Editor | undefined}
   */
  #edit(element) {
    const name = element.dataset.inline ?? '';
    const line = this.#lines.around(element);
    const { row } = line ?? this.#own;
    if (!row) return undefined;
    const input = fieldFor(line?.resource, name);
    const before = String(row[name] ?? '');
    input.value = before;
    input.className = 'inline-field';
    input.setAttribute('aria-label', line ? this.#words.say('field_of', { field: element.dataset.label, name: line.name }) : element.dataset.label ?? '');
    element.hidden = true;
    element.after(input);
    const editor = { element, input, before };
    this.#editors.set(element, editor);
    return editor;
  }

  /**
   * @param {Editor} editor
   * @param {{save: boolean, back?: boolean}} how  `back`: whether the text takes the focus
   */
  #close(editor, { save, back = false }) {
    const { element, input, before, refused } = editor;
    if (!this.#editors.has(element)) return;
    if (!save) input.value = before;
    if (!input.checkValidity()) return this.#tell(editor);
    this.#editors.delete(element);
    const isNew = refused && input.value.trim() !== String(refused.data[input.name] ?? '');
    if (isNew) void this.#queue.discard(refused.id);
    if (document.activeElement === input) input.blur(); // which is leaving the field: what it says is saved
    input.nextElementSibling?.matches('.inline-why') && input.nextElementSibling.remove();
    input.remove();
    element.hidden = false;
    if (back) element.focus();
    if (refused && save && !isNew) this.paint();
  }

  /**
   * Why this cannot be saved, in the browser's words.
   *
   * @param {Editor} editor
   */
  #tell({ input }) {
    const why = input.nextElementSibling?.matches('.inline-why') ? input.nextElementSibling : document.createElement('small');
    Object.assign(why, { className: 'inline-why', id: 'inline-why', textContent: input.validationMessage });
    why.setAttribute('role', 'alert');
    input.ariaInvalid = 'true';
    input.setAttribute('aria-describedby', why.id);
    input.after(why);
  }

  /** @param {EventTarget | null} target */
  #editorOf(target) {
    return [...this.#editors.values()].find(({ input }) => input === target);
  }
}

/**
 * Let people see, and hear, that a text can be edited. Those of lines are no stops of the Tab key, which has two in each line
 * already: Enter on the value leads to them.
 *
 * @param {HTMLElement} text
 * @param {Words} words
 */
export function editable(text, words) {
  Object.assign(text, { role: 'button', tabIndex: text.closest('.trait') ? -1 : 0, title: words.say('edit', { name: text.dataset.label }) });
}

/** @param {EventTarget | null} target */
const textAt = (target) => (target instanceof Element ? /** @type {HTMLElement | null} */ (target.closest(TEXT)) : null);

/**
 * A field like that of the panel, which knows what may be said in it.
 *
 * @param {string | undefined} resource
 * @param {string} name
 */
function fieldFor(resource, name) {
  const panel = resource ? /** @type {HTMLTemplateElement} */ (find(`[data-panel=${resource}]`)).content : document;
  const known = panel.querySelector(`${resource ? '' : 'form[data-own] '}[name="${CSS.escape(name)}"]`);
  const input = known instanceof HTMLInputElement ? /** @type {HTMLInputElement} */ (known.cloneNode()) : document.createElement('input');
  input.name = name;
  input.required = ['name', 'content', 'age'].includes(name);
  return input;
}
