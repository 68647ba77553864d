import { endedSpans } from './tracing.js';
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { trace } from '@opentelemetry/api';
import { FedoraMessagingModule, Message, Publisher } from '../../lib/index.js';

const { AMQP_URL: amqpUrl = '', TOPIC: topic = '', COUNT: count = '0' } = process.env;

@Module({ imports: [FedoraMessagingModule.forRoot({ amqpUrl })] })
class AppModule {}

const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
const publisher = app.get(Publisher);
const tracer = trace.getTracer('test');
// All at once: messages that are published before the connection is up are sent later, by another caller.
await Promise.all(
  Array.from({ length: Number(count) }, (_, n) =>
    tracer.startActiveSpan(`request ${n}`, async (span) => {
      await publisher.publish(new Message({ topic, body: { n } }));
      span.end();
    }),
  ),
);
await app.close();
console.log(JSON.stringify(endedSpans()));
