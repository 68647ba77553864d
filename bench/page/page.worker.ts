import 'reflect-metadata';
import { type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  FedoraMessagingModule,
  FedoraMessagingService,
  Message,
  MessageSchema,
  type PageContents,
  type PageMessage,
} from 'nestjs-fedora-messaging';
import type { Measurement } from '../contender/protocol.js';
import { serve } from '../contender/serve.js';
import { Stopwatch } from '../contender/stopwatch.js';
import { packagesOf, UPDATE_SCHEMA, type UpdateBody } from '../contender/update-body.js';
import { SCHEMA_NAMES } from '../contender/wire.js';
import { collectGarbage, megabytes } from '../scale/memory.js';
import type { PageTasks, StartTask } from './page-protocol.js';

@MessageSchema(SCHEMA_NAMES['json-schema'], { bodySchema: UPDATE_SCHEMA })
class UpdateMessage extends Message<UpdateBody> {
  override get summary(): string {
    return `${this.body.agent} changes ${this.body.update.alias}`;
  }

  override get usernames(): string[] {
    return [this.body.agent];
  }

  override get packages(): string[] {
    return packagesOf(this.body);
  }
}

function withoutAgent({ headers, body }: PageMessage): PageContents {
  return { headers, body: { ...(body as UpdateBody), agent: 'hidden' } };
}

/** An application that consumes one queue. */
class PageApp {
  private handle: () => void = () => undefined;

  private constructor(
    private readonly app: INestApplicationContext,
    readonly page: string | null,
  ) {}

  static async start({ amqpUrl, queue, prefetch, hasPage, isRedacted }: StartTask): Promise<PageApp> {
    const page = isRedacted ? { redact: withoutAgent } : hasPage;
    const monitoring = { port: 0, page };
    @Module({
      imports: [FedoraMessagingModule.forRoot({ amqpUrl, qos: { prefetchCount: prefetch }, monitoring })],
    })
    class BenchModule {}
    let address: string | null = null;
    const log = (text: string): void =>
      void (address ??= /The live page is at (\S+)\//.exec(text)?.[1] ?? null);
    const app = await NestFactory.createApplicationContext(BenchModule, {
      logger: { log, warn: console.error, error: console.error },
    });
    const started = new PageApp(app, address);
    const service = app.get(FedoraMessagingService);
    await service.consume(async () => started.handle(), {
      messages: [UpdateMessage],
      queues: { [queue]: { durable: true, autoDelete: false, exclusive: false, arguments: {} } },
      bindings: [],
    });
    await service.pause();
    return started;
  }

  async consume(warmUp: number, count: number): Promise<Measurement> {
    const service = this.app.get(FedoraMessagingService);
    let handled = 0;
    let stopwatch: Stopwatch | undefined;
    const measured = new Promise<Measurement>((resolve) => {
      this.handle = () => {
        handled++;
        if (handled === warmUp) stopwatch = new Stopwatch();
        else if (handled === warmUp + count) resolve(stopwatch!.stop(count));
      };
    });
    await service.resume();
    const measurement = await measured;
    await service.pause();
    return measurement;
  }

  stop(): Promise<void> {
    return this.app.close();
  }
}

let app: PageApp;

serve<PageTasks>({
  start: async (task) => {
    app = await PageApp.start(task);
    return { page: app.page };
  },
  consume: ({ warmUp, count }) => app.consume(warmUp, count),
  memory: async () => {
    collectGarbage();
    const { rss, heapUsed } = process.memoryUsage();
    return { rss: megabytes(rss), heap: megabytes(heapUsed) };
  },
  stop: async () => {
    await app.stop();
    return null;
  },
});
