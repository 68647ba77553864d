import { Injectable } from '@nestjs/common';
import { ConfigurationException } from '../exceptions/index.js';
import { classOf, type MessageClass } from './message-class.js';
import { assertSchemas } from './schemas/message-schemas.js';
import { type MessageType, messageTypeOf, messageTypes } from './message-type.js';

/**
 * Finds message classes by schema name. When the application starts, the module registers every class
 * that is decorated with `@MessageSchema` and imported by then.
 *
 * @publicApi
 */
@Injectable()
export class MessageRegistry implements Iterable<[name: string, messageClass: MessageClass]> {
  private readonly types = new Map<string, MessageType>();

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
   * @throws ConfigurationException when two classes claim one schema name
   */
  register(...messageClasses: readonly MessageClass[]): this {
    for (const messageClass of messageClasses) this.add(messageTypeOf(messageClass));
    return this;
  }

  /**
   * Registers every class that has been decorated with `@MessageSchema` so far.
   *
   * @throws ConfigurationException when two classes claim one schema name
   */
  gather(): this {
    for (const type of messageTypes()) this.add(type);
    return this;
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

  /** How many classes are registered, the base class included. */
  get size(): number {
    return this.types.size;
  }

  *[Symbol.iterator](): Iterator<[name: string, messageClass: MessageClass]> {
    for (const [name, type] of this.types) yield [name, classOf(type)];
  }

  private add(type: MessageType): void {
    const known = this.types.get(type.name);
    if (known && known.target !== type.target && !type.replaces(known)) {
      throw new ConfigurationException(
        `The schema name '${type.name}' is claimed by two message classes, ${known.described} and ${type.described}: give one of them another name in @MessageSchema`,
      );
    }
    this.types.set(type.name, type);
  }
}
