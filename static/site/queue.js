/**
 * The queue of the page's user. All pages of this site open the same one, in all tabs.
 *
 * @import { Options } from '../batching/index.js'
 * @import { Edit } from './recording.js'
 */
import { BatchQueue } from '../batching/batch-queue.js';
import { mergeRules } from '../characters/merging.js';
import { RecordingQueue } from './recording.js';
import { whoIsLoggedIn } from './session.js';

/** Whoever the page was made for; undefined for visitors. */
export const owner = () => document.body.dataset.user;

/**
 * @param {Partial<Options>} [options]  what this page adds
 * @param {(edit: Edit) => void} [record]  told of every edit
 * @returns {import('../batching/index.js').BatchQueue}
 */
export function openQueue(options, record) {
  const { batch = '', user = '' } = document.body.dataset;
  const all = {
    url: batch,
    user,
    include: ['sheet'],
    // The same experience can be told as a score: the later word counts.
    exclusive: [['score', 'experience_points']],
    coalesce: mergeRules,
    identify: whoIsLoggedIn,
    headers: () => ({ 'X-User': user }),
    ...options,
  };
  return record ? new RecordingQueue(all, record) : new BatchQueue(all);
}
