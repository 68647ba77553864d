import { planConsumers } from '../consuming/index.js';
import type { DeclaredConsumer } from '../handling/index.js';
import { LibraryLogger } from '../logging/index.js';
import { type MessageClass, type MessageRegistry, messageTypeOf, topicPrefixOf } from '../message/index.js';
import type { AsyncApiDocument, OperationObject } from './asyncapi-document.interface.js';
import { BINDING_VERSION, type Channel, Channels } from './channels.js';
import { ComponentKeys } from './component-keys.js';
import { handledClasses } from './handled-classes.js';
import { Messages } from './messages.js';
import type { DescribedBus } from './servers.js';

/** Collects the operations of an application, with their channels and messages. */
export class Operations {
  private readonly channels = new Channels();
  private readonly messages = new Messages();
  private readonly objects: Record<string, OperationObject> = {};
  private readonly keys = new ComponentKeys();

  constructor(private readonly registry: MessageRegistry) {}

  /** The collected parts of the document. */
  describe(): Pick<AsyncApiDocument, 'channels' | 'operations' | 'components'> {
    const { channels, objects: operations, messages } = this;
    return {
      channels: channels.objects,
      operations,
      components: { messages: messages.objects, schemas: messages.schemas },
    };
  }

  /**
   * Adds a receive operation for each method of a consumer and each of its queues. The channel of each binding of the
   * queue gets the same messages.
   *
   * @throws ConfigurationException when the queues or bindings of the consumer are wrong
   * @throws SchemaError
   */
  receive({ name, host, methods, options }: DeclaredConsumer, bus: DescribedBus): void {
    const handled = handledClasses(methods, this.registry);
    const plans = planConsumers(options, bus.settings, name, new LibraryLogger(bus.name));
    for (const plan of plans) {
      const queue = this.channels.queue(bus, plan, name);
      const bound = plan.bindings.flatMap(({ exchange, routingKeys }) =>
        routingKeys.map((routingKey) => this.channels.routingKey(bus, exchange, routingKey)),
      );
      for (const [method, classes] of handled) {
        const title = `${host.name}.${method}`;
        const key = plans.length === 1 ? title : `${title}.${plan.queue || 'server-named'}`;
        const carried = this.carry(classes, queue, ...bound);
        this.add(bus.prefix + key, { action: 'receive', title, ...carried }, { ack: true });
      }
    }
  }

  /**
   * Adds the operation that sends messages of a class, with the class's topic, to a bus.
   *
   * @throws SchemaError
   */
  send(messageClass: MessageClass, bus: DescribedBus): void {
    const { name, topic } = messageTypeOf(messageClass);
    const { publishExchange, publishPriority, topicPrefix } = bus.settings;
    const channel = this.channels.routingKey(bus, publishExchange, topicPrefixOf(topicPrefix) + topic);
    this.add(
      `${bus.prefix}send.${name}`,
      { action: 'send', title: `Send ${messageClass.name}`, ...this.carry([messageClass], channel) },
      { deliveryMode: 2, ...(publishPriority !== null && { priority: publishPriority }) },
    );
  }

  /** Adds the messages to every channel. The operation refers to the first channel. */
  private carry(
    classes: readonly MessageClass[],
    channel: Channel,
    ...others: Channel[]
  ): Pick<OperationObject, 'channel' | 'messages'> {
    const keys = classes.map((messageClass) => this.messages.keyOf(messageClass));
    for (const other of others) other.carry(keys);
    return { channel: channel.reference, messages: channel.carry(keys) };
  }

  private add(wanted: string, operation: Omit<OperationObject, 'bindings'>, amqp: object): void {
    // Two classes may have the same name.
    const key = this.keys.keyOf(String(Object.keys(this.objects).length), wanted);
    this.objects[key] = { ...operation, bindings: { amqp: { ...amqp, bindingVersion: BINDING_VERSION } } };
  }
}
