import { isDeepStrictEqual } from 'node:util';
import type { ConsumerPlan } from '../consuming/index.js';
import type { ChannelObject, Reference } from './asyncapi-document.interface.js';
import { ComponentKeys } from './component-keys.js';
import { addressOfPattern, escapeAddress } from './routing-key-address.js';
import type { DescribedBus } from './servers.js';

/** The version of AsyncAPI's AMQP bindings. */
export const BINDING_VERSION = '0.3.0';

/** A channel of the document, to which messages can be added. */
export interface Channel {
  /** Adds messages, by key, to the channel. Returns references to them, for an operation. */
  carry(messages: readonly string[]): Reference[];
  readonly reference: Reference;
}

/** The channels of a document: queues, and exchanges with a routing key. */
export class Channels {
  readonly objects: Record<string, ChannelObject> = {};
  private readonly keys = new ComponentKeys();
  /** The bindings of each queue, by the key of its channel. */
  private readonly bindings = new Map<string, object[]>();

  /** @param consumer the name of the consumer; a queue that the broker names belongs to one consumer */
  queue(bus: DescribedBus, plan: ConsumerPlan, consumer: string): Channel {
    const { queue: name, options, bindings } = plan;
    const { durable, exclusive, autoDelete, arguments: args } = options;
    const hasName = name !== '';
    const key = this.keyOf(bus, ...(hasName ? ['queue', name] : ['server-named', consumer]));
    const known = this.bindings.get(key) ?? [];
    this.bindings.set(key, known);
    // Several consumers may share a queue, and each may add bindings.
    for (const { queue: _, ...binding } of bindings) {
      if (!known.some((other) => isDeepStrictEqual(other, binding))) known.push(binding);
    }
    return this.channel(key, {
      address: hasName ? escapeAddress(name) : null,
      title: hasName ? `Queue ${name}` : `The queue of ${consumer}, which the broker names`,
      servers: bus.servers,
      messages: {},
      bindings: {
        amqp: {
          is: 'queue',
          queue: { name, durable, exclusive, autoDelete, vhost: bus.vhost },
          bindingVersion: BINDING_VERSION,
          ...(Object.keys(args).length > 0 && { 'x-arguments': args }),
          'x-bindings': known,
        },
      },
    });
  }

  /** The channel of an exchange and a routing key, which a message has or a binding names. */
  routingKey(bus: DescribedBus, exchange: string, routingKey: string): Channel {
    const declared = exchangeOf(bus, exchange);
    const isPattern = declared['type'] === 'topic' || declared['type'] === undefined;
    const { address, parameters } = isPattern
      ? addressOfPattern(routingKey)
      : { address: escapeAddress(routingKey), parameters: {} };
    return this.channel(this.keyOf(bus, exchange, routingKey), {
      address: address === '' ? null : address,
      title: `Exchange ${exchange || '(default)'}, routing key ${routingKey || '(empty)'}`,
      servers: bus.servers,
      messages: {},
      ...(Object.keys(parameters).length > 0 && { parameters }),
      bindings: {
        amqp: {
          is: 'routingKey',
          exchange: { ...declared, vhost: bus.vhost },
          bindingVersion: BINDING_VERSION,
          'x-routing-key': routingKey,
        },
      },
    });
  }

  private keyOf(bus: DescribedBus, ...identity: readonly string[]): string {
    return this.keys.keyOf(JSON.stringify([bus.name, ...identity]), bus.prefix + identity.join('.'));
  }

  private channel(key: string, described: ChannelObject): Channel {
    const { messages } = (this.objects[key] ??= described);
    return {
      reference: { $ref: `#/channels/${key}` },
      carry: (keys) =>
        keys.map((message) => {
          Object.assign(messages, { [message]: { $ref: `#/components/messages/${message}` } });
          return { $ref: `#/channels/${key}/messages/${message}` };
        }),
    };
  }
}

/** The types of exchanges that AsyncAPI knows, which are AMQP's own types. */
const EXCHANGE_TYPES = ['topic', 'direct', 'fanout', 'headers'];

/** The known settings of an exchange: those of its declaration, or those of an exchange that every broker has. */
function exchangeOf({ settings }: DescribedBus, name: string): Record<string, unknown> {
  if (name === '') return { name, type: 'default' };
  const own = /^amq\.(topic|direct|fanout|headers)$/.exec(name)?.[1];
  if (own) return { name, type: own, durable: true, autoDelete: false };
  if (!Object.hasOwn(settings.exchanges, name)) return { name };
  const { type = 'topic', durable = true, autoDelete = false } = settings.exchanges[name]!;
  return { name, ...(EXCHANGE_TYPES.includes(type) && { type }), durable, autoDelete };
}
