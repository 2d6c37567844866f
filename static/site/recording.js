/**
 * A queue that tells what each operation does to its row as the page shows it.
 *
 * @import { Data, Handle, NewOperation, Options } from '../batching/index.js'
 *
 * @typedef {{operation: NewOperation, handle: Handle, before: Data | null | undefined, after: Data | null | undefined}} Edit
 */
import { BatchQueue } from '../batching/batch-queue.js';

export class RecordingQueue extends BatchQueue {
  #record;

  /**
   * @param {Options} options
   * @param {(edit: Edit) => void} record
   */
  constructor(options, record) {
    super(options);
    this.#record = record;
  }

  /** @param {NewOperation} operation */
  add(operation) {
    const { resource, target } = operation;
    const before = target === undefined ? null : this.view(resource, target);
    const handle = super.add(operation);
    this.#record({ operation, handle, before, after: this.view(resource, handle.target) });
    return handle;
  }
}
