import { endedSpans } from './tracing.js';
import 'reflect-metadata';
import { setImmediate } from 'node:timers/promises';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { trace } from '@opentelemetry/api';
import { Consumer, FedoraMessagingModule, type Message } from '../../lib/index.js';

const {
  AMQP_URL: amqpUrl = '',
  QUEUE: queue = '',
  COUNT: count = '0',
  FAILURES: failures = '0',
} = process.env;

let handled = 0;
let allHandled!: () => void;
/** All messages may be handled before the application has reported that it is up. */
const whenAllHandled = new Promise<void>((resolve) => (allHandled = resolve));
let failed = 0;
const tracer = trace.getTracer('test');

@Injectable()
class Handler {
  @Consumer({
    queues: { [queue]: { durable: true, autoDelete: false, exclusive: false, arguments: {} } },
    bindings: [],
    onError: 'retry',
    retry: { delay: 1, attempts: 2 },
  })
  async onMessage(message: Message): Promise<void> {
    // While the handler waits, other messages are delivered and have to queue.
    await setImmediate();
    if (failed++ < Number(failures)) throw new Error('tried again');
    tracer.startActiveSpan(`work ${Number(message.body['n'])}`, (span) => span.end());
    if (++handled === Number(count)) allHandled();
  }
}

@Module({ imports: [FedoraMessagingModule.forRoot({ amqpUrl })], providers: [Handler] })
class AppModule {}

const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
await whenAllHandled;
await app.close();
console.log(JSON.stringify(endedSpans()));
