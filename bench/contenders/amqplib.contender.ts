import { type ConsumeMessage, connect } from 'amqplib';
import type {
  BenchConsumer,
  BenchPublisher,
  ConsumerOptions,
  Contender,
  Handle,
  PublisherOptions,
} from '../contender/contender.interface.js';
import { serveContender } from '../contender/serve-contender.js';
import { assertValid, assertValidHeaders, toValidInstance } from '../contender/validation.js';
import { EXCHANGE, propertiesOf } from '../contender/wire.js';

/** The code of a good engineer with amqplib alone: a confirm channel, one acknowledgement per message. */
const amqplib: Contender = {
  async openPublisher({ amqpUrl, topic }: PublisherOptions): Promise<BenchPublisher> {
    const connection = await connect(amqpUrl, { noDelay: true });
    const channel = await connection.createConfirmChannel();
    return {
      publish(body) {
        const properties = propertiesOf(body);
        assertValid(properties.headers, body);
        const content = Buffer.from(JSON.stringify(body));
        return new Promise((resolve, reject) => {
          channel.publish(EXCHANGE, topic, content, properties, (error: Error | null) =>
            error ? reject(error) : resolve(),
          );
        });
      },
      close: () => connection.close(),
    };
  },

  async openConsumer(options: ConsumerOptions, handle: Handle): Promise<BenchConsumer> {
    const connection = await connect(options.amqpUrl, { noDelay: true });
    const channel = await connection.createChannel();
    await channel.prefetch(options.prefetch);
    let guarded = 0;
    let intercepted = 0;
    const mayHandle = (): boolean => ++guarded > 0;

    async function onUpdate(n: number): Promise<void> {
      handle(n);
    }

    const { consumerTag } = await channel.consume(options.queue, (delivery) => {
      if (delivery) void onDelivery(delivery);
    });

    async function onDelivery(delivery: ConsumeMessage): Promise<void> {
      try {
        const n = validN(delivery, options);
        if (options.enhancers && !mayHandle()) return channel.nack(delivery, false, false);
        await onUpdate(n);
        if (options.enhancers) intercepted++;
        channel.ack(delivery);
      } catch (error) {
        console.error(error);
        channel.nack(delivery, false, false);
      }
    }

    return {
      get enhanced() {
        return Math.min(guarded, intercepted);
      },
      async close() {
        await channel.cancel(consumerTag);
        await channel.close();
        await connection.close();
      },
    };
  },
};

function validN({ content, properties }: ConsumeMessage, { validation }: ConsumerOptions): number {
  const body: unknown = JSON.parse(content.toString());
  if (validation === 'json-schema') {
    assertValid(properties.headers, body);
    return body.n;
  }
  assertValidHeaders(properties.headers);
  return toValidInstance(body).n;
}

serveContender(amqplib);
