/** The page's texts, in the language of the page. */
export class Words {
  /** @param {Record<string, string | string[]>} texts  `{name}` is a place to fill; of a pair the first is for one */
  constructor(texts) {
    this.texts = texts;
  }

  /**
   * @param {string} name
   * @param {Record<string, unknown>} [values]
   */
  say(name, values = {}) {
    const text = this.texts[name];
    const chosen = Array.isArray(text) ? text[values.count === 1 ? 0 : 1] : text;
    return chosen.replace(/\{(\w+)\}/g, (_, place) => String(values[place]));
  }

  /**
   * A text that there may be, without places.
   *
   * @param {string} name
   */
  find(name) {
    return String(this.texts[name] ?? '');
  }

  /**
   * A field that was changed elsewhere, too: "Area Lore was 30 xp on another device, 50 xp here; …".
   *
   * @param {string} what
   * @param {import('../batching/sync-status.js').Difference} difference
   * @param {'differs' | 'replaced'} [text]
   */
  difference(what, { name, theirs, ours }, text = 'differs') {
    return this.say(text, { what, theirs: this.value(name, theirs), ours: this.value(name, ours) });
  }

  /**
   * What a field says, with its unit.
   *
   * @param {string} name
   * @param {unknown} value
   */
  value(name, value) {
    const field = `field_${name}` in this.texts ? `field_${name}` : 'field';
    return this.say(value === '' || value === null ? 'empty' : field, { value });
  }
}

/**
 * The texts of `<sync-status>`.
 *
 * @import { Stats } from '../batching/index.js'
 * @import { Difference } from '../batching/sync-status.js'
 *
 * @param {Words} words
 */
export function statusWords(words) {
  /** @param {string} name */
  const pending = (name) => (/** @type {Stats} */ { pending: count }) => words.say(name, { count });
  /** @param {string} name */
  const counted = (name) => (/** @type {number} */ count) => words.say(name, { count });
  const plain = ['volatile', 'list', 'login', 'retry', 'discard', 'retry_all', 'discard_all'].map((name) => words.say(name));
  const [volatile, list, login, retry, discard, retryAll, discardAll] = plain;
  return {
    ...{ volatile, list, login, retry, discard, retryAll, discardAll },
    saved: () => words.say('saved'),
    saving: () => words.say('saving'),
    waiting: pending('waiting'),
    offline: pending('offline'),
    auth: pending('held'),
    user: pending('held_by_other'),
    attention: (/** @type {Stats} */ { failed: count }) => words.say('attention', { count }),
    progress: (/** @type {number} */ done, /** @type {number} */ total) => words.say('progress', { done, total }),
    network: counted('network'),
    validation: counted('validation'),
    conflict: counted('conflicts'),
    refused: counted('refusals'),
    refusal: (/** @type {string} */ what, /** @type {string} */ why) => words.say('refused', { what, why }),
    unknown: (/** @type {string} */ what) => words.say('unknown', { what }),
    differs: (/** @type {string} */ what, /** @type {Difference} */ difference) => words.difference(what, difference),
  };
}
