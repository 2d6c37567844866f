/**
 * A step of the guided creation: the page of a sheet, with what only the guide has. All of it goes through the queue.
 *
 * @import { Plan } from './becoming.js'
 * @import { Row } from './formats.js'
 */
import { isKept } from './offline.js';
import { find, read, tell } from './page.js';
import { page } from './sheet.js';
import { Words } from './words.js';

const PATIENCE = 1500; // ms in which the next step waits for the server to know of this one

const { queue, character, list } = page;
const words = new Words(read('words'));
/** @type {Plan} */
const plan = read('plan');
const own = () => list('characters')[0].data;

/** @param {string} selector @param {(form: HTMLFormElement, submitter: HTMLElement | null) => void} handle */
function submitted(selector, handle) {
  for (const form of document.querySelectorAll(selector)) {
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      handle(/** @type {HTMLFormElement} */ (form), /** @type {SubmitEvent} */ (event).submitter);
    });
  }
}

/** @param {Row} data */
const learn = (data) => queue.add({ resource: 'abilities', action: 'create', data: { character, instance: '', ...data } });

/** @param {EventTarget | null} choice  a type or House */
function become(choice) {
  if (!(choice instanceof HTMLInputElement)) return;
  for (const operation of page.own.edits({ [choice.name]: choice.value || null })) queue.add(operation);
}

for (const form of document.querySelectorAll('[data-become]')) {
  form.addEventListener('change', ({ target }) => become(target));
}

/** Whoever was faster than this script has chosen all the same. */
const chosen = document.querySelector('[data-become] input:checked');
const early = chosen instanceof HTMLInputElement && !chosen.defaultChecked ? chosen : null;
void queue.ready.then(() => (become(early), show()));

/** One of the gifts of the House takes the place of another. */
submitted('form[data-house]', (_, button) => {
  const [gift, choice] = (button?.getAttribute('value') ?? '').split(':').map(Number);
  const rows = plan.houses[own().house].choices[gift];
  const rivals = list('virtues').filter(({ data }) => data.granted_by_house && rows.some((row) => isSame(row, data)));
  if (rivals.length === 1 && isSame(rows[choice], rivals[0].data)) return;
  for (const { target } of rivals) queue.add({ resource: 'virtues', action: 'delete', target, group: 'gift' });
  queue.add({ resource: 'virtues', action: 'create', data: { character, ...rows[choice] }, group: 'gift' });
});

submitted('form[data-take]', (_, button) => {
  if (!button) return;
  const { ability, abilityName: ability_name, category } = button.dataset;
  learn({ ability, ability_name, category });
});

submitted('form[data-native]', (form) => {
  const field = /** @type {HTMLInputElement} */ (find('[name=instance]', form));
  const instance = field.value.trim();
  if (instance) learn({ ...JSON.parse(form.dataset.native ?? ''), instance, ability_name: instance });
  form.reset();
});

/** The step is where the guide goes on by then, on whatever device. What is not saved in time is kept, and goes on with the next page. */
submitted('form[data-go]', async (_, button) => {
  const to = button?.getAttribute('value') ?? '';
  const step = to === 'done' ? '' : to;
  await queue.add({ resource: 'characters', action: 'update', target: character, data: { guide_step: step } }).persisted;
  await Promise.race([queue.flush(), new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
  const address = step ? `../${step}/` : '../../';
  if (queue.stats().pending && !(await isThere(address))) return tell(words.say('no_connection'));
  location.assign(address);
});

/**
 * Whether a page can be had, from the server or from what the browser keeps. It does not leave one that works for one that does not.
 *
 * @param {string} address
 */
const isThere = (address) => fetch(address).then(({ ok }) => ok, () => isKept(address));

/** What the page shows of what was chosen, by whomever. */
function show() {
  const { type, house } = own();
  const virtues = list('virtues').map(({ data }) => data);
  const abilities = new Set(list('abilities').map(({ data }) => data.ability));
  for (const input of document.querySelectorAll('[data-become] input')) {
    if (input instanceof HTMLInputElement && input.type === 'radio') input.checked = input.value === ((input.name === 'type' ? type : house) ?? '');
  }
  for (const part of document.querySelectorAll('[data-house]')) {
    if (part instanceof HTMLElement) part.hidden = !(part.dataset.house ?? '').split(' ').includes(house);
  }
  for (const button of document.querySelectorAll(`[data-house="${CSS.escape(house ?? '')}"] [data-gift]`)) {
    const [gift, choice] = (button.getAttribute('value') ?? '').split(':').map(Number);
    const row = plan.houses[house].choices[gift][choice];
    button.setAttribute('aria-pressed', String(virtues.some((held) => held.granted_by_house && isSame(row, held))));
  }
  for (const button of document.querySelectorAll('[data-take] button')) {
    if (button instanceof HTMLButtonElement) button.disabled = abilities.has(button.value);
  }
}

/** @param {Row} row @param {Row} held */
const isSame = (row, held) => row.virtue === held.virtue && JSON.stringify(row.parameters) === JSON.stringify(held.parameters);

queue.addEventListener('change', show);
