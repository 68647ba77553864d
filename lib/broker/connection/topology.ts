import type {
  BindingOptions,
  ExchangeBindingOptions,
  ExchangeOptions,
  QueueOptions,
} from '../../config/index.js';
import {
  type AmqpObjectDescription,
  type AmqpObjectType,
  BadDeclaration,
  FedoraMessagingException,
  PermissionException,
} from '../../exceptions/index.js';
import { type FieldTable, fieldTable } from '../../field-tables/index.js';
import type { Channel, ConsumeMessage } from '../port.js';
import { isRefusal, ReplyCode, replyCodeOf } from '../reply-code.js';
import { reasonOf } from '../transports.js';
import { InterruptedDeclaration } from './interrupted-declaration.js';

/**
 * Declares exchanges, except the broker's own, which can't be declared and are always there. Then binds the exchanges
 * that have bindings to others.
 */
export async function declareExchanges(
  channel: Channel,
  exchanges: Readonly<Record<string, ExchangeOptions>>,
  passive: boolean,
): Promise<void> {
  for (const [name, options] of Object.entries(exchanges)) {
    if (name === '' || name.startsWith('amq.')) continue;
    const { type = 'topic', durable = true, autoDelete = false, arguments: args = {} } = options;
    await declare('exchange', { name, type, durable, autoDelete, arguments: args, passive }, () =>
      passive
        ? channel.checkExchange(name)
        : channel.assertExchange(name, type, { durable, autoDelete, arguments: fieldTable(args) }),
    );
  }
  for (const [name, { bindings = [] }] of Object.entries(exchanges)) {
    await bind({ destination: name }, bindings, (...binding) => channel.bindExchange(name, ...binding));
  }
}

/**
 * Declares a queue.
 *
 * @param bindings those that the queue will need; an error about a missing queue names them
 * @returns its name, which the broker chose if it was `''`
 */
export async function declareQueue(
  channel: Channel,
  name: string,
  { durable, autoDelete, exclusive, arguments: args }: QueueOptions,
  passive: boolean,
  bindings: readonly BindingOptions[] = [],
): Promise<string> {
  const description = { name, durable, autoDelete, exclusive, arguments: args, passive };
  const { queue } = await declare(
    'queue',
    description,
    () =>
      // A queue that the broker will name does not exist yet.
      passive && name !== ''
        ? channel.checkQueue(name)
        : channel.assertQueue(name, { durable, autoDelete, exclusive, arguments: fieldTable(args) }),
    bindings,
  );
  return queue;
}

/** Binds a queue with every routing key of the bindings. */
export async function bindQueue(
  channel: Channel,
  queue: string,
  bindings: readonly BindingOptions[],
): Promise<void> {
  await bind({ queue }, bindings, (...binding) => channel.bindQueue(queue, ...binding));
}

/** Makes a binding of its destination for every routing key. */
async function bind(
  destination: { readonly queue: string } | { readonly destination: string },
  bindings: readonly ExchangeBindingOptions[],
  make: (exchange: string, routingKey: string, args: FieldTable) => Promise<unknown>,
): Promise<void> {
  for (const { exchange, routingKeys, arguments: args = {} } of bindings) {
    for (const routingKey of routingKeys) {
      await declare('binding', { ...destination, exchange, routingKey, arguments: args }, () =>
        make(exchange, routingKey, fieldTable(args)),
      );
    }
  }
}

/** How a queue is consumed. */
export interface ConsumerTerms {
  /** How many unacknowledged messages the broker sends at most; 0: no limit. */
  readonly prefetchCount: number;
  readonly consumeArguments: Readonly<Record<string, unknown>>;
}

/**
 * Starts to consume a queue.
 *
 * @param onDelivery called with null when the broker cancels the consumer
 * @returns the tag of the consumer
 * @throws PermissionException, BadDeclaration
 */
export async function consumeQueue(
  channel: Channel,
  queue: string,
  { prefetchCount, consumeArguments }: ConsumerTerms,
  onDelivery: (delivery: ConsumeMessage | null) => void,
): Promise<string> {
  const description = { queue, prefetch: prefetchCount, arguments: consumeArguments };
  try {
    await channel.prefetch(prefetchCount);
    const { consumerTag } = await channel.consume(queue, onDelivery, {
      arguments: fieldTable(consumeArguments),
    });
    return consumerTag;
  } catch (error) {
    switch (replyCodeOf(error)) {
      case ReplyCode.ACCESS_REFUSED:
        throw new PermissionException('queue', { name: queue }, reasonOf(error), { cause: error });
      case ReplyCode.PRECONDITION_FAILED:
        throw new BadDeclaration('consumer', description, reasonOf(error), { cause: error });
      default:
        throw interrupted('consumer', description, error);
    }
  }
}

async function declare<T>(
  objectType: AmqpObjectType,
  description: AmqpObjectDescription,
  action: () => Promise<T>,
  bindings: readonly BindingOptions[] = [],
): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!isRefusal(error)) throw interrupted(objectType, description, error);
    const reason = reasonOf(error);
    const advice = adviceFor(objectType, description, replyCodeOf(error), reason, bindings);
    throw new BadDeclaration(objectType, description, reason, { cause: error, advice });
  }
}

/** An error without a reply code: the broker has not answered. */
function interrupted(
  objectType: AmqpObjectType,
  description: AmqpObjectDescription,
  error: unknown,
): unknown {
  return error instanceof FedoraMessagingException || replyCodeOf(error) !== undefined
    ? error
    : new InterruptedDeclaration(objectType, description, error);
}

/** The advice about a refusal; undefined when the broker's reason has to be enough. */
function adviceFor(
  objectType: AmqpObjectType,
  { passive, destination }: AmqpObjectDescription,
  code: number | undefined,
  reason: string,
  bindings: readonly BindingOptions[],
): string | undefined {
  if (code === ReplyCode.NOT_FOUND && passive)
    return `The ${objectType} is missing, and 'passiveDeclares' is on: ask the broker's administrators to create it with these settings${toBind(bindings)}`;
  if (code === ReplyCode.NOT_FOUND && / no exchange /.test(reason))
    return "Declare the exchange in the setting 'exchanges', or correct its name";
  if (code === ReplyCode.PRECONDITION_FAILED && / inequivalent arg /.test(reason))
    return `The ${objectType} exists with other settings: use these, choose another name, or delete the ${objectType}`;
  if (code === ReplyCode.RESOURCE_LOCKED)
    return `Another connection uses the ${objectType} exclusively: choose another name, or stop the other program`;
  if (code !== ReplyCode.ACCESS_REFUSED) return undefined;
  if (objectType === 'binding')
    return destination === undefined
      ? "A binding needs the permissions to write to the queue and to read from the exchange, with this routing key: ask the broker's administrators for the permissions, or for the binding"
      : "A binding of an exchange needs the permissions to write to the destination and to read from the other exchange: ask the broker's administrators for the permissions. If they have made the binding, remove it from the setting 'exchanges'";
  if (passive) return undefined;
  return `The broker user may not declare it: choose a name that the permissions allow. If the broker's administrators have created the ${objectType}, turn 'passiveDeclares' on`;
}

/** The part of the advice that names the bindings to make; empty without bindings. */
function toBind(bindings: readonly BindingOptions[]): string {
  if (bindings.length === 0) return '';
  const shown = bindings.map(({ exchange, routingKeys, arguments: args }) =>
    JSON.stringify({ exchange, routingKeys, arguments: args }),
  );
  return `, and to bind it: ${shown.join(', ')}`;
}
