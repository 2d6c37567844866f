/**
 * A character in the making changes its type or House: what goes and what comes with it, as one gesture that succeeds or fails as a
 * whole. Twin of `characters/becoming.py`; both are tested on the same cases.
 *
 * @import { NewOperation, Target } from '../batching/index.js'
 * @import { Row } from './formats.js'
 *
 * @typedef {{target: Target, data: Row}} Listed
 * @typedef {{virtues: Row[], abilities: Row[], choices: Row[][]}} Gifts  `choices`: one of each is to be chosen
 * @typedef {{magus: Row[], arts: Row[], houses: Record<string, Gifts>}} Plan  new rows of every magus, and with each House
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
    ...gone(list, plan, to.type, own.house),
    ...(to.type === 'magus' ? come(character, list, plan, to.house) : []),
  ];
  return steps.map((step) => ({ ...step, group: GROUP }));
}

/**
 * What the old House gave, and what only magi have; Arts and Abilities only as long as nothing was put into them.
 *
 * @param {(resource: string) => Listed[]} list
 * @param {Plan} plan
 * @param {string} type
 * @param {string | null} house  so far
 * @returns {NewOperation[]}
 */
function gone(list, plan, type, house) {
  const magic = new Set(type === 'magus' ? [] : plan.magus.map(({ virtue }) => virtue));
  const { abilities } = plan.houses[house ?? ''] ?? NOTHING;
  /** @param {Row} row */
  const isGift = (row) => abilities.some((one) => one.ability === row.ability && one.instance === row.instance && one.experience_points === row.experience_points);
  return [
    ...without(list, 'virtues', (row) => row.granted_by_house || magic.has(row.virtue)),
    ...without(list, 'abilities', isGift),
    ...without(list, 'arts', (row) => type !== 'magus' && !row.experience_points),
  ];
}

/**
 * @param {number} character
 * @param {(resource: string) => Listed[]} list
 * @param {Plan} plan
 * @param {string | null} house
 * @returns {NewOperation[]}
 */
function come(character, list, plan, house) {
  const gifts = plan.houses[house ?? ''] ?? NOTHING;
  /** @param {string} resource @param {string} name @param {Row[]} rows */
  const missing = (resource, name, rows) => rows.filter((row) => !list(resource).some(({ data }) => data[name] === row[name]));
  return [
    ...created(character, 'virtues', [...missing('virtues', 'virtue', plan.magus), ...gifts.virtues]),
    ...created(character, 'abilities', missing('abilities', 'ability', gifts.abilities)),
    ...created(character, 'arts', missing('arts', 'art', plan.arts)),
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
