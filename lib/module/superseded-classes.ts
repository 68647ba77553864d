import type { DeclaredConsumer } from '../handling/index.js';
import { LibraryLogger } from '../logging/index.js';
import type { AnyMessageClass, MessageRegistry } from '../message/index.js';

const warned = new WeakSet<DeclaredConsumer>();

/** Warns once of each decorated consumer that takes a class of which no message is received. */
export function warnOfDeclaredSupersession(
  consumers: readonly DeclaredConsumer[],
  registry: MessageRegistry,
): void {
  for (const consumer of consumers) {
    if (warned.has(consumer)) continue;
    warned.add(consumer);
    for (const { classes } of consumer.methods) {
      warnOfSupersession(consumer.name, classes, registry, new LibraryLogger(consumer.bus));
    }
  }
}

/** Warns when a consumer takes a class of which no message is received: another class is preferred to it. */
export function warnOfSupersession(
  name: string,
  classes: readonly AnyMessageClass[],
  registry: MessageRegistry,
  logger: LibraryLogger,
): void {
  for (const messageClass of classes) {
    const reason = registry.supersession(messageClass);
    if (reason === undefined) continue;
    logger.warn(`The consumer ${name} gets no messages of the class ${messageClass.name}: ${reason}`);
  }
}
