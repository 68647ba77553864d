import { type DeclaredHandler, nearestClass } from '../handling/index.js';
import { Message, type MessageClass, type MessageRegistry } from '../message/index.js';

/**
 * The message classes that each method of a consumer receives: the classes that it takes, and the classes that extend
 * them, unless another method takes a nearer class. For a method that takes `Message`, only `Message` is listed.
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
    const taken = nearestClass(messageClass, methodOf);
    if (taken === undefined || (taken === Message && messageClass !== Message)) continue;
    handled.get(methodOf.get(taken)!)!.push(messageClass);
  }
  return handled;
}
