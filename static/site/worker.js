/**
 * The service worker: opens the site where there is no network (R42). Pages come from the network first; a copy of those that
 * the server wants to be kept (`X-Offline`) is for the time without one, or with one that hangs, and says how old it is.
 * Nothing but GET is ever kept, and nothing of the API: what waits to be saved is in the database of the queue, which this
 * file never touches.
 *
 * Caches: `shell VERSION` holds the site's own files and the page for all that is not kept, the same for everybody;
 * `pages VERSION USER` the pages of the one user of this browser. They go at a log-out, and as soon as a page is somebody
 * else's or nobody's. Before this file stands `self.site`, from the server: a script of its own, because import maps do not reach workers.
 *
 * @typedef {{version: string, shell: string[], offline: string, files: string}} Site  `files`: where static files begin
 */
const worker = /** @type {any} */ (self);
const { version, shell, offline, files } = /** @type {Site} */ (worker.site);

const SHELL = `shell ${version}`;
const PAGES = `pages ${version} `;
const MOST = 60; // pages that are kept
const PATIENCE = 4000; // ms after which a page that is kept opens without the network
const HASHED = /\.[0-9a-f]{12}\.\w+$/; // a file of this name never changes
const LOGOUT = /\/logout\/$/; // of the site and of the admin site
const SHEET = /(<script id="sheet" type="application\/json">)(.*?)(<\/script>)/s;
const AT = 'X-Kept-At';
const NEWER = '?newer'; // beside the address of a sheet: the sheet as it came with later answers, for all pages below

/** Grows with each log-out: what was asked for before must not be kept after. */
let epoch = 0;

worker.addEventListener('install', (/** @type {any} */ event) => event.waitUntil(install()));
worker.addEventListener('activate', (/** @type {any} */ event) => event.waitUntil(activate()));
worker.addEventListener('message', (/** @type {any} */ event) => event.waitUntil(learn(event.data)));
worker.addEventListener('fetch', (/** @type {any} */ event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== worker.location.origin) return;
  if (request.method === 'POST' && LOGOUT.test(pathname)) event.respondWith(logOut(request));
  if (request.method !== 'GET') return;
  if (pathname.startsWith(files)) event.respondWith(file(request));
  else if (request.mode === 'navigate') event.respondWith(page(request, event));
});

// --- versions ---

/**
 * A new version takes over at once. Pages that are open have all their modules already, and what waits to be saved is no
 * matter of versions; so there is nothing to wait for, and a mistake in the old one is not kept alive by a tab left open.
 */
async function install() {
  const cache = await caches.open(SHELL);
  const requests = shell.map((url) => new Request(url, { cache: HASHED.test(url) ? 'default' : 'no-cache' }));
  await cache.addAll([...requests, new Request(offline, { cache: 'no-cache' })]);
  await renew();
  await worker.skipWaiting();
}

/** Pages that the last version kept are drawn by files that go with it: ask for them again. What fails is kept when it is seen. */
async function renew() {
  for (const name of await caches.keys()) {
    if (!isPages(name) || name.startsWith(PAGES)) continue;
    const addresses = (await (await caches.open(name)).keys()).map(({ url }) => url).filter((url) => !url.endsWith(NEWER));
    await Promise.allSettled(addresses.map((url) => visit(url, name.split(' ')[2])));
  }
}

/** From the first page on: whoever comes once finds the site again without a network. */
async function activate() {
  for (const name of await caches.keys()) if (name !== SHELL && !name.startsWith(PAGES)) await caches.delete(name);
  await worker.clients.claim();
}

// --- files ---

/**
 * @param {Request} request
 * @returns {Promise<Response>}
 */
async function file(request) {
  const cache = await caches.open(SHELL);
  const known = await cache.match(request);
  if (known && HASHED.test(request.url)) return known;
  // While developing, files change under their names.
  return fetch(request).catch(() => known ?? Response.error());
}

// --- pages ---

/**
 * The page from the network; what is kept of it where there is none, or one that hangs. An answer that comes later is still
 * heeded and kept.
 *
 * @param {Request} request
 * @param {any} event
 * @returns {Promise<Response>}
 */
async function page(request, event) {
  const asked = answer(request, event);
  event.waitUntil(asked);
  const response = await Promise.race([asked, later(PATIENCE)]);
  return response ?? (await kept(request.url)) ?? (await asked) ?? nothingKept();
}

/**
 * @param {Request} request
 * @param {any} event
 * @returns {Promise<Response | undefined>} undefined: there is no network
 */
async function answer(request, event) {
  const started = epoch;
  const response = await fetch(request).catch(() => undefined);
  if (!response) return undefined;
  await meet(response);
  event.waitUntil(keep(request.url, response.clone(), started));
  return response;
}

/**
 * @param {number} ms
 * @returns {Promise<undefined>}
 */
const later = (ms) => new Promise((resolve) => setTimeout(() => resolve(undefined), ms));

/**
 * Ask for a page only to keep it.
 *
 * @param {string} url
 * @param {string} user
 */
async function visit(url, user) {
  const started = epoch;
  const response = await fetch(url, { headers: { Accept: 'text/html' } });
  if (response.redirected || response.headers.get('X-User') !== user) return;
  await meet(response);
  await keep(url, response, started);
}

/**
 * Somebody's page: nothing of anybody else may open any more. A page for nobody: nothing at all, however the session ended.
 *
 * @param {Response} response
 */
async function meet({ headers, status }) {
  const user = headers.get('X-User');
  if (user) await forget((name) => !name.endsWith(` ${user}`));
  else if (status === 200 && headers.get('Content-Type')?.startsWith('text/html')) await forget();
}

/**
 * @param {string} address
 * @param {Response} response
 * @param {number} started  the epoch in which it was asked for
 */
async function keep(address, response, started) {
  const { headers, status } = response;
  if (status !== 200 || !headers.has('X-Offline')) return;
  const copy = new Response(await response.text(), { headers: { ...Object.fromEntries(headers), [AT]: String(Date.now()) } });
  if (started !== epoch) return;
  const cache = await caches.open(PAGES + headers.get('X-User'));
  await cache.put(plain(address), copy);
  for (const old of (await cache.keys()).slice(0, -2 * MOST)) await cache.delete(old);
  if (started !== epoch) await forget(); // a log-out has come in between
}

/**
 * What is kept of a page, with its age, and the sheet as it was known last.
 *
 * @param {string} address
 * @returns {Promise<Response | undefined>}
 */
async function kept(address) {
  const cache = await own();
  const found = await cache?.match(plain(address), { ignoreVary: true });
  if (!found) return undefined;
  const newer = await newest(/** @type {Cache} */ (cache), address);
  const text = await found.text();
  const [, , sheet] = SHEET.exec(text) ?? [];
  const isNewer = newer && sheet && Number(newer.headers.get('X-Revision')) > JSON.parse(sheet).revision;
  const at = (isNewer ? newer : found).headers.get(AT);
  const json = isNewer ? await newer.text() : sheet;
  const shown = text.replace(SHEET, (_, open, __, close) => open + json + close).replace('<body', `<body data-kept="${at}"`);
  return html(shown, found.headers);
}

/**
 * The sheet as it came with later answers, of a page of this sheet.
 *
 * @param {Cache} cache
 * @param {string} address
 */
async function newest(cache, address) {
  const found = (await cache.keys()).find(({ url }) => url.endsWith(NEWER) && address.startsWith(url.slice(0, -NEWER.length)));
  return found && cache.match(found);
}

/** The page for what is not kept, which lists what is. */
async function nothingKept() {
  const found = await caches.match(offline);
  if (!found) return Response.error();
  const cache = await own();
  const items = [];
  for (const request of (await cache?.keys()) ?? []) {
    const title = /<title>(.*?)(?: · [^·]*)?<\/title>/s.exec(await (await cache?.match(request))?.text() ?? '')?.[1];
    if (title) items.push(`<li><a href="${new URL(request.url).pathname}">${title}</a></li>`);
  }
  return html((await found.text()).replace('<!-- kept -->', items.join('')), found.headers);
}

/**
 * @param {string} text
 * @param {Headers} headers
 */
function html(text, headers) {
  const shown = new Headers(headers);
  for (const name of ['Content-Encoding', 'Content-Length', 'ETag']) shown.delete(name);
  return new Response(text, { headers: shown });
}

/**
 * What an open page tells: that it is open, before the worker was there to see it; or the sheet as it came with an answer, so
 * that what was saved is not missing without a network.
 *
 * @param {{url: string, user: string, sheet?: {revision: number}}} message
 */
async function learn({ url, user, sheet }) {
  const started = epoch;
  const cache = (await caches.has(PAGES + user)) ? await own() : undefined;
  const addresses = ((await cache?.keys()) ?? []).map((request) => request.url);
  if (!sheet) return addresses.includes(plain(url)) ? undefined : visit(url, user);
  if (!cache || !addresses.some((address) => address.startsWith(url))) return undefined;
  const known = await cache.match(url + NEWER);
  if (sheet.revision < Number(known?.headers.get('X-Revision')) || started !== epoch) return undefined;
  const json = JSON.stringify(sheet).replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
  return cache.put(url + NEWER, new Response(json, { headers: { 'X-Revision': String(sheet.revision), [AT]: String(Date.now()) } }));
}

// --- users ---

/**
 * @param {Request} request
 * @returns {Promise<Response>}
 */
async function logOut(request) {
  const response = await fetch(request);
  if (response.ok || response.type === 'opaqueredirect') await forget();
  return response;
}

/** @param {(name: string) => boolean} [test] */
async function forget(test = () => true) {
  const names = (await caches.keys()).filter((name) => isPages(name) && test(name));
  if (names.length) epoch += 1;
  for (const name of names) await caches.delete(name);
}

/** The pages of the one user whose there are any. */
async function own() {
  const name = (await caches.keys()).find((each) => each.startsWith(PAGES));
  return name === undefined ? undefined : caches.open(name);
}

/** @param {string} name */
const isPages = (name) => name.startsWith('pages ');

/** @param {string} address */
const plain = (address) => address.replace(/#.*$/s, '');
