/**
 * Inputs and the columns that they stand for: `name` is the column.
 *
 * @import { BatchQueue, Place } from '../batching/index.js'
 *
 * @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Field
 * @typedef {Record<string, any>} Row
 */

/**
 * What is hidden is the server's own, such as its token, and no column.
 *
 * @param {unknown} element
 * @returns {element is Field}
 */
export const isField = (element) =>
  (element instanceof HTMLInputElement || element instanceof HTMLSelectElement || element instanceof HTMLTextAreaElement)
  && element.name !== '' && element.type !== 'hidden';

/**
 * @param {HTMLFormElement} form
 * @returns {Field[]}
 */
export const fieldsOf = (form) => [...form.elements].filter(isField);

/**
 * What a field says, as the API takes it.
 *
 * @param {Field} field
 */
export function valueOf(field) {
  if (field instanceof HTMLInputElement && field.type === 'checkbox') return field.checked;
  const text = field.value.trim();
  if ('json' in field.dataset) return JSON.parse(text);
  if ('list' in field.dataset) return text.split(',').map((part) => part.trim()).filter(Boolean);
  if (text === '' && 'empty' in field.dataset) return null;
  return isNumber(field) ? Number(text) : text;
}

/** @param {Field} field */
const isNumber = (field) => field.type === 'number' || field.type === 'radio';

/**
 * Let a form say what a row says, except where somebody is typing.
 *
 * @param {HTMLFormElement} form
 * @param {Row} row
 */
export function fill(form, row) {
  for (const field of fieldsOf(form)) {
    if (field.name in row && (field !== document.activeElement || isTicked(field))) show(field, row[field.name]);
  }
}

/** @param {Field} field */
const isTicked = (field) => field.type === 'checkbox' || field.type === 'radio';

/**
 * @param {Field} field
 * @param {any} value
 */
function show(field, value) {
  if (field instanceof HTMLInputElement && field.type === 'checkbox') field.checked = Boolean(value);
  else if (field instanceof HTMLInputElement && field.type === 'radio') field.checked = field.value === String(value);
  else {
    const text = 'json' in field.dataset ? JSON.stringify(value) : Array.isArray(value) ? value.join(', ') : String(value ?? '');
    if (field.value !== text) field.value = text;
  }
}

/**
 * Whether a field says something else than the row.
 *
 * @param {Field} field
 * @param {Row} row
 */
export const differs = (field, row) => JSON.stringify(valueOf(field)) !== JSON.stringify(row[field.name]);

/**
 * The row as the person saw it: what is typed over a value must not overwrite another one that came from elsewhere. While own
 * changes wait, what the row will be on the server is not known.
 *
 * @param {BatchQueue} queue
 * @param {{place: Place, row: Row | null | undefined}} at
 */
export function tagOf(queue, { place: { resource, target }, row }) {
  const known = row?.revision !== undefined && !queue.pending(resource, target);
  return known ? `"${row.revision}"` : undefined;
}
