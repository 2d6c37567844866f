/**
 * What the catalogue offers to this character, and what becomes of an entry. The server decides what is for whom; the browser
 * keeps its answer and asks each time whether it still holds.
 *
 * @import { Answer, Question } from './questions.js'
 *
 * @typedef {Record<string, any> & {id: string, name: string, why: string}} Offer
 * @typedef {{offers: Offer[], lists: Record<string, {value: string, name: string, template?: string}[]>}} Offers
 *
 * @typedef {object} Kind
 * @property {string} resource
 * @property {() => Promise<Offers>} load
 * @property {(offer: Offer) => boolean} shows
 * @property {(offer: Offer) => string} text  what is searched, in small letters
 * @property {(offer: Offer) => string} facts  what is told beside the name
 * @property {(offer: Offer) => Question[]} questions
 * @property {(offer: Offer, answers: Answer[]) => Record<string, any>} data  of the new row
 */
import { short } from './formats.js';

/** @typedef {import('./words.js').Words} Words */

/**
 * @param {string} name  of the kind of offers
 * @param {string} address  with `KIND` in it
 * @param {string | undefined} only  Virtues or Flaws
 * @param {Words} words
 * @param {() => Promise<unknown>} [saved]  resolves when the server knows what was clicked so far, or cannot be asked
 * @returns {Kind}
 */
export function kindOf(name, address, only, words, saved = async () => {}) {
  const load = async () => {
    await saved();
    return (await fetch(address.replace('KIND', name), { headers: { Accept: 'application/json' } })).json();
  };
  const sizes = (/** @type {Offer} */ { sizes }) => sizes.map((/** @type {string} */ size) => words.find(`size_${size}`)).join(' / ');
  const kinds = {
    abilities: abilities(),
    virtues: virtues(sizes, only, words),
    spells: spells(words),
  };
  return { resource: only ?? name, load, ...kinds[/** @type {keyof kinds} */ (name)] };
}

/** @returns {Omit<Kind, 'load' | 'resource'>} */
const abilities = () => ({
  shows: () => true,
  text: ({ name, category }) => `${name} ${category}`.toLowerCase(),
  facts: ({ category }) => category,
  questions: ({ template }) => (template ? [{ kind: 'text', label: labelIn(template), required: true }] : []),
  data: ({ id, name, category, template }, [instance]) => ({
    ability: id,
    category,
    instance: instance?.word ?? '',
    ability_name: instance ? fill(template, [instance.word]) : name,
  }),
});

/**
 * @param {(offer: Offer) => string} sizes
 * @param {string | undefined} only
 * @param {Words} words
 * @returns {Omit<Kind, 'load' | 'resource'>}
 */
const virtues = (sizes, only, words) => ({
  shows: ({ kind }) => kind === only,
  text: (offer) => `${offer.name} ${sizes(offer)} ${offer.category}`.toLowerCase(),
  facts: (offer) => `${sizes(offer)}, ${offer.category}`,
  questions: ({ parameters, sizes: all }) => [
    ...parameters,
    ...(all.length > 1 ? [{ kind: 'size', label: words.say('size'), required: true, options: all.map(named) }] : []),
  ],
  data: ({ id, name, kind, category, template, sizes: all, parameters }, answers) => {
    const chosen = answers.slice(0, parameters.length);
    const told = chosen.map(({ word }) => word);
    return {
      virtue: id,
      virtue_name: told.some(Boolean) ? (template ? fill(template, told) : `${name} (${told.filter(Boolean).join(', ')})`) : name,
      kind,
      category,
      size: answers[parameters.length]?.word || all[0],
      parameters: withoutEnd(chosen.map(({ value }) => value)),
    };
  },
});

/** @param {string} size */
const named = (size) => ({ value: size, name: size });

/**
 * @param {Words} words
 * @returns {Omit<Kind, 'load' | 'resource'>}
 */
const spells = (words) => ({
  shows: () => true,
  text: ({ name, technique, form, level }) => `${name} ${technique.slice(4)} ${form.slice(4)} ${short(technique)}${short(form)} ${level ?? ''}`.toLowerCase(),
  facts: ({ technique, form, level }) => `${short(technique)}${short(form)} ${level ?? words.say('any_level')}`,
  questions: ({ template, level }) => [
    ...(template ? [{ kind: 'form', label: words.say('which_form'), required: true }] : []),
    ...(level === null ? [{ kind: 'number', label: words.say('level'), required: true }] : []),
  ],
  data: ({ id, name, template, technique, form, level, range, duration, target, ritual, requisites }, answers) => {
    const [art] = template ? answers : [];
    const chosen = level ?? Number(answers.at(-1)?.word);
    const known = { technique, form, level: chosen, range, duration, target, ritual, requisites };
    return { spell: id, name: art ? name.replace('(Form)', art.word) : name, ...known, ...(art ? { parameter: art.value.art } : {}) };
  },
});

/** @param {string} template */
const labelIn = (template) => /\{(.*?)\}/.exec(template)?.[1] ?? '';

/**
 * `{area} Lore` and Provence make Provence Lore.
 *
 * @param {string} template
 * @param {string[]} words
 */
export function fill(template, words) {
  const rest = [...words];
  return template.replace(/\{([^{}]*)\}/g, (_, label) => rest.shift() || `(${label[0].toUpperCase()}${label.slice(1)})`);
}

/** @param {unknown[]} values */
function withoutEnd(values) {
  const last = values.findLastIndex((value) => value !== null);
  return values.slice(0, last + 1);
}
