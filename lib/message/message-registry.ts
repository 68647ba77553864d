import { Injectable } from '@nestjs/common';
import { ConfigurationException } from '../exceptions/index.js';
import { type AnyMessageClass, classOf, type MessageClass } from './message-class.js';
import { assertSchemas } from './schemas/message-schemas.js';
import { findMessageType, type MessageType, messageTypeOf, messageTypes } from './message-type.js';

/**
 * Finds message classes by schema name. When the application starts, the module registers every class
 * that is decorated with `@MessageSchema` and imported by then.
 *
 * @publicApi
 */
@Injectable()
export class MessageRegistry implements Iterable<[name: string, messageClass: MessageClass]> {
  private readonly types = new Map<string, MessageType>();
  /** The types that {@link prefer} has named, by their schema names. */
  private readonly preferred = new Map<string, MessageType>();

  /**
   * Makes a registry of the given classes.
   *
   * @param messageClasses the classes to register, each decorated with `@MessageSchema`. The base class is
   *   always registered.
   */
  static of(...messageClasses: MessageClass[]): MessageRegistry {
    const [base] = messageTypes();
    return new MessageRegistry().register(classOf(base!), ...messageClasses);
  }

  /**
   * Registers the given classes.
   *
   * @throws TypeError when a class is not decorated with `@MessageSchema`
   * @throws ConfigurationException when two classes claim one schema name, and none of them is preferred
   */
  register(...messageClasses: readonly MessageClass[]): this {
    for (const messageClass of messageClasses) this.add(messageTypeOf(messageClass));
    return this;
  }

  /**
   * Registers those of the given classes whose schema names no class has yet.
   *
   * @internal
   * @throws TypeError when a class is not decorated with `@MessageSchema`
   */
  registerUnclaimed(...messageClasses: readonly MessageClass[]): this {
    return this.register(
      ...messageClasses.filter((messageClass) => !this.has(messageTypeOf(messageClass).name)),
    );
  }

  /**
   * Registers classes that take precedence: another class that claims the schema name of such a class is not
   * registered, and not refused.
   *
   * @throws TypeError when a class is not decorated with `@MessageSchema`
   * @throws ConfigurationException when two preferred classes claim one schema name
   */
  prefer(...messageClasses: readonly MessageClass[]): this {
    for (const messageClass of messageClasses) {
      const type = messageTypeOf(messageClass);
      const known = this.preferred.get(type.name);
      if (known && !isSame(type, known)) {
        throw new ConfigurationException(
          `The message classes ${known.described} and ${type.described} are both preferred for the schema name '${type.name}': only one of them can have it`,
        );
      }
      this.preferred.set(type.name, type);
      this.types.set(type.name, type);
    }
    return this;
  }

  /**
   * Registers every class that has been decorated with `@MessageSchema` so far.
   *
   * @throws ConfigurationException when two classes claim one schema name, and none of them is preferred
   */
  gather(): this {
    for (const type of messageTypes()) this.add(type);
    return this;
  }

  /**
   * Says why no received message is of this class: another class is preferred for its schema name. Undefined if there
   * is no such class.
   *
   * @internal
   */
  supersession(messageClass: AnyMessageClass): string | undefined {
    const type = findMessageType(messageClass);
    const preferred = type && this.preferred.get(type.name);
    if (!preferred || isSame(type, preferred)) return undefined;
    return `messages of the schema '${type.name}' are ${preferred.described}, which FedoraMessagingModule.forFeature() prefers to ${type.described}`;
  }

  /**
   * Checks that the JSON Schemas of the classes are valid schemas.
   *
   * @internal
   * @throws SchemaError that names the class, and the path in its schema
   */
  assertSchemas(): void {
    for (const type of this.types.values()) assertSchemas(type);
  }

  /** The class of a schema name; undefined when no class has that name. */
  get(name: string): MessageClass | undefined {
    const type = this.types.get(name);
    return type && classOf(type);
  }

  /** Whether a class with that schema name is registered. */
  has(name: string): boolean {
    return this.types.has(name);
  }

  /** Iterates over the schema names and their classes, the base class included. */
  *[Symbol.iterator](): Iterator<[name: string, messageClass: MessageClass]> {
    for (const [name, type] of this.types) yield [name, classOf(type)];
  }

  private add(type: MessageType): void {
    const preferred = this.preferred.get(type.name);
    if (preferred && !isSame(type, preferred)) return;
    const known = this.types.get(type.name);
    if (known && !isSame(type, known)) {
      throw new ConfigurationException(
        `The schema name '${type.name}' is claimed by two message classes, ${known.described} and ${type.described}: give one of them another name in @MessageSchema, or say which one wins with FedoraMessagingModule.forFeature([${known.target.name}], { preferred: true })`,
      );
    }
    this.types.set(type.name, type);
  }
}

/** Whether two types are of one class, which may have been evaluated again. */
function isSame(type: MessageType, known: MessageType): boolean {
  return known.target === type.target || type.replaces(known);
}
