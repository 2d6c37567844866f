/**
 * A character in the making changes its type or House: what goes and what comes with it, as one gesture that succeeds or fails as a
 * whole. Twin of `characters/becoming.py`; both are tested on the same cases.
 *
 * @import { NewOperation, Target } from '../batching/index.js'
 * @import { Row } from './formats.js'
 *
 * @typedef {{target: Target, data: Row}} Listed
 * @typedef {{virtues: Row[], abilities: Row[], choices: Row[][]}} Gifts  new rows; of `choices` one of each is to be chosen
 * @typedef {Record<string, Gifts>} Plan  by House
 */

const GROUP = 'become';
/** @type {Gifts} */
const NOTHING = { virtues: [], abilities: [], choices: [] };

/**
 * @param {number} character
 * @param {(resource: string) => Listed[]} list  the rows of the character
 * @param {Plan} plan
 * @param {{type?: string, house?: string | null}} change
 * @returns {NewOperation[]}
 */
export function becoming(character, list, plan, change) {
  const [{ data: own }] = list('characters');
  const to = { type: own.type, house: own.house, ...change };
  if (to.type === 'grog') to.house = null;
  if (to.type === own.type && to.house === own.house) return [];
  const steps = [
    { resource: 'characters', action: 'update', target: character, data: to },
    ...gone(list, plan, own.house),
    ...(to.type === 'magus' ? come(character, list, plan, to.house) : []),
  ];
  return steps.map((step) => ({ ...step, group: GROUP }));
}

/**
 * What the old House gave; Abilities only if nothing was put into them.
 *
 * @param {(resource: string) => Listed[]} list
 * @param {Plan} plan
 * @param {string | null} house  so far
 * @returns {NewOperation[]}
 */
function gone(list, plan, house) {
  const { abilities } = plan[house ?? ''] ?? NOTHING;
  /** @param {Row} row */
  const isGift = (row) => abilities.some((one) => one.ability === row.ability && one.instance === row.instance && one.experience_points === row.experience_points);
  return [...without(list, 'virtues', (row) => row.granted_by_house), ...without(list, 'abilities', isGift)];
}

/**
 * @param {number} character
 * @param {(resource: string) => Listed[]} list
 * @param {Plan} plan
 * @param {string | null} house
 * @returns {NewOperation[]}
 */
function come(character, list, plan, house) {
  const { virtues, abilities } = plan[house ?? ''] ?? NOTHING;
  const had = new Set(list('abilities').map(({ data }) => data.ability));
  return [
    ...created(character, 'virtues', virtues),
    ...created(character, 'abilities', abilities.filter(({ ability }) => !had.has(ability))),
  ];
}

/**
 * @param {(resource: string) => Listed[]} list
 * @param {string} resource
 * @param {(row: Row) => boolean} test
 */
const without = (list, resource, test) =>
  list(resource).filter(({ data }) => test(data)).map(({ target }) => ({ resource, action: 'delete', target }));

/**
 * @param {number} character
 * @param {string} resource
 * @param {Row[]} rows
 */
const created = (character, resource, rows) => rows.map((row) => ({ resource, action: 'create', data: { character, ...row } }));
