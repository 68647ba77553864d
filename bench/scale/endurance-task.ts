import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Consumer, FedoraMessagingModule, Message, MessageSchema, Publisher } from 'nestjs-fedora-messaging';
import { UPDATE_SCHEMA, UpdateBodies, type UpdateBody } from '../contender/update-body.js';
import { collectGarbage, megabytes } from './memory.js';
import type { EnduranceSample, EnduranceTask } from './scale-protocol.js';

@MessageSchema('bench.scale.endurance', { bodySchema: UPDATE_SCHEMA })
class EnduranceMessage extends Message<UpdateBody> {}

/** The interval at which the event loop is sampled, in milliseconds; Node counts it as part of the delay. */
const RESOLUTION = 5;

/** Publishes and consumes without a pause, and samples memory and the event loop at each mark. */
export async function endure(task: EnduranceTask): Promise<EnduranceSample[]> {
  const { amqpUrl, queue, topic, inFlight, marks } = task;
  const last = marks.at(-1)!;
  const probe = new Probe();
  const samples: EnduranceSample[] = [];
  let handled = 0;
  let onDone: () => void;
  const done = new Promise<void>((resolve) => (onDone = resolve));

  @Injectable()
  class Updates {
    @Consumer({
      queues: { [queue]: { durable: true, autoDelete: false, exclusive: false, arguments: {} } },
      bindings: [],
      messages: [EnduranceMessage],
    })
    async onUpdate(message: EnduranceMessage): Promise<void> {
      if (message.body.n < 0) return;
      if (++handled === marks[samples.length]) samples.push(probe.look(handled));
      if (handled === last) onDone();
      else startNext();
    }
  }

  @Module({
    imports: [FedoraMessagingModule.forRoot({ amqpUrl, qos: { prefetchCount: inFlight } })],
    providers: [Updates],
  })
  class EnduranceModule {}

  const app = await NestFactory.createApplicationContext(EnduranceModule, { logger: false });
  const publisher = app.get(Publisher);
  const bodies = new UpdateBodies(200);
  let next = 0;
  // Each handled message makes room for the next message, so the queue never grows.
  const startNext = (): void => {
    if (next < last) void publisher.publish(new EnduranceMessage({ topic, body: bodies.at(next++) }));
  };
  for (let i = 0; i < inFlight; i++) startNext();
  await done;
  probe.stop();
  await app.close();
  return samples;
}

/** Samples the process, from one mark to the next. */
class Probe {
  private readonly delay = monitorEventLoopDelay({ resolution: RESOLUTION });
  private since = performance.now();
  private messages = 0;

  constructor() {
    this.delay.enable();
  }

  look(messages: number): EnduranceSample {
    const rate = ((messages - this.messages) / (performance.now() - this.since)) * 1000;
    const rss = megabytes(process.memoryUsage.rss());
    const { delay } = this;
    const delays = {
      delayP50: lateness(delay.percentile(50)),
      delayP99: lateness(delay.percentile(99)),
      delayMax: lateness(delay.max),
    };
    collectGarbage();
    const collected = process.memoryUsage();
    // The time of the sampling itself is not counted.
    delay.reset();
    this.since = performance.now();
    this.messages = messages;
    return {
      messages,
      rate,
      rss,
      rssCollected: megabytes(collected.rss),
      heapCollected: megabytes(collected.heapUsed),
      ...delays,
    };
  }

  stop(): void {
    this.delay.disable();
  }
}

/** @returns milliseconds */
function lateness(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e6 - RESOLUTION);
}
