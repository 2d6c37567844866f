/** Pages with something to copy. */
import './account.js';
import './copy.js';
