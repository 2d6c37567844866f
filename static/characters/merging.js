/**
 * How operations become one that only the game knows; the queue knows the rest by itself.
 *
 * @import { Merge, MergeRules, Operation } from '../batching/index.js'
 */

const MOST_GAINS = 100; // in one operation, as on the server

/** @param {Operation} operation */
const amountsOf = ({ data }) => data.amounts ?? [data.amount];

/**
 * Gains in play keep their amounts apart: Affinity multiplies and rounds each on its own.
 *
 * @type {Merge}
 */
export function gain(a, b) {
  if (a.action !== 'gain') return undefined;
  const amounts = [...amountsOf(a), ...amountsOf(b)];
  return amounts.length > MOST_GAINS ? undefined : { action: 'gain', data: { amounts } };
}

/** @type {MergeRules} */
export const mergeRules = { abilities: { gain }, arts: { gain } };
