/**
 * What the operations of the sheet do to its rows, as far as the page can tell before the server answers.
 *
 * @import { Kind } from '../characters/rules.js'
 *
 * @typedef {Record<string, any>} Row
 * @typedef {{name: string, category: string, template: string | undefined}} Entry  an Ability of the catalogue
 */
import { increment, incrementCharacteristic, withExperience } from '../characters/rules.js';

/** @param {ReadonlyMap<string, Entry>} catalogue  Abilities by id */
export function reducersFor(catalogue) {
  return {
    abilities: {
      ...scored('ability'),
      create: (/** @type {Row} */ _, /** @type {Row} */ data) => newAbility(data, catalogue.get(data.ability)),
    },
    arts: scored('art'),
    characters: { increment: characteristic },
  };
}

/** @param {Kind} kind */
const scored = (kind) => ({
  /**
   * @param {Row} row
   * @param {Row} data
   */
  increment: (row, { by, low }) => withExperience(kind, row, increment(kind, row.experience_points, by, low)),
  /**
   * @param {Row} row
   * @param {Row} data
   */
  update: (row, data) => withExperience(kind, { ...row, ...data }),
});

/**
 * @param {Row} row
 * @param {Row} data
 */
const characteristic = (row, { field, by }) => ({ ...row, [field]: incrementCharacteristic(row[field], by) });

/**
 * @param {Row} data
 * @param {Entry | undefined} entry
 */
function newAbility(data, entry) {
  const name = entry?.name ?? data.ability;
  const ability_name = data.instance && entry?.template ? entry.template.replace(/\{[^{}]*\}/, () => data.instance) : name;
  /** @type {Row} */
  const row = { ...data, ability_name, category: entry?.category };
  return withExperience('ability', row);
}
