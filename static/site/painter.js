/**
 * Draws what was marked, once, in the next animation frame: however many clicks and answers arrive in between, the page is
 * touched once.
 *
 * @typedef {{paint: () => void}} Paintable
 */
export class Painter {
  /** @type {Set<Paintable>} */
  #marked = new Set();

  /** @param {(callback: () => void) => unknown} [nextFrame] */
  constructor(nextFrame = (callback) => requestAnimationFrame(callback)) {
    this.nextFrame = nextFrame;
  }

  /** @param {Paintable} item */
  mark(item) {
    if (!this.#marked.size) this.nextFrame(() => this.#paint());
    this.#marked.add(item);
  }

  #paint() {
    const marked = [...this.#marked];
    this.#marked.clear();
    for (const item of marked) item.paint();
  }
}
