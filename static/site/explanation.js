/**
 * What a number is made of, or what the next point costs, in a box beside it: on hover, on focus, and on a tap.
 *
 * @typedef {object} Told
 * @property {string} title
 * @property {string[]} [lines]
 *
 * @typedef {(element: HTMLElement) => Told | undefined} Tell
 */
import { find } from './page.js';

const EXPLAINED = '[data-why], [data-pair], [data-value], [data-mark]';
const DISTANCE = 6; // px between a number and its box

export class Explanation {
  #box = find('#explanation');
  #tell;
  /** @type {HTMLElement | undefined} */
  #at;

  /**
   * @param {HTMLElement} root
   * @param {Tell} tell
   */
  constructor(root, tell) {
    this.#tell = tell;
    for (const element of root.querySelectorAll('[data-why]')) enter(/** @type {HTMLElement} */ (element));
    root.addEventListener('focusin', ({ target }) => this.#show(target));
    root.addEventListener('focusout', () => this.hide());
    root.addEventListener('click', ({ target }) => this.#show(target));
    root.addEventListener('pointerover', ({ target, pointerType }) => pointerType === 'mouse' && this.#hover(target));
    document.addEventListener('keydown', ({ key }) => key === 'Escape' && this.hide());
    addEventListener('scroll', () => this.#at && place(this.#box, this.#at.getBoundingClientRect()), { passive: true });
  }

  /** Say what is true now. */
  paint() {
    if (this.#at) this.#open(this.#at);
  }

  hide() {
    if (!this.#at) return;
    this.#at.removeAttribute('aria-describedby');
    this.#at = undefined;
    this.#box.hidePopover();
  }

  /** @param {EventTarget | null} target */
  #show(target) {
    const element = explained(target);
    if (element && !element.closest('template')) this.#open(element);
  }

  /** @param {EventTarget | null} target */
  #hover(target) {
    const element = explained(target);
    if (element) this.#open(element);
    else if (this.#at && this.#at !== document.activeElement) this.hide();
  }

  /** @param {HTMLElement} element */
  #open(element) {
    const told = this.#tell(element);
    if (!told) return this.hide();
    if (this.#at !== element) this.hide();
    this.#at = element;
    write(this.#box, told);
    element.setAttribute('aria-describedby', this.#box.id);
    this.#box.showPopover();
    place(this.#box, element.getBoundingClientRect());
  }
}

/**
 * A number that can be asked is a stop of the Tab key.
 *
 * @param {HTMLElement} element
 */
export function enter(element) {
  element.tabIndex = 0;
  element.setAttribute('role', 'button');
}

/** @param {EventTarget | null} target */
function explained(target) {
  if (!(target instanceof Element)) return undefined;
  const element = target.closest(EXPLAINED) ?? target.closest('.step')?.parentElement?.querySelector('[data-value]');
  return element instanceof HTMLElement ? element : undefined;
}

/**
 * @param {HTMLElement} box
 * @param {Told} told
 */
function write(box, { title, lines = [] }) {
  const head = document.createElement('b');
  head.textContent = title;
  const items = lines.map((line) => {
    const item = document.createElement('span');
    item.textContent = line;
    return item;
  });
  box.replaceChildren(head, ...items);
}

/**
 * Above the number if there is room, and never beyond the edge of the screen.
 *
 * @param {HTMLElement} box
 * @param {DOMRect} at
 */
function place(box, at) {
  const { width, height } = box.getBoundingClientRect();
  const above = at.top - height - DISTANCE;
  const left = Math.min(Math.max(DISTANCE, at.left + (at.width - width) / 2), document.documentElement.clientWidth - width - DISTANCE);
  box.style.setProperty('left', `${left}px`);
  box.style.setProperty('top', `${above > DISTANCE ? above : at.bottom + DISTANCE}px`);
}
