import type { Channel, ChannelModel, ConfirmChannel, ConsumeMessage, Message, Options } from 'amqplib';
import type { AmqpUrl } from '../config/index.js';
import { ReplyCode } from './reply-code.js';

/** The exchanges that RabbitMQ has from the start, of the types that the embedded broker knows. */
const PREDECLARED = { 'amq.topic': 'topic', 'amq.direct': 'direct', 'amq.fanout': 'fanout' };

/** One embedded broker; an open connection keeps its durable queues while no application is connected. */
interface Embedded {
  readonly connect: (url: string) => Promise<ChannelModel>;
}

const brokers = new Map<string, Promise<Embedded>>();

/**
 * Connects to the broker of that name inside this process. The first connection makes it; it lasts as
 * long as the process.
 */
export async function openEmbedded({ hostname, vhost }: AmqpUrl): Promise<ChannelModel> {
  const url = `amqp://${hostname}/${encodeURIComponent(vhost)}`;
  let embedded = brokers.get(url);
  if (!embedded) {
    embedded = start(url);
    brokers.set(url, embedded);
  }
  return adapt(await (await embedded).connect(url));
}

async function start(url: string): Promise<Embedded> {
  const { FakeAmqplib } = await import('@onify/fake-amqplib');
  const broker = new FakeAmqplib('4.0') as unknown as Embedded;
  const anchor = await (await broker.connect(url)).createChannel();
  for (const [name, type] of Object.entries(PREDECLARED)) {
    // Its own default would delete them with their last binding.
    await anchor.assertExchange(name, type, { autoDelete: false });
  }
  return broker;
}

/** Makes a connection behave as RabbitMQ's where the embedded broker differs. */
function adapt(model: ChannelModel): ChannelModel {
  const exclusive = new Set<string>();
  const adaptChannel = <C extends Channel>(channel: C): C => {
    const assertQueue = channel.assertQueue.bind(channel);
    channel.assertQueue = async (name, options) => {
      try {
        const reply = await assertQueue(name, options);
        if (options?.exclusive) exclusive.add(reply.queue);
        return reply;
      } catch (error) {
        throw await refuse(channel, error);
      }
    };
    adaptDeliveries(channel);
    return channel;
  };
  const createChannel = model.createChannel.bind(model);
  model.createChannel = async (options) => adaptChannel(await createChannel(options));
  const createConfirmChannel = model.createConfirmChannel.bind(model);
  model.createConfirmChannel = async (options) =>
    adaptConfirms(adaptChannel(await createConfirmChannel(options)));
  const close = model.close.bind(model);
  model.close = async () => {
    // Exclusive queues go with their connection.
    if (exclusive.size > 0) {
      const channel = await createChannel();
      for (const queue of exclusive) await channel.deleteQueue(queue);
    }
    await close();
  };
  return model;
}

/** The embedded broker loses what it needs for acknowledging when several are acknowledged at once. */
function adaptDeliveries(channel: Channel): void {
  const unacknowledged = new Set<Message>();
  const consume = channel.consume.bind(channel);
  channel.consume = (queue, onMessage, options?: Options.Consume) =>
    // A delivery never happens within the publish that causes it.
    consume(
      queue,
      (message: ConsumeMessage | null) => {
        if (message && !options?.noAck) unacknowledged.add(message);
        queueMicrotask(() => onMessage(message));
      },
      options,
    );
  const ack = channel.ack.bind(channel);
  channel.ack = (message, allUpTo) => {
    const { deliveryTag } = message.fields;
    const settled = allUpTo
      ? [...unacknowledged].filter(({ fields }) => fields.deliveryTag <= deliveryTag)
      : [message];
    for (const one of settled) {
      unacknowledged.delete(one);
      ack(one);
    }
  };
  const nack = channel.nack.bind(channel);
  channel.nack = (message, allUpTo, requeue) => {
    unacknowledged.delete(message);
    nack(message, allUpTo, requeue);
  };
}

/** RabbitMQ confirms a message that no queue gets; if it is mandatory, after it has returned it. */
function adaptConfirms(channel: ConfirmChannel): ConfirmChannel {
  const publish = channel.publish.bind(channel);
  channel.publish = (exchange, routingKey, content, options, callback) =>
    publish(exchange, routingKey, content, options, (error: Error | null, ok) => {
      if (error?.message !== 'message undelivered') {
        callback?.(error, ok);
        return undefined;
      }
      process.nextTick(() => callback?.(null, {}));
      // The embedded broker throws what its callback returns, and is silent about this one only.
      return { message: 'Channel is closed' };
    });
  return channel;
}

/** A refused declaration closes the channel, and says so as AMQP does. */
async function refuse(channel: Channel, error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || typeof (error as { code?: unknown }).code === 'number') return error;
  await channel.close();
  return Object.assign(error, { code: ReplyCode.PRECONDITION_FAILED });
}
