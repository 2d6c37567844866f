/**
 * A field in which one types to find an entry of the catalogue (the ARIA combobox pattern), and the questions that follow from
 * the entry.
 *
 * @import { Kind, Offer, Offers } from './offers.js'
 * @import { Words } from './words.js'
 */
import { Questions } from './questions.js';

const MOST = 80; // options that are drawn

export class Picker {
  /** @type {Offer | undefined} */
  chosen;
  /** @type {Offers | undefined} */
  #offers;
  #input;
  #list = document.createElement('ul');
  #all = document.createElement('input');
  #note = document.createElement('p');
  #kind;
  #words;
  #onChosen;
  /** @type {Offer[]} */
  #found = [];
  #active = -1;

  /**
   * @param {HTMLInputElement} input
   * @param {Kind} kind  what of the catalogue, and how it is told
   * @param {Words} words
   * @param {() => void} onChosen  after an entry was chosen, or none is any more
   */
  constructor(input, kind, words, onChosen) {
    this.#input = input;
    this.#kind = kind;
    this.#words = words;
    this.#onChosen = onChosen;
    this.questions = new Questions(words);
    this.#draw();
    input.addEventListener('focus', () => void this.#load());
    input.addEventListener('input', () => this.#typed());
    input.addEventListener('keydown', (event) => this.#pressed(event));
    input.addEventListener('blur', () => this.#close());
    this.#all.addEventListener('change', () => (input.focus(), this.#typed()));
    this.#list.addEventListener('click', ({ target }) => this.#clicked(target));
  }

  /** What the chosen entry, and the answers to its questions, add to the new row. */
  data() {
    return this.chosen && this.#offers ? this.#kind.data(this.chosen, this.questions.answers()) : undefined;
  }

  clear() {
    this.chosen = undefined;
    this.questions.ask([], {});
    this.#onChosen();
    this.#input.focus();
    void this.#load(); // what was taken changes what may be taken
  }

  /** @param {string} reason */
  refuse(reason) {
    this.#input.setCustomValidity(reason);
    this.#input.reportValidity();
  }

  #draw() {
    const id = `offers-${this.#input.closest('details')?.id}`;
    const label = /** @type {HTMLElement} */ (this.#input.closest('label'));
    const frame = document.createElement('div');
    const all = document.createElement('label');
    frame.className = 'picker';
    all.className = 'check';
    this.#all.type = 'checkbox';
    for (const part of [all, this.#list]) part.addEventListener('mousedown', (event) => event.preventDefault()); // the field keeps the focus
    all.append(this.#all, ` ${this.#words.say('all_offers')}`);
    this.#note.className = 'why-not';
    Object.assign(this.#list, { id, className: 'offers', role: 'listbox', hidden: true });
    this.#list.setAttribute('aria-label', this.#words.say('offers'));
    const attributes = { role: 'combobox', 'aria-autocomplete': 'list', 'aria-controls': id, 'aria-expanded': 'false' };
    for (const [name, value] of Object.entries(attributes)) this.#input.setAttribute(name, value);
    this.#input.placeholder = this.#words.say(`search_${this.#kind.resource}`);
    label.before(frame);
    frame.append(label, this.#list, all, this.#note, this.questions.element);
  }

  async #load() {
    try {
      const offers = await this.#kind.load();
      const isNews = JSON.stringify(offers) !== JSON.stringify(this.#offers);
      this.#offers = offers;
      if (isNews && !this.#list.hidden) this.#show();
    } catch {
      if (!this.#offers) this.#note.textContent = this.#words.say('no_connection'); // else what was offered before must do
    }
  }

  #typed() {
    this.#input.setCustomValidity('');
    if (this.chosen) {
      this.chosen = undefined;
      this.questions.ask([], {});
      this.#onChosen();
    }
    this.#note.textContent = '';
    this.#look();
  }

  /** What was offered before is shown at once; it is asked for anew whenever the field gets the focus. */
  #look() {
    if (this.#offers) return this.#show();
    return this.#load().then(() => this.#show());
  }

  #show() {
    const words = this.#input.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const fits = (this.#offers?.offers ?? []).filter((offer) => this.#kind.shows(offer) && (this.#all.checked || !offer.why));
    const found = fits.filter((offer) => words.every((word) => this.#kind.text(offer).includes(word)));
    this.#found = words.length ? sorted(found, words.join(' ')) : found;
    this.#list.replaceChildren(...this.#found.slice(0, MOST).map((offer, index) => this.#option(offer, index)));
    if (!this.#found.length) this.#list.append(this.#nothing(words));
    this.#open(document.activeElement === this.#input);
    this.#list.scrollIntoView({ block: 'nearest' });
    this.#activate(this.#found.length && words.length ? 0 : -1);
  }

  /**
   * @param {Offer} offer
   * @param {number} index
   */
  #option(offer, index) {
    const option = document.createElement('li');
    Object.assign(option, { id: `${this.#list.id}-${index}`, role: 'option', ariaSelected: 'false' });
    const facts = document.createElement('small');
    facts.textContent = this.#kind.facts(offer);
    option.append(offer.name, ' ', facts);
    if (offer.why) option.append(because(offer.why));
    return option;
  }

  /** @param {string[]} words */
  #nothing(words) {
    const hidden = (this.#offers?.offers ?? []).filter((offer) => this.#kind.shows(offer) && words.every((word) => this.#kind.text(offer).includes(word)));
    const item = document.createElement('li');
    item.className = 'nothing';
    item.setAttribute('role', 'option');
    item.ariaDisabled = 'true';
    item.append(this.#words.say(hidden.length ? 'not_for_you' : 'nothing_found', { count: hidden.length }));
    if (hidden.length && hidden.length < 4) item.append(...hidden.map(({ why }) => because(why)));
    return item;
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const steps = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (steps) {
      event.preventDefault();
      if (this.#list.hidden) return void this.#look();
      const most = Math.min(this.#found.length, MOST);
      return this.#activate((this.#active + steps + most) % most);
    }
    if (event.key === 'Escape' && !this.#list.hidden) {
      event.stopPropagation();
      this.#close();
    }
    if (event.key === 'Enter' && !this.chosen && (!this.#list.hidden || !this.#offers)) {
      event.preventDefault();
      void this.#enter();
    }
  }

  /** Whoever is faster than the answer gets what they typed all the same. */
  async #enter() {
    if (!this.#offers) await this.#look();
    const offer = this.#found[this.#active];
    if (offer) this.#choose(offer);
  }

  /** @param {EventTarget | null} target */
  #clicked(target) {
    const option = target instanceof Element ? target.closest('[role=option]') : null;
    const offer = this.#found[option ? [...this.#list.children].indexOf(option) : -1];
    if (offer) this.#choose(offer);
  }

  /** @param {Offer} offer */
  #choose(offer) {
    this.chosen = offer;
    this.#input.value = offer.name;
    this.#note.textContent = offer.why;
    this.#close();
    this.questions.ask(this.#kind.questions(offer), this.#offers?.lists ?? {});
    this.#onChosen();
  }

  /** @param {number} index */
  #activate(index) {
    this.#active = index;
    for (const [place, option] of [...this.#list.children].entries()) option.ariaSelected = String(place === index);
    const option = this.#list.children[index];
    this.#input.setAttribute('aria-activedescendant', option ? option.id : '');
    option?.scrollIntoView({ block: 'nearest' });
  }

  /** @param {boolean} open */
  #open(open) {
    this.#list.hidden = !open;
    this.#input.setAttribute('aria-expanded', String(open));
  }

  #close() {
    this.#open(false);
    this.#activate(-1);
  }
}

/** @param {string} why */
function because(why) {
  const reason = document.createElement('span');
  reason.className = 'why-not';
  reason.textContent = why;
  return reason;
}

/**
 * Those whose name begins with what was typed come first.
 *
 * @param {Offer[]} offers
 * @param {string} typed
 */
function sorted(offers, typed) {
  const rank = (/** @type {Offer} */ { name }) => {
    const place = name.toLowerCase().indexOf(typed);
    return place < 0 ? 3 : place > 0 ? 2 : name.length === typed.length ? 0 : 1;
  };
  return [...offers].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}
