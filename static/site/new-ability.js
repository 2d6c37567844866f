/**
 * The form that adds an Ability.
 *
 * @import { NewOperation } from '../batching/index.js'
 * @import { Entry } from './reducers.js'
 */

/**
 * The catalogue as the form's options tell it.
 *
 * @param {HTMLFormElement} form
 * @returns {Map<string, Entry>} by id
 */
export function catalogueOf(form) {
  const options = [.../** @type {HTMLSelectElement} */ (form.elements.namedItem('ability')).options];
  return new Map(
    options.map((option) => {
      const category = option.parentElement instanceof HTMLOptGroupElement ? option.parentElement.label : '';
      return [option.value, { name: option.text, category, template: option.dataset.instance }];
    }),
  );
}

export class NewAbility {
  #form;
  #select;
  #instance;
  #catalogue;

  /**
   * @param {HTMLFormElement} form
   * @param {ReadonlyMap<string, Entry>} catalogue
   */
  constructor(form, catalogue) {
    this.#form = form;
    this.#catalogue = catalogue;
    this.#select = /** @type {HTMLSelectElement} */ (form.elements.namedItem('ability'));
    this.#instance = /** @type {HTMLInputElement} */ (form.elements.namedItem('instance'));
    this.#select.addEventListener('change', () => this.#choose());
    form.addEventListener('input', () => this.#select.setCustomValidity(''));
    this.#choose();
  }

  /**
   * The operation that the filled form means.
   *
   * @param {number} character
   * @returns {NewOperation & {data: Record<string, any>}}
   */
  operation(character) {
    const fields = new FormData(this.#form);
    const [ability, specialty] = ['ability', 'specialty'].map((name) => String(fields.get(name)).trim());
    const instance = this.#instance.disabled ? '' : this.#instance.value.trim();
    return { resource: 'abilities', action: 'create', data: { character, ability, instance, specialty } };
  }

  /** @param {string} reason */
  refuse(reason) {
    this.#select.setCustomValidity(reason);
    this.#form.reportValidity();
  }

  clear() {
    this.#form.reset();
    this.#choose();
  }

  /** Only some Abilities come once per area, language or craft, and then they need to know which. */
  #choose() {
    const template = this.#catalogue.get(this.#select.value)?.template;
    this.#instance.required = template !== undefined;
    this.#instance.disabled = template === undefined;
    this.#instance.placeholder = /\{(.*?)\}/.exec(template ?? '')?.[1] ?? '';
  }
}
