import 'reflect-metadata';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  Consumer,
  type ConsumerOptions,
  type FedoraMessagingContext,
  FedoraMessagingModule,
  type Message,
} from '../../lib/index.js';

/** How long a message is in hand, in milliseconds: a kill finds one message in hand, and others that wait. */
const HANDLING_MS = 3;

const { AMQP_URL: amqpUrl = '', QUEUE: queue = '', TOPIC: topic = '', FAILS_FIRST } = process.env;
/** Each message fails in its first attempt, and waits in the process for the second one. */
const FAILING: Pick<ConsumerOptions, 'onError' | 'retry' | 'concurrency' | 'prefetch'> = {
  onError: 'retry',
  retry: { in: 'process', delay: 300 },
  concurrency: 10,
  prefetch: 200,
};

/** Prints the id of each message, and whether the broker has delivered it before. */
@Injectable()
class Receipts {
  @Consumer({
    queues: { [queue]: { durable: true, autoDelete: false, exclusive: false, arguments: {} } },
    bindings: [{ exchange: 'amq.topic', routingKeys: [topic] }],
    ...(FAILS_FIRST ? FAILING : {}),
  })
  async onMessage({ id }: Message<object>, { attempt, redelivered }: FedoraMessagingContext): Promise<void> {
    await delay(HANDLING_MS);
    if (FAILS_FIRST && attempt === 1) throw new Error('broken');
    // A printed line has been received, whatever happens to the process next.
    await new Promise((resolve) => process.stdout.write(`${id} ${redelivered}\n`, resolve));
  }
}

@Module({ imports: [FedoraMessagingModule.forRoot({ amqpUrl })], providers: [Receipts] })
class AppModule {}

const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
app.enableShutdownHooks();
console.log('ready');
