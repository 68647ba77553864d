import 'reflect-metadata';
import { type INestApplicationContext, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  Consumer,
  FedoraMessagingModule,
  FedoraMessagingService,
  Message,
  MessageSchema,
  Publisher,
} from 'nestjs-fedora-messaging';
import { serve } from '../contender/serve.js';
import { packagesOf, UPDATE_SCHEMA, UpdateBodies, type UpdateBody } from '../contender/update-body.js';
import { SCHEMA_NAMES } from '../contender/wire.js';
import type { BusyAppTasks } from './busy-app-protocol.js';

const PREFETCH = 25;
/** How often a part of the messages of a second is published, in milliseconds. */
const TICK_MS = 10;
/** As many topics as a busy bus has. */
const TOPICS = 40;

@MessageSchema(SCHEMA_NAMES['json-schema'], { bodySchema: UPDATE_SCHEMA })
class UpdateMessage extends Message<UpdateBody> {
  override get summary(): string {
    return `${this.body.agent} changed ${this.body.update.alias} (${this.body.n})`;
  }

  override get agentName(): string {
    return this.body.agent;
  }

  override get usernames(): string[] {
    return [this.body.agent];
  }

  override get packages(): string[] {
    return packagesOf(this.body);
  }
}

let handled = 0;

@Injectable()
class Updates {
  @Consumer({
    queues: { bench: { durable: true, autoDelete: false, exclusive: false, arguments: {} } },
    bindings: [{ exchange: 'amq.topic', routingKeys: ['bench.#'] }],
  })
  async onUpdate(): Promise<void> {
    handled++;
  }
}

@Module({
  imports: [
    FedoraMessagingModule.forRoot({
      amqpUrl: 'memory://bench',
      qos: { prefetchCount: PREFETCH },
      monitoring: { port: 0, page: true },
    }),
  ],
  providers: [Updates],
})
class BenchModule {}

let app: INestApplicationContext;
let timer: NodeJS.Timeout | undefined;
let since = performance.now();

serve<BusyAppTasks>({
  start: async () => {
    app = await NestFactory.createApplicationContext(BenchModule, { logger: false, abortOnError: false });
    return app.get(FedoraMessagingService).pageUrl!;
  },
  setRate: async ({ rate }) => {
    clearInterval(timer);
    if (rate > 0) publishAt(rate);
    return null;
  },
  handledRate: async () => {
    const rate = (handled / (performance.now() - since)) * 1000;
    handled = 0;
    since = performance.now();
    return rate;
  },
});

/** Publishes as many messages in each tick as are due by then. */
function publishAt(rate: number): void {
  const publisher = app.get(Publisher);
  const bodies = new UpdateBodies(200);
  const start = performance.now();
  let sent = 0;
  timer = setInterval(() => {
    const due = Math.floor(((performance.now() - start) / 1000) * rate);
    for (; sent < due; sent++) {
      const message = new UpdateMessage({
        topic: `bench.update.kind-${sent % TOPICS}`,
        body: bodies.at(sent),
      });
      publisher.publish(message).catch((error: unknown) => console.error(error));
    }
  }, TICK_MS);
}
