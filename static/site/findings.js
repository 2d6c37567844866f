/**
 * What the rules have to say, beside what they say it of and counted at the top.
 *
 * @import { Row } from './formats.js'
 * @import { Words } from './words.js'
 */
import { placeOf } from './places.js';

const SEVERITIES = ['error', 'warning', 'reminder'];

export class Findings {
  #root;
  #summary;
  #words;
  #shown = '';
  /** @type {Set<HTMLElement>} marks that show something */
  #marked;

  /**
   * @param {HTMLElement} root
   * @param {Words} words
   */
  constructor(root, words) {
    this.#root = root;
    this.#words = words;
    this.#summary = root.querySelector('[data-findings] > summary'); // a step of the guide has a list of its own
    this.#marked = new Set(/** @type {Iterable<HTMLElement>} */ (root.querySelectorAll('[data-mark]:not([hidden])')));
    for (const mark of this.#marked) this.#open(mark, mark.title.trim());
  }

  /** @param {Row[]} findings */
  show(findings) {
    const shown = JSON.stringify(findings);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#count(findings);
    for (const mark of this.#marked) mark.hidden = true;
    this.#marked.clear();
    for (const finding of findings) for (const place of new Set(finding.refs.map(placeOf))) this.#mark(place, finding);
  }

  /** @param {Row[]} findings */
  #count(findings) {
    const parts = SEVERITIES.flatMap((severity) => {
      const count = findings.filter((finding) => finding.severity === severity).length;
      if (!count) return [];
      const part = document.createElement('span');
      part.dataset.severity = severity;
      part.textContent = this.#words.say(severity, { count });
      return [part, ' '];
    });
    this.#summary?.replaceChildren(...(parts.length ? parts : [this.#words.say('no_findings')]));
  }

  /**
   * @param {string} place
   * @param {Row} finding
   */
  #mark(place, { severity, message }) {
    const mark = document.getElementById(place)?.querySelector('[data-mark]');
    if (!(mark instanceof HTMLElement) || !this.#root.contains(mark)) return;
    const first = !this.#marked.has(mark);
    this.#marked.add(mark);
    mark.hidden = false;
    if (first) mark.dataset.severity = severity;
    this.#open(mark, first ? message : `${mark.dataset.says} ${message}`);
  }

  /**
   * @param {HTMLElement} mark
   * @param {string} text
   */
  #open(mark, text) {
    mark.removeAttribute('title');
    mark.dataset.says = text;
    mark.tabIndex = 0;
    mark.setAttribute('role', 'img');
    mark.setAttribute('aria-label', text);
  }
}
