/**
 * The forms that add rows. Where the catalogue has what is added, one types to find it.
 *
 * @import { BatchQueue, Operation } from '../batching/index.js'
 * @import { Words } from './words.js'
 */
import { fieldsOf, valueOf } from './fields.js';
import { kindOf } from './offers.js';
import { find } from './page.js';
import { Picker } from './picker.js';

/** Columns of a spell of the magus's own, which one of the grimoire has from there. */
const DESIGN = ['name', 'technique', 'form', 'level', 'range', 'duration', 'target', 'ritual'];

export class Adding {
  /** @type {Map<HTMLFormElement, Picker>} */
  #pickers = new Map();
  #root;
  #queue;
  #character;
  #words;
  #has;

  /**
   * @param {HTMLElement} root
   * @param {BatchQueue} queue
   * @param {number} character
   * @param {Words} words
   * @param {(resource: string, data: Record<string, any>) => boolean} has  whether the character has such a row
   */
  constructor(root, queue, character, words, has) {
    this.#root = root;
    this.#queue = queue;
    this.#character = character;
    this.#words = words;
    this.#has = has;
    for (const input of root.querySelectorAll('input[data-picker]')) this.#pick(/** @type {HTMLInputElement} */ (input));
    root.addEventListener('submit', (event) => this.#submitted(event));
  }

  /**
   * Where a row is told to be refused that never came to be.
   *
   * @param {Operation} operation
   */
  listFor({ resource, data }) {
    /** @type {HTMLFormElement[]} */
    const forms = [...this.#root.querySelectorAll(`form[data-add="${resource}"]`)].filter((form) => form instanceof HTMLFormElement);
    const form = forms.find((each) => !data.kind || each.dataset.kind === data.kind) ?? forms[0];
    return form && find(`[data-problems="${form.dataset.kind ?? resource}"]`, this.#root);
  }

  /** @param {HTMLInputElement} input */
  #pick(input) {
    const form = /** @type {HTMLFormElement} */ (input.form);
    const kind = kindOf(input.dataset.picker ?? '', this.#root.dataset.offers ?? '', form.dataset.kind, this.#words, () => this.#queue.flush());
    const picker = new Picker(input, kind, this.#words, () => this.#chosen(form, picker));
    this.#pickers.set(form, picker);
    for (const field of fieldsOf(form)) if ('plain' in field.dataset) label(field).hidden = true;
  }

  /**
   * What the catalogue says need not be said; and where nothing is left to say, choosing is adding.
   *
   * @param {HTMLFormElement} form
   * @param {Picker} picker
   */
  #chosen(form, picker) {
    const isChosen = Boolean(picker.chosen);
    for (const field of fieldsOf(form)) if (DESIGN.includes(field.name) && form.dataset.add === 'spells') label(field).hidden = isChosen;
    if (!isChosen) return;
    const next = picker.questions.first ?? fieldsOf(form).find(({ name }) => name === 'specialty');
    if (next) next.focus();
    else form.requestSubmit();
  }

  /** @param {SubmitEvent} event */
  #submitted(event) {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.dataset.add) return;
    event.preventDefault();
    const picker = this.#pickers.get(form);
    const data = { ...filled(form), ...picker?.data(), ...JSON.parse(form.dataset.with ?? '{}') };
    const reason = this.#refusal(form, picker, data);
    if (reason) return picker?.refuse(this.#words.say(reason));
    this.#queue.add({ resource: form.dataset.add, action: 'create', data: { character: this.#character, ...data } });
    form.reset();
    if (picker) picker.clear();
    else fieldsOf(form)[0].focus();
  }

  /**
   * @param {HTMLFormElement} form
   * @param {Picker | undefined} picker
   * @param {Record<string, any>} data
   */
  #refusal(form, picker, data) {
    if (!picker) return '';
    if (!picker.chosen && !(form.dataset.add === 'spells' && data.name)) return 'choose_one';
    return this.#has(form.dataset.add ?? '', data) ? 'has_already' : '';
  }
}

/** @param {HTMLElement} field */
const label = (field) => /** @type {HTMLElement} */ (field.closest('label'));

/**
 * What the fields say that are shown; empty ones say nothing.
 *
 * @param {HTMLFormElement} form
 */
function filled(form) {
  const fields = fieldsOf(form).filter((field) => !('picker' in field.dataset) && !label(field).hidden);
  const values = fields.map((field) => [field.name, valueOf(field)]).filter(([, value]) => value !== '' && value !== false);
  return ofTheTables(form, Object.fromEntries(values));
}

/**
 * Something of the tables has its name and kind from there.
 *
 * @param {HTMLFormElement} form
 * @param {Record<string, any>} data
 */
function ofTheTables(form, { kind, ...data }) {
  const item = form.elements.namedItem('item');
  if (!(item instanceof HTMLSelectElement && data.item)) return { kind, ...data };
  return { name: item.selectedOptions[0].text, ...data };
}
