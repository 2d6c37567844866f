/**
 * What a player has to choose with an entry of the catalogue: which area, which Art, what the Flaw is about.
 *
 * @import { Words } from './words.js'
 *
 * @typedef {{value: string, name: string, template?: string}} Option
 *
 * @typedef {object} Question
 * @property {string} kind
 * @property {string} label
 * @property {boolean} required
 * @property {boolean} [several]
 * @property {boolean} [open]  whether another choice than those offered may be written
 * @property {Option[]} [options]
 *
 * @typedef {{word: string, value: any}} Answer  as it is printed, and as the API takes it
 */

export class Questions {
  element = document.createElement('div');
  /** @type {(() => Answer)[]} */
  #answers = [];
  #words;

  /** @param {Words} words */
  constructor(words) {
    this.#words = words;
    this.element.className = 'questions';
  }

  /**
   * @param {Question[]} questions
   * @param {Record<string, Option[]>} lists  choices of the kinds that always have the same
   * @param {any[]} [given]  what was answered before, as the API has it
   */
  ask(questions, lists, given = []) {
    this.element.replaceChildren();
    this.#answers = questions.map((question, index) => this.#ask(question, question.options?.length ? question.options : lists[question.kind] ?? [], given[index]));
  }

  /** Whether there is an answer to each question that needs one. */
  get areAnswered() {
    const fields = /** @type {NodeListOf<HTMLInputElement | HTMLSelectElement>} */ (this.element.querySelectorAll('input, select'));
    return [...fields].every((field) => field.checkValidity());
  }

  /** The field to be filled in first. */
  get first() {
    return /** @type {HTMLElement | null} */ (this.element.querySelector('input, select'));
  }

  answers() {
    return this.#answers.map((answer) => answer());
  }

  /**
   * @param {Question} question
   * @param {Option[]} options
   * @param {any} given
   */
  #ask(question, options, given) {
    const field = options.length && !question.open ? select(question, options) : input(question);
    field.required = question.required;
    say(field, question, given);
    this.#add(question.label, field);
    if (question.kind !== 'ability' || !(field instanceof HTMLSelectElement) || question.several) return () => answer(question, field);
    const instance = input({ ...question, kind: 'text' });
    instance.value = given?.instance ?? '';
    instance.required = true;
    const label = this.#add(this.#words.say('which_one'), instance);
    const choose = () => (label.hidden = instance.disabled = !chosen(field, options)?.template);
    field.addEventListener('change', choose);
    choose();
    return () => ability(chosen(field, options), instance.value.trim());
  }

  /**
   * @param {string} text
   * @param {HTMLElement} field
   */
  #add(text, field) {
    const label = document.createElement('label');
    label.append(`${text.charAt(0).toUpperCase()}${text.slice(1)} `, field);
    this.element.append(label);
    return label;
  }
}

/**
 * @param {Question} question
 * @param {Option[]} options
 */
function select({ several = false }, options) {
  const field = document.createElement('select');
  field.multiple = several;
  const blank = several ? [] : [new Option('\u2013', '')];
  field.append(...blank, ...options.map(({ name, value }) => new Option(name, value)));
  return field;
}

/** @param {Question} question */
function input({ kind }) {
  const field = document.createElement('input');
  field.autocomplete = 'off';
  field.maxLength = 80;
  if (kind === 'number') Object.assign(field, { type: 'number', min: '1', max: '500', inputMode: 'numeric' });
  return field;
}

/**
 * @param {HTMLSelectElement} field
 * @param {Option[]} options
 */
const chosen = (field, options) => options.find(({ value }) => value === field.value);

/** Members of a value by the kind of its parameter. */
const MEMBERS = /** @type {Record<string, string>} */ ({ technique: 'art', form: 'art', number: 'text' });

/**
 * @param {HTMLInputElement | HTMLSelectElement} field
 * @param {Question} question
 * @param {any} given
 */
function say(field, { kind }, given) {
  const values = [given].flat().filter(Boolean).map((value) => String(value[MEMBERS[kind] ?? kind] ?? ''));
  if (!values.length) return;
  if (field instanceof HTMLSelectElement) for (const option of field.options) option.selected = values.includes(option.value);
  else field.value = values[0];
}

/**
 * @param {Question} question
 * @param {HTMLInputElement | HTMLSelectElement} field
 * @returns {Answer}
 */
function answer({ kind, several }, field) {
  const name = MEMBERS[kind] ?? kind;
  const told = field instanceof HTMLSelectElement ? [...field.selectedOptions].map(({ text, value }) => ({ text, value })) : [{ text: field.value.trim(), value: field.value.trim() }];
  const values = told.filter(({ value }) => value).map(({ value }) => ({ [name]: value }));
  const word = told.filter(({ value }) => value).map(({ text }) => text).join(', ');
  return { word: kind === 'size' ? field.value : word, value: several ? values : values[0] ?? null };
}

/**
 * @param {Option | undefined} option
 * @param {string} instance
 * @returns {Answer}
 */
function ability(option, instance) {
  if (!option) return { word: '', value: null };
  const word = option.template && instance ? option.template.replace(/\{[^{}]*\}/, () => instance) : option.name;
  return { word, value: { ability: option.value, instance: option.template ? instance : null } };
}
