/**
 * <sync-status> in the words of the page.
 *
 * @import { BatchQueue, Operation } from '../batching/index.js'
 * @import { Words } from './words.js'
 */
import { SyncStatus } from '../batching/sync-status.js';
import { find } from './page.js';
import { statusWords } from './words.js';

/**
 * @param {BatchQueue} queue
 * @param {Words} words
 * @param {(operation: Operation) => string} [describe]  what an operation is called
 * @returns {SyncStatus}
 */
export function showStatus(queue, words, describe = () => words.say('on_a_sheet')) {
  const status = find('sync-status');
  if (!(status instanceof SyncStatus)) throw new Error('<sync-status> is not defined');
  status.words = { ...status.words, ...statusWords(words) };
  status.describe = describe;
  status.queue = queue;
  return status;
}
