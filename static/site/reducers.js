/**
 * What the operations of the sheet do to its rows, as far as the page can tell before the server answers. Whoever creates a row
 * tells its name along with it; the server has its own.
 *
 * @import { Kind } from '../characters/rules.js'
 *
 * @typedef {Record<string, any>} Row
 */
import { cost, increment, incrementCharacteristic, withExperience } from '../characters/rules.js';

const CHARACTERISTICS = new Set([
  'intelligence', 'perception', 'strength', 'stamina', 'presence', 'communication', 'dexterity', 'quickness',
]);

/** @param {Kind} kind */
const scored = (kind) => ({
  /**
   * @param {Row} _
   * @param {Row} data
   */
  create: (_, data) => moved(kind, {}, data),
  /**
   * @param {Row} row
   * @param {Row} data
   */
  increment: (row, { by, low }) => withExperience(kind, row, increment(kind, row.experience_points, by, low)),
  /**
   * @param {Row} row
   * @param {Row} data
   */
  update: (row, data) => moved(kind, row, data),
});

export const reducers = {
  abilities: scored('ability'),
  arts: scored('art'),
  spells: scored('ability'),
  reputations: scored('ability'),
  traits: {
    create: (/** @type {Row} */ _, /** @type {Row} */ data) => ({ score: 0, ...data }),
    increment: (/** @type {Row} */ row, /** @type {Row} */ { by }) => ({ ...row, score: row.score + by }),
  },
  possessions: {
    create: (/** @type {Row} */ _, /** @type {Row} */ data) => ({ carried: true, worn: true, ...data }),
  },
  characters: { increment: counted },
};

/**
 * A score alone stands for exactly its price.
 *
 * @param {Kind} kind
 * @param {Row} row
 * @param {Row} data
 */
function moved(kind, row, { score, ...data }) {
  const experience = data.experience_points ?? (score === undefined ? row.experience_points : cost(kind, score));
  return withExperience(kind, { ...row, ...data }, experience);
}

/**
 * @param {Row} row
 * @param {Row} data
 */
function counted(row, { field, by }) {
  return { ...row, [field]: CHARACTERISTICS.has(field) ? incrementCharacteristic(row[field], by) : row[field] + by };
}
