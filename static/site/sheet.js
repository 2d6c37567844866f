/**
 * The page of a character: clicks become operations of the queue, and what the queue shows becomes the page.
 *
 * @import { Operation, Place, Target } from '../batching/index.js'
 * @import { Row } from './formats.js'
 * @import { Line } from './line.js'
 * @import { About } from './lines.js'
 * @import { Edit } from './recording.js'
 */
import { Adding } from './adding.js';
import { becoming } from './becoming.js';
import { Controls } from './controls.js';
import { Derived } from './derived.js';
import { Explanation } from './explanation.js';
import { Filter } from './filter.js';
import { Findings } from './findings.js';
import { formatsIn } from './formats.js';
import { keepForms } from './forms.js';
import { Grid } from './grid.js';
import { History } from './history.js';
import { watchLeaving } from './leaving.js';
import { InPlace } from './in-place.js';
import { Lines } from './lines.js';
import { Magic } from './magic.js';
import { workOffline } from './offline.js';
import { Own } from './own.js';
import { find, read } from './page.js';
import { Painter } from './painter.js';
import { Panels } from './panels.js';
import { Parameters } from './parameters.js';
import { keepUp } from './poll.js';
import { Problems } from './problems.js';
import { openQueue } from './queue.js';
import { Reconciling } from './reconciling.js';
import { reducers } from './reducers.js';
import { Retrace } from './retrace.js';
import { Session } from './session.js';
import { showStatus } from './status.js';
import { Teller } from './teller.js';
import { Words } from './words.js';

const QUIET = 600; // ms without a click before the new score is read out

/** Resources, and the members of the sheet that their rows are in. */
const ROWS = {
  abilities: ['abilities'],
  arts: ['arts'],
  virtues: ['virtues', 'flaws'],
  spells: ['spells'],
  traits: ['traits'],
  reputations: ['reputations'],
  possessions: ['possessions'],
  attacks: ['attacks'],
};

/** What makes a row the same one. */
const IDENTITY = /** @type {Record<string, string[]>} */ ({ abilities: ['ability', 'instance'], spells: ['name', 'level'] });

class SheetPage {
  #words = new Words(read('words'));
  #painter = new Painter();
  #magic = new Magic();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #announcing;

  /** @param {Row} sheet */
  constructor(sheet) {
    const root = find('[data-sheet]');
    const formats = formatsIn(this.#words, armName);
    this.character = sheet.id;
    this.queue = openQueue({ feed: root.dataset.changes, since: sheet.revision, reducers }, (edit) => this.#record(edit));
    this.history = new History(this.queue, reducers);
    this.reconciling = new Reconciling(this.queue);
    this.#magic.learn(sheet);
    this.#learn(sheet);
    this.derived = new Derived(document, sheet, this.#list, formats);
    this.lines = new Lines(root, this.#list, { view: this.#view, formats, words: this.#words });
    const become = (/** @type {Row} */ change) => becoming(sheet.id, this.#list, read('plan'), change);
    this.own = new Own(root, { resource: 'characters', target: sheet.id }, () => this.#view('characters', sheet.id), become);
    this.findings = new Findings(root, this.#words);
    const narrowed = root.querySelector('section:has([data-filter])');
    if (narrowed instanceof HTMLElement) new Filter(narrowed);
    this.adding = new Adding(root, this.queue, sheet.id, this.#words, this.#has);
    const table = root.querySelector('[data-grid]');
    const choice = /** @type {HTMLSelectElement} */ (root.querySelector('[data-total]'));
    this.grid = table instanceof HTMLElement ? new Grid(table, choice, this.#magic) : undefined;
    this.explanation = new Explanation(root, new Teller(this.lines, this.derived, this.grid, this.#words).tell);
    const status = showStatus(this.queue, this.#words, this.#describe);
    this.problems = new Problems(this.queue, status, (operation) => this.#listFor(operation));
    this.inPlace = new InPlace(root, this.lines, this.own, this.queue, this.#words);
    const panels = new Panels(root, this.lines, new Parameters(root, this.queue, this.#words), this.#words);
    new Controls(root, this.lines, this.own, panels, this.queue, (line) => this.#announce(line));
    this.#listen();
    if (document.body.dataset.kept) this.#draw(sheet); // the page may be older than the sheet in it
    keepForms(new Session(this.queue, this.#words), this.#words);
    watchLeaving(this.queue, this.#words);
    keepUp(this.queue);
    workOffline(this.queue, this.#words);
    new Retrace(find('[data-retrace]'), this.history, this.#words, this.#nameOf, (item) => this.#painter.mark(item));
  }

  /**
   * The rows of this character. The queue knows more: what waits for other characters, from other pages.
   *
   * @param {string} resource
   */
  #list = (resource) => this.queue.list(resource).filter(({ data }) => (resource === 'characters' ? data.id : data.character) === this.character);

  get list() {
    return this.#list;
  }

  /**
   * A row as the page shows it.
   *
   * @param {string} resource
   * @param {Target} target
   */
  #view = (resource, target) => {
    const row = this.queue.view(resource, target);
    return row && resource === 'spells' ? this.#magic.spell(row) : row;
  };

  /**
   * @param {string} resource
   * @param {Row} data
   */
  #has = (resource, data) => {
    const names = IDENTITY[resource];
    return Boolean(names) && this.#list(resource).some(({ data: row }) => names.every((name) => row[name] === data[name]));
  };

  /** @param {Edit} edit */
  #record(edit) {
    if (!this.history.isReplaying) this.reconciling.record(edit); // the history looks after its own
    this.history.record(edit);
  }

  #listen() {
    const { queue } = this;
    queue.addEventListener('change', ({ detail }) => this.#changed(detail.keys));
    queue.addEventListener('acked', ({ detail }) => this.lines.name(detail.operation, detail.target));
    queue.addEventListener('included', ({ detail }) => this.#learnFrom(detail.included.sheet ?? []));
    queue.addEventListener('status', () => {
      this.#painter.mark(this.problems);
      this.#painter.mark(this.inPlace);
    });
  }

  /** @param {Place[]} places */
  #changed(places) {
    for (const place of places) {
      const lines = this.lines.of(place);
      if (!lines.length) this.#painter.mark(this.lines);
      for (const line of lines) this.#painter.mark(line);
    }
    if (places.some(({ resource }) => resource === 'arts')) this.#study();
    if (places.some(({ resource }) => resource === 'characters')) this.#painter.mark(this.own);
    this.#painter.mark(this.derived);
    this.#painter.mark(this.explanation);
  }

  /** Totals of magic follow the Arts at once. */
  #study() {
    this.#magic.study(this.#list('arts'));
    if (this.grid) this.#painter.mark(this.grid);
    for (const line of this.lines.all('spells')) this.#painter.mark(line);
  }

  /**
   * The server's rows are the ground on which pending operations are replayed; what the sheet lacks is gone.
   *
   * @param {Row} sheet
   */
  #learn(sheet) {
    const { revision, id, name, type, mode, house, stored } = sheet;
    const own = { ...stored, id, name, type, mode, house: house && house.id };
    this.queue.setBase('characters', id, own, { revision });
    for (const [resource, members] of Object.entries(ROWS)) {
      const gone = new Set(this.#list(resource).map(({ target }) => target));
      for (const row of members.flatMap((member) => sheet[member])) {
        this.queue.setBase(resource, row.id, row);
        gone.delete(row.id);
      }
      for (const key of gone) if (typeof key === 'number') this.queue.setBase(resource, key, null, { revision });
    }
  }

  /** @param {Row[]} sheets */
  #learnFrom(sheets) {
    const sheet = sheets.find(({ id }) => id === this.character);
    if (!sheet || sheet.revision < this.derived.sheet.revision) return;
    this.derived.sheet = sheet;
    this.#magic.learn(sheet);
    this.#learn(sheet);
    this.#tellReplaced(sheet);
    this.#draw(sheet);
  }

  /**
   * Whatever follows from the rows.
   *
   * @param {Row} sheet
   */
  #draw(sheet) {
    this.#study();
    this.#painter.mark(this.derived);
    this.#painter.mark({ paint: () => this.findings.show(sheet.findings) });
  }

  // --- words ---

  /**
   * What came from elsewhere, and is going to be replaced by an edit that waits.
   *
   * @param {Row} sheet
   */
  #tellReplaced(sheet) {
    const replaced = this.reconciling.replaced(({ resource, target }) => {
      if (resource === 'characters') return target === sheet.id ? sheet.stored : undefined;
      return ROWS[/** @type {keyof typeof ROWS} */ (resource)]?.flatMap((member) => sheet[member]).find(({ id }) => id === target);
    });
    if (!replaced.length) return;
    const texts = replaced.map(({ operation, ...difference }) => this.#words.difference(this.#nameOf(operation), difference, 'replaced'));
    find('[data-notice]').textContent = texts.join(' ');
  }

  /** @param {Line} line */
  #announce(line) {
    clearTimeout(this.#announcing);
    const say = () => (find('[data-announcement]').textContent = `${line.name} ${line.spoken}`);
    this.#announcing = setTimeout(say, QUIET);
  }

  /**
   * What a row is called, or a number of the character.
   *
   * @param {About} operation
   */
  #nameOf = (operation) => {
    const own = operation.resource === 'characters' && this.#list('characters')[0]?.data.name;
    return this.lines.about(operation)?.name || own || nameIn(operation.data);
  };

  /** @param {Operation} operation */
  #describe = (operation) => {
    const { action, data } = operation;
    const name = this.#nameOf(operation);
    if (!name) return this.#words.say('on_another_sheet');
    if (action === 'delete') return this.#words.say('remove', { name });
    return action === 'increment' ? `${name} ${data.by < 0 ? '\u2212' : '+'}${Math.abs(data.by)}` : name;
  };

  /**
   * Where a refusal is shown: at its line or field, at the form if the line never came to be, and nowhere if it is another sheet's.
   *
   * @param {Operation} operation
   */
  #listFor(operation) {
    const line = this.lines.about(operation);
    if (line?.row) return find('[data-problems]', line.element);
    if (operation.resource === 'characters') return operation.target === this.character ? this.own.listFor(operation) : undefined;
    return line || operation.data.character === this.character ? this.adding.listFor(operation) : undefined;
  }
}

/**
 * What a new row calls itself.
 *
 * @param {Row} data
 * @returns {string}
 */
const nameIn = (data) => data.ability_name ?? data.art_name ?? data.virtue_name ?? data.name ?? data.content ?? (data.weapon && armName(data.weapon));

/**
 * The name of a weapon or shield of the tables, as the form of a new way to fight has it.
 *
 * @param {string} id
 */
function armName(id) {
  const option = document.querySelector(`[data-add=attacks] option[value="${CSS.escape(id)}"]`);
  return option?.textContent ?? id;
}

export const page = new SheetPage(read('sheet'));
