/** After an account was deleted: what this browser kept to send for it goes, too, and its other pages close. */
import { BatchQueue } from '../batching/batch-queue.js';
import { forgetPages } from './offline.js';
import { find } from './page.js';

const { gone = '', batch = '' } = find('[data-gone]').dataset;
const queue = new BatchQueue({ url: batch, user: gone });
queue.pause(); // nobody is left to send anything for
await queue.ready;
await queue.logOut({ discard: true });
await forgetPages();
