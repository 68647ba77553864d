import type { DeclaredHandler } from '../handling/index.js';
import { Message, type MessageClass, type MessageRegistry } from '../message/index.js';

/**
 * The message classes that each method of a consumer gets: those that it takes, and those that extend them
 * unless another method takes a nearer class. What gets all other messages gets the base class.
 */
export function handledClasses(
  methods: readonly DeclaredHandler[],
  registry: MessageRegistry,
): ReadonlyMap<string, readonly MessageClass[]> {
  const methodOf = new Map<unknown, string>();
  const handled = new Map<string, MessageClass[]>();
  for (const { method, classes } of methods) {
    const name = String(method);
    handled.set(name, []);
    for (const messageClass of classes) methodOf.set(messageClass, name);
  }
  for (const [, messageClass] of registry) {
    const taken = nearest(messageClass, methodOf);
    if (taken === undefined || (taken === Message && messageClass !== Message)) continue;
    handled.get(methodOf.get(taken)!)!.push(messageClass);
  }
  return handled;
}

/** The nearest class that a class extends, or itself, of those that are taken. */
function nearest(messageClass: MessageClass, taken: ReadonlyMap<unknown, string>): unknown {
  let extended: unknown = messageClass;
  while (typeof extended === 'function') {
    if (taken.has(extended)) return extended;
    extended = Object.getPrototypeOf(extended);
  }
  return undefined;
}
