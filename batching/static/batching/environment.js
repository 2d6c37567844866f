/**
 * What a queue is told, and what it touches outside itself.
 *
 * @import { Environment, Options, Wire } from './index.js'
 */
import { uuid7 } from './operation.js';
import { HOUR, routesBeside } from './wire.js';

const FOUND = ['fetch', 'setTimeout', 'clearTimeout', 'document', 'window', 'navigator', 'indexedDB', 'BroadcastChannel'];

/**
 * What the browser has, unless something else is given.
 *
 * @param {Partial<Environment>} [given]
 * @returns {Environment}
 */
export function environment(given) {
  /** @type {any} */
  const world = globalThis;
  const env = /** @type {any} */ ({
    ...Object.fromEntries(FOUND.map((name) => [name, world[name]])),
    locks: world.navigator?.locks,
    now: () => performance.now(),
    wall: Date.now,
    random: Math.random,
    uuid: () => uuid7(env.wall(), Math.random),
    ...given,
  });
  // Functions of the browser refuse to be methods of anything else.
  for (const name in env) if (typeof env[name] === 'function') env[name] = env[name].bind(world);
  return env;
}

/** @param {Environment['document']} document */
export const tokenIn = (document) => /(?:^|;\s*)csrftoken=([^;]*)/.exec(document?.cookie ?? '')?.[1];

/** @typedef {Required<Omit<Options, 'env' | 'identify' | 'user' | 'feed' | 'since' | keyof Wire>> & Options & Wire} Settings */

/**
 * @param {Options} options
 * @param {Environment} env
 * @returns {Settings}
 */
export function readOptions(options, { document }) {
  const { url, headers } = options;
  const known = {
    user: undefined,
    feed: undefined,
    since: undefined,
    include: undefined,
    identify: undefined,
    env: undefined,
    reducers: {},
    coalesce: {},
    exclusive: [],
    maxRows: 50,
    maxBytes: 256 * 1024,
    timeout: 30_000,
    limit: 1000,
    ttl: 720 * HOUR,
    url,
    route: url && routesBeside(url),
    headers: async () => {
      // Read anew for each request: Django changes the token at login, which may happen in another tab.
      const token = tokenIn(document);
      return { ...(token && { 'X-CSRFToken': token }), ...(await headers?.()) };
    },
  };
  for (const name of ['url', ...Object.keys(options)]) if (!url || !(name in known)) throw new TypeError(`options.${name} is missing or unknown`);
  return /** @type {any} */ ({ ...known, ...options, headers: known.headers });
}
