/**
 * The class itself if it is among those that are taken, or else the nearest one that it extends; undefined
 * where none is. Which method gets a message is decided by it.
 */
export function nearestClass(messageClass: unknown, taken: { has(messageClass: unknown): boolean }): unknown {
  let extended = messageClass;
  while (typeof extended === 'function' && !taken.has(extended)) {
    extended = Object.getPrototypeOf(extended) as unknown;
  }
  return typeof extended === 'function' ? extended : undefined;
}
