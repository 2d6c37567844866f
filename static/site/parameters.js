/**
 * What was chosen with a Virtue or Flaw, in its panel: the questions that were asked when it was added, with their answers.
 *
 * @import { BatchQueue } from '../batching/index.js'
 * @import { Line } from './line.js'
 * @import { Kind, Offer } from './offers.js'
 * @import { Words } from './words.js'
 */
import { tagOf } from './fields.js';
import { kindOf } from './offers.js';
import { find } from './page.js';
import { Questions } from './questions.js';

export class Parameters {
  #queue;
  #words;
  /** @type {Kind} */
  #kind;

  /**
   * @param {HTMLElement} root
   * @param {BatchQueue} queue
   * @param {Words} words
   */
  constructor(root, queue, words) {
    this.#queue = queue;
    this.#words = words;
    this.#kind = kindOf('virtues', root.dataset.offers ?? '', undefined, words);
  }

  /**
   * Ask in a panel that has just been opened. Without the catalogue, offline, the panel is without the questions.
   *
   * @param {HTMLFormElement} form
   * @param {Line} line
   */
  async ask(form, line) {
    if (line.resource !== 'virtues') return;
    const known = await this.#kind.load().catch(() => undefined);
    const offer = known?.offers.find(({ id }) => id === line.row?.virtue);
    if (!known || !offer?.parameters.length || !form.isConnected) return;
    const questions = new Questions(this.#words);
    questions.ask(offer.parameters, known.lists, line.row?.parameters);
    questions.element.addEventListener('change', () => this.#answered(line, offer, questions));
    find('.actions', form).before(questions.element);
  }

  /**
   * @param {Line} line
   * @param {Offer} offer
   * @param {Questions} questions
   */
  #answered(line, offer, questions) {
    if (!questions.areAnswered || !line.row) return;
    const { parameters, virtue_name } = this.#kind.data(offer, questions.answers());
    if (JSON.stringify(parameters) === JSON.stringify(line.row.parameters)) return;
    this.#queue.add({ ...line.place, action: 'update', data: { parameters, virtue_name }, if_match: tagOf(this.#queue, line) });
  }
}
