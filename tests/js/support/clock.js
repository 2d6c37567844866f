/** A clock that stands still until it is told to go on; its timers are the only ones a test has. */
export class FakeClock {
  #time = 0;
  #timers = new Map();
  #last = 0;
  #epoch = Date.UTC(2026, 0, 1);
  #busy;

  /** @param {() => boolean} [busy]  whether something is going on that takes no time of this clock, such as storing */
  constructor(busy) {
    this.#busy = busy;
  }

  async #quiet() {
    await settled();
    for (let quiet = 0; this.#busy && quiet < 4; quiet = this.#busy() ? 0 : quiet + 1) await settled(); // locks and channels
  }

  now = () => this.#time;
  wall = () => this.#epoch + this.#time;

  setTimeout = (callback, ms) => {
    this.#timers.set(++this.#last, { at: this.#time + Math.max(0, ms), callback });
    return this.#last;
  };

  clearTimeout = (timer) => void this.#timers.delete(timer);

  sleep = (ms) => new Promise((resolve) => this.setTimeout(resolve, ms));

  get timers() {
    return this.#timers.size;
  }

  /** Let everything happen that is due within `ms`, promises included. */
  async advance(ms) {
    const end = this.#time + ms;
    for (;;) {
      await this.#quiet();
      const [id, timer] = [...this.#timers].sort(([, a], [, b]) => a.at - b.at)[0] ?? [];
      if (!timer || timer.at > end) break;
      this.#timers.delete(id);
      this.#time = timer.at;
      timer.callback();
    }
    this.#time = end;
  }

  /** Go on until `done` holds. */
  async until(done, limit = 600_000) {
    for (const end = this.#time + limit; !done(); ) {
      if (this.#time >= end) throw new Error('it never happened');
      await this.advance(10);
    }
  }
}

/** Everything that needs no timer has happened. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));
