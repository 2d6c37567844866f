/**
 * The few rules of the game that the page needs before the server answers: scores and what a click makes of them.
 * Twin of `characters/rules/experience.py`; both are tested on the same cases.
 */

/** @typedef {'ability' | 'art'} Kind */

/**
 * What the rules here read and write of an Ability or Art, as the API shows it.
 *
 * @typedef {object} Scored
 * @property {number} experience_points  counted: what Affinity multiplied is already multiplied
 * @property {number} bonus  what Puissant adds when the score is used
 * @property {number} score
 * @property {number} remainder
 * @property {number} effective_score
 * @property {number} next_cost
 */

const FACTOR = { ability: 5, art: 1 };

export const MAX_EXPERIENCE = 1_000_000;
export const CHARACTERISTIC_RANGE = Object.freeze({ lowest: -3, highest: 3 });

/** A click that the server would refuse with 422; `code` is the code of its answer. */
export class ImpossibleScore extends RangeError {
  /** @param {'below_zero' | 'too_much_experience' | 'out_of_range'} code */
  constructor(code) {
    super(code.replaceAll('_', ' '));
    this.name = 'ImpossibleScore';
    this.code = code;
  }
}

/**
 * The experience of exactly this score.
 *
 * @param {Kind} kind
 * @param {number} score
 */
export const cost = (kind, score) => (FACTOR[kind] * score * (score + 1)) / 2;

/** @param {number} score */
export const abilityCost = (score) => cost('ability', score);

/** @param {number} score */
export const artCost = (score) => cost('art', score);

/**
 * What the step from `score - 1` to `score` costs.
 *
 * @param {Kind} kind
 * @param {number} score
 */
export const stepCost = (kind, score) => FACTOR[kind] * score;

/**
 * The highest score that the experience pays for.
 *
 * @param {Kind} kind
 * @param {number} experience
 */
export function scoreOf(kind, experience) {
  // Exact: the square root of a square below 2^53 has no rounding error.
  return Math.floor((Math.sqrt(8 * Math.floor(experience / FACTOR[kind]) + 1) - 1) / 2);
}

/**
 * The experience beyond the score, towards the next one.
 *
 * @param {Kind} kind
 * @param {number} experience
 */
export const remainderOf = (kind, experience) => experience - cost(kind, scoreOf(kind, experience));

/**
 * The experience after a move by `by` that touches `low` on its way: down to its lowest point first, then to its end.
 *
 * @param {Kind} kind
 * @param {number} experience
 * @param {number} [by]
 * @param {number} [low]  relative to the score at the start, at most min(0, by)
 * @returns {number}
 * @throws {ImpossibleScore}
 */
export function increment(kind, experience, by = 1, low = Math.min(0, by)) {
  const score = scoreOf(kind, experience);
  return atScore(kind, atScore(kind, experience, score + low), score + by);
}

/**
 * @param {Kind} kind
 * @param {number} experience
 * @param {number} score
 */
function atScore(kind, experience, score) {
  if (score < 0) throw new ImpossibleScore('below_zero');
  const kept = Math.min(remainderOf(kind, experience), stepCost(kind, score + 1) - 1);
  const result = cost(kind, score) + kept;
  if (result > MAX_EXPERIENCE) throw new ImpossibleScore('too_much_experience');
  return result;
}

/**
 * The row with all that follows from its experience.
 *
 * @template {Partial<Scored>} Row
 * @param {Kind} kind
 * @param {Row} row
 * @param {number} [experience]
 * @returns {Row & Scored}
 */
export function withExperience(kind, row, experience = row.experience_points ?? 0) {
  const score = scoreOf(kind, experience);
  const bonus = row.bonus ?? 0;
  return {
    ...row,
    experience_points: experience,
    bonus,
    score,
    remainder: experience - cost(kind, score),
    effective_score: effectiveScore(score, bonus),
    next_cost: stepCost(kind, score + 1),
  };
}

/**
 * The score in use. Learning and costs go by the score itself.
 *
 * @param {number} score
 * @param {number} [bonus]
 */
export const effectiveScore = (score, bonus = 0) => score + bonus;

/**
 * Points that a bought characteristic costs; negative ones give points back.
 *
 * @param {number} value
 */
export const characteristicCost = (value) => (Math.sign(value) * Math.abs(value) * (Math.abs(value) + 1)) / 2;

/**
 * A bought characteristic after a click.
 *
 * @param {number} value
 * @param {number} [by]
 * @throws {ImpossibleScore}
 */
export function incrementCharacteristic(value, by = 1) {
  const result = value + by;
  const { lowest, highest } = CHARACTERISTIC_RANGE;
  if (result < lowest || result > highest) throw new ImpossibleScore('out_of_range');
  return result;
}
