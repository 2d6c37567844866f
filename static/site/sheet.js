/**
 * The page of a character: clicks become operations of the queue, and what the queue shows becomes the page.
 *
 * @import { Data, Operation, Place } from '../batching/index.js'
 * @import { Trait } from './trait.js'
 */
import { Controls } from './controls.js';
import { watchLeaving } from './leaving.js';
import { Lines } from './lines.js';
import { catalogueOf, NewAbility } from './new-ability.js';
import { find, read } from './page.js';
import { Painter } from './painter.js';
import { Problems } from './problems.js';
import { openQueue } from './queue.js';
import { reducersFor } from './reducers.js';
import { Session } from './session.js';
import { showStatus } from './status.js';
import { Totals } from './totals.js';
import { Words } from './words.js';

const QUIET = 600; // ms without a click before the new score is read out

class SheetPage {
  #words = new Words(read('words'));
  #form = /** @type {HTMLFormElement} */ (find('[data-new-ability]'));
  #catalogue = catalogueOf(this.#form);
  #newAbility = new NewAbility(this.#form, this.#catalogue);
  #painter = new Painter();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #announcing;

  /** @param {Data} sheet */
  constructor(sheet) {
    const root = find('[data-sheet]');
    this.character = sheet.id;
    this.queue = openQueue({ feed: root.dataset.changes, since: sheet.revision, reducers: reducersFor(this.#catalogue) });
    this.totals = new Totals(document, sheet, this.#list);
    this.#learn(sheet);
    this.lines = new Lines(root, { view: this.queue.view.bind(this.queue), list: this.#list }, this.#words);
    const status = showStatus(this.queue, this.#words, this.#describe);
    this.problems = new Problems(this.queue, status, (operation) => this.#listFor(operation));
    this.controls = new Controls(root, this.lines, this.queue, (trait) => this.#announce(trait));
    this.#form.addEventListener('submit', (event) => this.#add(event));
    this.#listen();
    new Session(this.queue, this.#words);
    watchLeaving(this.queue, this.#words);
  }

  /**
   * The rows of this character. The queue knows more: what waits for other characters, from other pages.
   *
   * @param {string} resource
   */
  #list = (resource) => this.queue.list(resource).filter(({ data }) => (resource === 'characters' ? data.id : data.character) === this.character);

  #listen() {
    const { queue } = this;
    queue.addEventListener('change', ({ detail }) => this.#changed(detail.keys));
    queue.addEventListener('acked', ({ detail }) => this.lines.name(detail.operation, detail.target));
    queue.addEventListener('included', ({ detail }) => this.#learnFrom(detail.included.sheet ?? []));
    queue.addEventListener('status', () => this.#painter.mark(this.problems));
  }

  /** @param {Place[]} places */
  #changed(places) {
    for (const place of places) {
      const traits = this.lines.of(place);
      if (!traits.length) this.#painter.mark(this.lines);
      for (const trait of traits) this.#painter.mark(trait);
    }
    this.#painter.mark(this.totals);
  }

  /**
   * The server's rows are the ground on which pending operations are replayed; what the sheet lacks is gone.
   *
   * @param {Data} sheet
   */
  #learn(sheet) {
    const { revision } = sheet;
    const values = sheet.characteristics.map((/** @type {Data} */ { name, value }) => [name, value]);
    this.queue.setBase('characters', sheet.id, { id: sheet.id, ...Object.fromEntries(values) }, { revision });
    for (const resource of ['abilities', 'arts']) {
      const gone = new Set(this.#list(resource).map(({ target }) => target));
      for (const row of sheet[resource]) {
        this.queue.setBase(resource, row.id, row);
        gone.delete(row.id);
      }
      for (const key of gone) if (typeof key === 'number') this.queue.setBase(resource, key, null, { revision });
    }
  }

  /** @param {Data[]} sheets */
  #learnFrom(sheets) {
    const sheet = sheets.find(({ id }) => id === this.character);
    if (!sheet || sheet.revision < this.totals.sheet.revision) return;
    this.totals.sheet = sheet;
    this.#learn(sheet);
    this.#painter.mark(this.totals);
  }

  /** @param {SubmitEvent} event */
  #add(event) {
    event.preventDefault();
    const operation = this.#newAbility.operation(this.character);
    const { ability, instance } = operation.data;
    if (this.#list('abilities').some(({ data }) => data.ability === ability && data.instance === instance)) {
      return this.#newAbility.refuse(this.#words.say('has_already'));
    }
    const { target } = this.queue.add(operation);
    this.#newAbility.clear();
    this.#painter.mark({ paint: () => this.lines.of({ resource: 'abilities', target })[0]?.value.focus() });
  }

  // --- words ---

  /** @param {Trait} trait */
  #announce(trait) {
    clearTimeout(this.#announcing);
    const say = () => (find('[data-announcement]').textContent = `${trait.name} ${trait.spoken}`);
    this.#announcing = setTimeout(say, QUIET);
  }

  /** @param {Operation} operation */
  #describe = (operation) => {
    const { action, data } = operation;
    const name = this.lines.about(operation)?.name ?? this.#catalogue.get(data.ability)?.name;
    if (!name) return this.#words.say('on_another_sheet');
    if (action === 'delete') return this.#words.say('remove', { name });
    return action === 'increment' ? `${name} ${data.by < 0 ? '\u2212' : '+'}${Math.abs(data.by)}` : name;
  };

  /**
   * Where a refusal is shown: at its line, at the form if the line never came to be, and nowhere if it is another sheet's.
   *
   * @param {Operation} operation
   */
  #listFor(operation) {
    const line = this.lines.about(operation);
    if (line?.row) return find('[data-problems]', line.element);
    return line || operation.data.character === this.character ? find('[data-problems]', this.#form) : undefined;
  }
}

new SheetPage(read('sheet'));
