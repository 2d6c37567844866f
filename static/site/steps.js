/**
 * Numbers that go up and down one by one: what they are now, where they may go, and the operation of a number that is typed.
 *
 * @import { Kind } from '../characters/rules.js'
 *
 * @typedef {Record<string, any>} Row
 *
 * @typedef {object} Steps
 * @property {(row: Row) => number} now
 * @property {(row: Row, by: number) => boolean} allows  whether the rules allow a step; the server would refuse it otherwise
 * @property {(value: number) => Row} set  the data of an update
 * @property {number} lowest
 * @property {number} [highest]
 */
import { cost, increment, MAX_EXPERIENCE, stepCost } from '../characters/rules.js';

/** @type {Record<string, Kind>} */
export const KINDS = { abilities: 'ability', arts: 'art', reputations: 'ability' };

const TRAIT = { lowest: -20, highest: 20 };

/**
 * @param {string} resource
 * @param {string | undefined} field  of a number of the character
 * @param {DOMStringMap} bounds
 * @returns {Steps}
 */
export function stepsOf(resource, field, { lowest, highest }) {
  if (field) return counter(field, Number(lowest), Number(highest));
  if (resource === 'traits') return counter('score', TRAIT.lowest, TRAIT.highest);
  return scored(KINDS[resource]);
}

/**
 * @param {Kind} kind
 * @returns {Steps}
 */
const scored = (kind) => ({
  now: (row) => row.score,
  allows: (row, by) => isPossible(() => increment(kind, row.experience_points, by)),
  set: (score) => ({ score }),
  lowest: 0,
  highest: highestOf(kind),
});

/**
 * @param {string} field
 * @param {number} lowest
 * @param {number} highest
 * @returns {Steps}
 */
const counter = (field, lowest, highest) => ({
  now: (row) => row[field],
  allows: (row, by) => row[field] + by >= lowest && row[field] + by <= highest,
  set: (value) => ({ [field]: value }),
  lowest,
  highest,
});

/** @param {() => unknown} action */
function isPossible(action) {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}

/** @param {Kind} kind */
const highestOf = (kind) => Math.floor((Math.sqrt((8 * MAX_EXPERIENCE) / stepCost(kind, 1) + 1) - 1) / 2);

/**
 * What the next point costs: `{score: 4, next: 5, cost: 25, hand: 7}`; undefined where nothing is paid.
 *
 * @param {string} resource
 * @param {Row} row
 */
export function nextPoint(resource, row) {
  const kind = KINDS[resource];
  if (!kind) return undefined;
  const { score, experience_points: experience } = row;
  return { score, next: score + 1, cost: stepCost(kind, score + 1), hand: experience - cost(kind, score) };
}
