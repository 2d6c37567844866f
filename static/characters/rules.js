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

/**
 * Counted experience after a gain: multiplied (Affinity) and rounded up once, on its own.
 *
 * @param {number} experience
 * @param {number} amount
 * @param {number} [multiplier]  1, 1.25, 1.5 or 2: all of them exact
 * @throws {ImpossibleScore}
 */
export function gain(experience, amount, multiplier = 1) {
  const result = experience + Math.ceil(amount * multiplier);
  if (amount < 0) throw new ImpossibleScore('below_zero');
  if (result > MAX_EXPERIENCE) throw new ImpossibleScore('too_much_experience');
  return result;
}

/**
 * What a load comes to: the largest burden that it pays for, less what positive Strength carries.
 *
 * @param {number} load
 * @param {number} strength
 */
export function encumbrance(load, strength) {
  const burden = scoreOf('art', Math.max(0, load));
  return Math.max(0, burden - Math.max(0, strength));
}

/**
 * What goes into Casting and Lab Totals beside the Arts.
 *
 * @typedef {object} Caster
 * @property {ReadonlyMap<string, number>} arts  scores in use, by id
 * @property {ReadonlySet<string>} deficient  Arts that halve every total they are in
 * @property {number} body  Stamina less Encumbrance
 * @property {number} learning  Artes Liberales and Philosophiae
 * @property {number} laboratory  Intelligence and Magic Theory
 */

/**
 * @typedef {object} CastingTotals  as the API names them
 * @property {number} formulaic
 * @property {number} ritual
 * @property {number} spontaneous
 * @property {number} spontaneous_without_fatigue
 * @property {number} ceremonial
 * @property {number} lab
 */

/**
 * The caster behind a sheet of the API.
 *
 * @param {object} sheet
 * @param {{art: string, effective_score: number}[]} sheet.arts
 * @param {{shared: Record<'casting' | 'ritual' | 'lab', {value: number}[]>, pairs: Pair[]}} sheet.castings
 * @returns {Caster | null} null if there is nobody who casts
 *
 * @typedef {{technique: string, form: string, divisor: number}} Pair
 */
export function casterOf({ arts, castings: { shared, pairs } }) {
  if (pairs.length === 0) return null;
  return {
    arts: new Map(arts.map(({ art, effective_score: score }) => [art, score])),
    deficient: new Set([...alwaysHalved(pairs, 'technique'), ...alwaysHalved(pairs, 'form')]),
    body: sumOf(shared.casting),
    learning: sumOf(shared.ritual),
    laboratory: sumOf(shared.lab),
  };
}

/**
 * All totals of a pair of Technique and Form, without die, aura, wounds and fatigue.
 *
 * @param {Caster} caster
 * @param {string} technique
 * @param {string} form
 * @returns {CastingTotals}
 */
export function castingTotals(caster, technique, form) {
  const divisor = divisorOf(caster, [technique, form]);
  const both = inUse(caster, technique) + inUse(caster, form);
  const casting = both + caster.body;
  const learned = casting + caster.learning;
  return {
    formulaic: Math.floor(casting / divisor),
    ritual: Math.floor(learned / divisor),
    spontaneous: Math.floor(casting / (2 * divisor)),
    spontaneous_without_fatigue: Math.floor(casting / (5 * divisor)),
    ceremonial: Math.floor(learned / (2 * divisor)),
    lab: Math.floor((both + caster.laboratory) / divisor),
  };
}

/**
 * The Casting Total of a spell: a requisite counts where it is lower, a focus adds the lowest Art once more.
 *
 * @param {Caster} caster
 * @param {object} spell
 * @param {string} spell.technique
 * @param {string} spell.form
 * @param {readonly string[]} [spell.technique_requisites]
 * @param {readonly string[]} [spell.form_requisites]
 * @param {boolean} [spell.ritual]
 * @param {boolean} [spell.focus]  within a Magical Focus that the caster has
 * @param {number} [spell.mastery]
 */
export function spellTotal(caster, spell) {
  const techniques = [spell.technique, ...spell.technique_requisites ?? []];
  const forms = [spell.form, ...spell.form_requisites ?? []];
  const total = lowest(caster, techniques) + lowest(caster, forms) + caster.body + (spell.mastery ?? 0)
    + (spell.ritual ? caster.learning : 0) + (spell.focus ? lowest(caster, [...techniques, ...forms]) : 0);
  return Math.floor(total / divisorOf(caster, [...techniques, ...forms]));
}

/**
 * @param {Caster} caster
 * @param {string} art
 */
const inUse = (caster, art) => caster.arts.get(art) ?? 0;

/**
 * @param {Caster} caster
 * @param {readonly string[]} arts
 */
const lowest = (caster, arts) => Math.min(...arts.map((art) => inUse(caster, art)));

/**
 * @param {Caster} caster
 * @param {readonly string[]} arts
 */
const divisorOf = (caster, arts) => 2 ** [...new Set(arts)].filter((art) => caster.deficient.has(art)).length;

/** @param {readonly {value: number}[]} parts */
const sumOf = (parts) => parts.reduce((sum, { value }) => sum + value, 0);

/**
 * The Arts of one kind whose pairs are halved whatever they are paired with.
 *
 * @param {readonly Pair[]} pairs
 * @param {'technique' | 'form'} kind
 */
function alwaysHalved(pairs, kind) {
  const arts = new Set(pairs.map((pair) => pair[kind]));
  for (const pair of pairs) if (pair.divisor === 1) arts.delete(pair[kind]);
  return arts;
}
