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
}

/**
 * The texts of `<sync-status>`.
 *
 * @param {Words} words
 */
export function statusWords(words) {
  /** @typedef {{pending: number, failed: number, unknown: number}} Counts */
  /** @param {string} name */
  const pending = (name) => (/** @type {Counts} */ { pending: count }) => words.say(name, { count });
  /**
   * @param {string} what
   * @param {string} why
   */
  const refused = (what, why) => words.say('refused', { what, why });
  return {
    saved: () => words.say('saved'),
    saving: () => words.say('saving'),
    waiting: pending('waiting'),
    offline: pending('offline'),
    held: pending('held'),
    attention: (/** @type {Counts} */ { failed, unknown }) => words.say('attention', { count: failed + unknown }),
    refused,
    conflict: refused,
    unknown: (/** @type {string} */ what) => words.say('unknown', { what }),
    retry: words.say('retry'),
    discard: words.say('discard'),
    reload: words.say('reload'),
    resume: words.say('resume'),
  };
}
