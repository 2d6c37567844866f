/**
 * Casting totals that keep up with the Arts: the rules know how, `static/characters/rules.js`.
 *
 * @import { Caster } from '../characters/rules.js'
 * @import { Row } from './formats.js'
 *
 * @typedef {{data: Row}[]} Rows
 */
import { casterOf, castingTotals, spellTotal } from '../characters/rules.js';
import { short } from './formats.js';

export class Magic {
  /** @type {Caster | null} */
  #then = null;
  /** @type {Caster | null} */
  #now = null;
  /** @type {Row} */
  #sheet = {};

  /**
   * What the server says.
   *
   * @param {Row} sheet
   */
  learn(sheet) {
    this.#sheet = sheet;
    this.#then = this.#now = casterOf(/** @type {any} */ (sheet));
  }

  /**
   * The Arts as the page shows them.
   *
   * @param {Rows} arts
   */
  study(arts) {
    const scores = arts.map(({ data }) => /** @type {[string, number]} */ ([data.art, data.effective_score]));
    this.#now = this.#then && { ...this.#then, arts: new Map(scores) };
  }

  /**
   * A pair of Technique and Form with all its totals, and the parts that they are made of.
   *
   * @param {string} technique
   * @param {string} form
   */
  pair(technique, form) {
    const caster = this.#now;
    if (!caster) return undefined;
    const { divisor } = this.#sheet.castings.pairs.find((/** @type {Row} */ pair) => pair.technique === technique && pair.form === form);
    const parts = [technique, form].map((art) => ({ name: short(art), value: caster.arts.get(art) ?? 0 }));
    return { ...castingTotals(caster, technique, form), divisor, parts, shared: this.#sheet.castings.shared };
  }

  /**
   * A spell as it is with these Arts: what the server said, and what the Arts have changed since.
   *
   * @param {Row} spell
   * @returns {Row}
   */
  spell(spell) {
    if (!this.#now || !this.#then || !spell.technique) return spell;
    const known = { ...spell, technique_requisites: spell.requisites?.technique, form_requisites: spell.requisites?.form };
    const [then, now] = [this.#then, this.#now].map((caster) => spellTotal(caster, /** @type {any} */ (known)));
    if (spell.casting && then === now) return spell;
    const casting = { value: (spell.casting?.value ?? then) + now - then, parts: this.#parts(spell) };
    return { ...spell, casting, penetration: moved(spell.penetration, now - then, casting.value) };
  }

  /** @param {Row} spell */
  #parts(spell) {
    const arts = new Map([...this.#now?.arts ?? []].map(([art, score]) => [short(art), score]));
    const known = spell.casting?.parts ?? [spell.technique, spell.form].map((art) => ({ name: short(art), value: 0 }));
    return known.map((/** @type {Row} */ part) => ({ ...part, value: arts.get(part.name) ?? part.value }));
  }
}

/**
 * @param {Row | undefined} penetration
 * @param {number} by
 * @param {number} casting
 */
function moved(penetration, by, casting) {
  if (!penetration || penetration.divisor) return penetration;
  const [first, ...others] = penetration.parts;
  return { value: penetration.value + by, parts: [{ ...first, value: casting }, ...others] };
}
