import { Injectable, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { connect } from 'amqplib';
import {
  Consumer,
  FedoraMessagingModule,
  type FedoraMessagingModuleOptions,
  Message,
  type MessageClass,
  MessageCodec,
  MessageRegistry,
  MessageSchema,
  Publisher,
} from 'nestjs-fedora-messaging';
import { Stopwatch } from '../contender/stopwatch.js';
import { UPDATE_SCHEMA, UpdateBodies, type UpdateBody } from '../contender/update-body.js';
import { EXCHANGE } from '../contender/wire.js';
import type { DeclareTask, GrowthMeasurement, GrowthTask } from './scale-protocol.js';
import { collectGarbage, megabytes } from './memory.js';

const BODIES = new UpdateBodies(200);

/** Starts an application of that size, and measures its cost. */
export async function grow({ amqpUrl, schemas, queues, messages }: GrowthTask): Promise<GrowthMeasurement> {
  const received = new Arrivals();
  collectGarbage();
  const before = process.memoryUsage.rss();
  const start = performance.now();
  const classes = Array.from({ length: schemas }, (_, i) => defineMessageClass(i));
  const handlers = queues.map((queue) => defineHandler(queue, () => received.add()));
  const module = defineModule({ amqpUrl }, handlers);
  const app = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
  const ready = performance.now() - start;
  collectGarbage();
  const memory = megabytes(process.memoryUsage.rss() - before);

  const codec = new MessageCodec(app.get(MessageRegistry));
  const firstMessage = encodeAndDecode(codec, classes, classes.length);
  encodeAndDecode(codec, classes, messages);
  const later = encodeAndDecode(codec, classes, messages);

  const publisher = app.get(Publisher);
  const publishAll = async (count: number): Promise<void> => {
    const all = received.whenMore(count);
    for (let sent = 0; sent < count;) {
      const batch = Math.min(250, count - sent);
      await Promise.all(
        Array.from({ length: batch }, () => {
          const n = sent++;
          const messageClass = classes[n % classes.length]!;
          const topic = queues[n % queues.length]!;
          return publisher.publish(new messageClass({ topic, body: BODIES.at(n) } as never));
        }),
      );
    }
    await all;
  };
  await publishAll(messages);
  const stopwatch = new Stopwatch();
  await publishAll(messages);
  const roundTrip = stopwatch.stop(messages).cpu / messages;
  await app.close();
  return { ready, memory, firstMessage, codec: later, roundTrip };
}

/** Declares the same as {@link grow}, by amqplib alone, in the same order: one after the other. */
export async function declare({ amqpUrl, queues }: DeclareTask): Promise<{ elapsed: number }> {
  const start = performance.now();
  const connection = await connect(amqpUrl, { noDelay: true });
  for (const queue of queues) {
    const channel = await connection.createChannel();
    await channel.assertQueue(queue, { durable: true });
    await channel.bindQueue(queue, EXCHANGE, queue);
    await channel.prefetch(10);
    await channel.consume(queue, () => undefined);
  }
  const elapsed = performance.now() - start;
  await connection.close();
  return { elapsed };
}

/** Counts messages, and reports when this many more have come. */
class Arrivals {
  private count = 0;
  private awaited = Infinity;
  private onArrived: () => void = () => undefined;

  add(): void {
    if (++this.count === this.awaited) this.onArrived();
  }

  whenMore(more: number): Promise<void> {
    this.awaited = this.count + more;
    return new Promise((resolve) => (this.onArrived = resolve));
  }
}

/** @returns the CPU time of one message, in microseconds */
function encodeAndDecode(codec: MessageCodec, classes: readonly MessageClass[], count: number): number {
  const stopwatch = new Stopwatch();
  for (let n = 0; n < count; n++) {
    const messageClass = classes[n % classes.length]!;
    const message = new messageClass({ topic: 'bench.scale', body: BODIES.at(n) } as never);
    const { routingKey, content, properties } = codec.encode(message);
    codec.decode({ fields: { routingKey }, content, properties }, 'bench');
  }
  return stopwatch.stop(count).cpu / count;
}

/** Each class has its own schema object, like the classes of message packages. */
function defineMessageClass(i: number): MessageClass {
  @MessageSchema(`bench.scale.${i}`, { bodySchema: structuredClone(UPDATE_SCHEMA) })
  class ScaleMessage extends Message<UpdateBody> {}
  return ScaleMessage;
}

function defineHandler(queue: string, handle: () => void): Type {
  @Injectable()
  class Updates {
    @Consumer({
      queues: { [queue]: { durable: true, autoDelete: false, exclusive: false, arguments: {} } },
      bindings: [{ exchange: EXCHANGE, routingKeys: [queue] }],
    })
    async onUpdate(): Promise<void> {
      handle();
    }
  }
  return Updates;
}

function defineModule(options: FedoraMessagingModuleOptions, handlers: Type[]): Type {
  @Module({ imports: [FedoraMessagingModule.forRoot(options)], providers: handlers })
  class ScaleModule {}
  return ScaleModule;
}
