/**
 * The columns of each resource that can be written: what makes a row the same again. The rest follows from them.
 *
 * @typedef {Record<string, any>} Row
 */

const SCORED = ['experience_points'];
const FACULTIES = ['intelligence', 'perception', 'strength', 'stamina', 'presence', 'communication', 'dexterity', 'quickness'];

/** @type {Record<string, string[]>} */
export const COLUMNS = {
  abilities: ['ability', 'instance', 'specialty', 'native', ...SCORED],
  arts: ['art', 'bonus_experience', ...SCORED],
  virtues: ['virtue', 'size', 'parameters', 'granted_by_house', 'assumed', 'granted', 'notes'],
  spells: [
    'spell', 'parameter', 'name', 'technique', 'form', 'requisites', 'level', 'range', 'duration', 'target', 'ritual', 'focus',
    'mastery_abilities', 'notes', ...SCORED,
  ],
  traits: ['name', 'score'],
  reputations: ['content', 'type', ...SCORED],
  possessions: [
    'kind', 'item', 'name', 'coverage', 'carried', 'worn', 'load', 'protection', 'ability', 'init', 'atk', 'dfn', 'dam', 'min_str', 'notes',
  ],
  attacks: ['name', 'weapon', 'shield', 'ability', 'mounted', 'specialty_applies'],
  characters: [
    'name', 'type', 'house', 'mode', 'age', 'apparent_age', 'apprenticed_at', 'years_after_apprenticeship', 'lab_seasons', 'extra_experience',
    'size', ...FACULTIES, ...FACULTIES.map((name) => `${name}_aging`), ...FACULTIES.map((name) => `${name}_lost`), 'aging_settled',
    'decrepitude_points', 'confidence_score', 'confidence_points', 'warping_points', 'light_wounds', 'medium_wounds', 'heavy_wounds',
    'incapacitating_wounds', 'fatigue', 'long_term_fatigue', 'notes',
  ],
};

/** What a new row tells of itself so that it has a name and a place before the server has answered. */
const NAMES = ['character', 'ability_name', 'virtue_name', 'category', 'kind'];

/**
 * The columns in which two states of a row differ.
 *
 * @param {string} resource
 * @param {Row} before
 * @param {Row} after
 */
export const changedIn = (resource, before, after) => (COLUMNS[resource] ?? []).filter((name) => !isSame(before[name], after[name]));

/**
 * What makes a row anew that is gone.
 *
 * @param {string} resource
 * @param {Row} row
 */
export const anew = (resource, row) => pick(row, [...NAMES, ...COLUMNS[resource]].filter((name) => row[name] !== undefined));

/**
 * @param {Row} row
 * @param {string[]} names
 * @returns {Row}
 */
export const pick = (row, names) => Object.fromEntries(names.map((name) => [name, row[name]]));

/**
 * @param {unknown} one
 * @param {unknown} other
 */
export const isSame = (one, other) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
