import { isDeepStrictEqual } from 'node:util';
import type { ConsumerPlan } from '../consuming/index.js';
import type { ChannelObject, Reference } from './asyncapi-document.interface.js';
import { ComponentKeys } from './component-keys.js';
import { addressOfPattern, escapeAddress } from './routing-key-address.js';
import type { DescribedBus } from './servers.js';

/** Of AsyncAPI's AMQP binding. */
export const BINDING_VERSION = '0.3.0';

/** A channel that messages may be put on. */
export interface Channel {
  /** Says that it carries such messages; the references are what an operation has. */
  carry(messages: readonly string[]): Reference[];
  readonly reference: Reference;
}

/** The channels of a document: queues, and exchanges with a routing key. */
export class Channels {
  readonly objects: Record<string, ChannelObject> = {};
  private readonly keys = new ComponentKeys();
  /** How each queue is bound. */
  private readonly bindings = new Map<string, object[]>();

  /** @param consumer who consumes it; a queue that the broker names is that consumer's own */
  queue(bus: DescribedBus, plan: ConsumerPlan, consumer: string): Channel {
    const { queue: name, options, bindings } = plan;
    const { durable, exclusive, autoDelete, arguments: args } = options;
    const hasName = name !== '';
    const key = this.keyOf(bus, ...(hasName ? ['queue', name] : ['server-named', consumer]));
    const known = this.bindings.get(key) ?? [];
    this.bindings.set(key, known);
    // Several consumers may share a queue, and each bind it.
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

  /** An exchange, and a routing key that messages are sent to it with or taken from it by. */
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

/** AsyncAPI knows AMQP's own types of exchanges. */
const TYPES = ['topic', 'direct', 'fanout', 'headers'];

/** What is known of an exchange: the settings declare it, or it is one that every broker has. */
function exchangeOf({ settings }: DescribedBus, name: string): Record<string, unknown> {
  if (name === '') return { name, type: 'default' };
  const own = /^amq\.(topic|direct|fanout|headers)$/.exec(name)?.[1];
  if (own) return { name, type: own, durable: true, autoDelete: false };
  if (!Object.hasOwn(settings.exchanges, name)) return { name };
  const { type = 'topic', durable = true, autoDelete = false } = settings.exchanges[name]!;
  return { name, ...(TYPES.includes(type) && { type }), durable, autoDelete };
}
