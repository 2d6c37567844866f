/** Every page of somebody who is logged in: what waits from earlier is sent, and logging out saves first. */
import { keepForms } from './forms.js';
import { watchLeaving } from './leaving.js';
import { workOffline } from './offline.js';
import { find, read } from './page.js';
import { openQueue } from './queue.js';
import { Session } from './session.js';
import { showStatus } from './status.js';
import { Words } from './words.js';

const words = new Words(read('words'));
const queue = openQueue();
const bar = find('[data-quiet]');

queue.addEventListener('status', ({ detail: { pending, failed, held } }) => {
  if (pending || failed || held) bar.hidden = false; // and then it stays, to say that all is saved
});
keepForms(new Session(queue, words), words);
watchLeaving(queue, words);
showStatus(queue, words);
workOffline(queue, words);
