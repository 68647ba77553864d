/**
 * Decides which method gets a message: returns the class itself if `taken` has it, else its nearest superclass in
 * `taken`, else undefined.
 */
export function nearestClass(messageClass: unknown, taken: { has(messageClass: unknown): boolean }): unknown {
  let extended = messageClass;
  while (typeof extended === 'function' && !taken.has(extended)) {
    extended = Object.getPrototypeOf(extended) as unknown;
  }
  return typeof extended === 'function' ? extended : undefined;
}
