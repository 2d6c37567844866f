/** A button that is held down works again and again. */

const FIRST = 450; // ms until it starts
const NEXT = 110; // ms between two

export class Hold {
  #push;
  #times = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {HTMLElement} root
   * @param {(button: Element) => boolean} push  false: there is no more to do
   */
  constructor(root, push) {
    this.#push = push;
    root.addEventListener('pointerdown', (event) => this.#start(event));
    root.addEventListener('contextmenu', (event) => this.#times && event.preventDefault());
    for (const type of ['pointerup', 'pointercancel', 'blur']) addEventListener(type, () => clearTimeout(this.#timer));
  }

  /** Whether the click that comes now ends a hold, and means no step of its own. */
  ended() {
    const held = this.#times > 0;
    this.#times = 0;
    return held;
  }

  /** @param {PointerEvent} event */
  #start({ target, button, isPrimary }) {
    clearTimeout(this.#timer);
    this.#times = 0;
    const held = target instanceof Element ? target.closest('[data-by]') : null;
    if (!held || button !== 0 || !isPrimary) return;
    const again = () => {
      if (!held.matches(':hover') || !this.#push(held)) return;
      this.#times += 1;
      this.#timer = setTimeout(again, NEXT);
    };
    this.#timer = setTimeout(again, FIRST);
  }
}
