/**
 * The queue of the page's user. All pages of this site open the same one, in all tabs.
 *
 * @import { Options } from '../batching/index.js'
 */
import { BatchQueue } from '../batching/batch-queue.js';
import { mergeRules } from '../characters/merging.js';
import { whoIsLoggedIn } from './session.js';

/** Whoever the page was made for; undefined for visitors. */
export const owner = () => document.body.dataset.user;

/**
 * @param {Partial<Options>} [options]  what this page adds
 * @returns {import('../batching/index.js').BatchQueue}
 */
export function openQueue(options) {
  const { batch = '', user = '' } = document.body.dataset;
  return new BatchQueue({
    url: batch,
    user,
    include: ['sheet'],
    // The same experience can be told as a score: the later word counts.
    exclusive: [['score', 'experience_points']],
    coalesce: mergeRules,
    identify: whoIsLoggedIn,
    headers: () => ({ 'X-User': user }),
    ...options,
  });
}
