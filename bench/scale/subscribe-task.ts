import { setTimeout as delay } from 'node:timers/promises';
import { type INestApplicationContext, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Consumer, FedoraMessagingModule, FedoraMessagingService } from 'nestjs-fedora-messaging';
import type { Progress, SubscribeTask } from './scale-protocol.js';

/** A consumer in a process of its own; other processes may share its queue. */
export class SharedConsumer {
  private handled = 0;
  private running = 0;
  private atOnce = 0;
  private firstAt = 0;
  private lastAt = 0;
  private cpu = process.cpuUsage();

  private constructor(private readonly handlerTime: number) {}

  private app!: INestApplicationContext;

  static async subscribe(task: SubscribeTask): Promise<SharedConsumer> {
    const { amqpUrl, queue, prefetch, handlerTime, concurrency } = task;
    const consumer = new SharedConsumer(handlerTime);
    const options = {
      queues: { [queue]: { durable: true, autoDelete: false, exclusive: false, arguments: {} } },
      bindings: [],
      ...(concurrency > 1 && { concurrency }),
    };

    @Injectable()
    class Updates {
      @Consumer(options)
      onUpdate(): Promise<void> {
        return consumer.handle();
      }
    }

    @Module({
      imports: [FedoraMessagingModule.forRoot({ amqpUrl, qos: { prefetchCount: prefetch } })],
      providers: [Updates],
    })
    class SharedModule {}

    consumer.app = await NestFactory.createApplicationContext(SharedModule, { logger: false });
    await consumer.app.get(FedoraMessagingService).pause();
    return consumer;
  }

  async begin(): Promise<void> {
    this.cpu = process.cpuUsage();
    await this.app.get(FedoraMessagingService).resume();
  }

  progress(): Progress {
    const { handled, atOnce, firstAt, lastAt } = this;
    const { user, system } = process.cpuUsage(this.cpu);
    return { handled, atOnce, firstAt, lastAt, cpu: user + system };
  }

  unsubscribe(): Promise<void> {
    return this.app.close();
  }

  private async handle(): Promise<void> {
    this.firstAt ||= Date.now();
    this.atOnce = Math.max(this.atOnce, ++this.running);
    if (this.handlerTime > 0) await delay(this.handlerTime);
    this.running--;
    this.handled++;
    this.lastAt = Date.now();
  }
}
