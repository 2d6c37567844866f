/** A headless Chromium, driven through its debugging pipe: no driver to install. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PATH = process.env.CHROMIUM ?? '/usr/bin/chromium';

export const chromiumIsHere = existsSync(PATH);

export class Chromium {
  #last = 0;
  #waiting = new Map();
  #rest = '';

  static async launch() {
    const browser = new Chromium();
    browser.profile = mkdtempSync(join(tmpdir(), 'queue-test-'));
    const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', '--remote-debugging-pipe', `--user-data-dir=${browser.profile}`];
    browser.process = spawn(PATH, flags, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
    browser.process.stdio[4].on('data', (chunk) => browser.#read(chunk));
    return browser;
  }

  #read(chunk) {
    const messages = (this.#rest + chunk).split('\0');
    this.#rest = messages.pop();
    for (const message of messages) {
      const { id, result, error } = JSON.parse(message);
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error) waiting?.reject(new Error(error.message));
      else waiting?.resolve(result);
    }
  }

  send(method, params = {}, sessionId) {
    const id = ++this.#last;
    this.process.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  /** Open a page; resolves with what can be done to it. */
  async open(url) {
    const { targetId } = await this.send('Target.createTarget', { url });
    const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true });
    const send = (method, params) => this.send(method, params, sessionId);
    /** Run a function in the page and hand over what it returns. */
    const run = async (code, ...values) => {
      const expression = `(${code})(${values.map((value) => JSON.stringify(value)).join()})`;
      const { result, exceptionDetails } = await send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      return result.value;
    };
    const press = async (key, code = key) => {
      const text = key === 'Enter' ? '\r' : undefined;
      const windowsVirtualKeyCode = { Enter: 13, Tab: 9, Escape: 27 }[key];
      await send('Input.dispatchKeyEvent', { type: 'keyDown', key, code, text, windowsVirtualKeyCode });
      await send('Input.dispatchKeyEvent', { type: 'keyUp', key, code, windowsVirtualKeyCode });
    };
    const loaded = () => run('() => document.readyState === "complete" && location.href !== "about:blank"');
    while (!(await loaded().catch(() => false))) await new Promise((resolve) => setTimeout(resolve, 20));
    return { send, run, press, close: () => this.send('Target.closeTarget', { targetId }) };
  }

  async close() {
    const exited = new Promise((resolve) => this.process.once('exit', resolve));
    await Promise.race([this.send('Browser.close').catch(() => {}), exited]);
    await exited;
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
