/** Where on the page something is that the rules point to. */

/**
 * The id of the element; that of the content for something that has no place of its own.
 *
 * @param {{resource: string, id: number, field?: string}} [ref]
 */
export function placeOf(ref) {
  if (!ref) return 'main';
  const id = ref.resource === 'characters' ? ref.field : ref.id;
  return `${ref.resource}-${id}`;
}
