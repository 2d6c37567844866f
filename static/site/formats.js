/**
 * Numbers and names as a character sheet prints them; `characters/templatetags/sheet.py` says the same before the script runs.
 *
 * @import { Words } from './words.js'
 *
 * @typedef {Record<string, any>} Row
 * @typedef {(value: any, row: Row) => string} Format
 */

const NONE = '\u2013';

/**
 * What a path such as `casting.value` leads to.
 *
 * @param {any} value
 * @param {string} path
 */
export const at = (value, path) => path.split('.').reduce((found, name) => found?.[name], value);

/** @param {unknown} value */
export const minus = (value) => (typeof value === 'number' ? String(value).replace('-', '\u2212') : NONE);

/** @param {unknown} value */
export const signed = (value) => (typeof value === 'number' && value > 0 ? `+${value}` : minus(value));

/**
 * The abbreviation that every Art has: the first two letters of its name.
 *
 * @param {string} [art]
 */
export const short = (art = '') => art.slice(4, 5).toUpperCase() + art.slice(5, 6);

/**
 * @param {Words} words
 * @param {(id: string) => string} [armName]  the name of a weapon or shield of the tables
 * @returns {Record<string, Format>}
 */
export function formatsIn(words, armName = (id) => id) {
  /** @type {(kind: string, value: unknown) => string} */
  const word = (kind, value) => (value ? words.find(`${kind}_${value}`) : '');
  return {
    plain: (value) => String(value ?? ''),
    signed,
    minus,
    plus: (value) => (value ? `+${value}` : ''),
    house: (name) => (name ? words.say('house', { name }) : ''),
    limit: (value) => (typeof value === 'number' ? ` / ${value}` : ''),
    penalty: (value) => (value ? minus(value) : ''),
    parens: (value) => (value ? `(${value})` : ''),
    reputation: (type) => (type ? `(${word('reputation', type)})` : ''),
    size: (size, row) => word('size', row.granted_by_house ? 'house' : size),
    kind: (kind, row) => [word('kind', kind), word('coverage', row.coverage), whereabouts(row, words)].filter(Boolean).join(', '),
    arts: (_, row) => arts(row),
    design: (_, row) => [row.range, row.duration, row.target, row.ritual && words.find('ritual')].filter(Boolean).join(', '),
    total: (line) => (line.total.value === line.value ? '' : signed(line.total.value)),
    arm: (id) => (id ? armName(id) : ''),
  };
}

/**
 * @param {Row} row
 * @param {Words} words
 */
function whereabouts(row, words) {
  if (row.carried === false) return words.find('left_behind');
  return row.kind === 'armor' && row.worn === false ? words.find('not_worn') : '';
}

/** @param {Row} row */
function arts({ technique, form, requisites = {} }) {
  const more = [...requisites.technique ?? [], ...requisites.form ?? []].map(short);
  return short(technique) + short(form) + (more.length ? ` (${more.join(', ')})` : '');
}
