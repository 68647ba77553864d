import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FedoraMessagingModule, Message, Publisher } from '../../lib/index.js';

const { AMQP_URL: amqpUrl = '', TOPIC: topic = '', COUNT: count = '0' } = process.env;

@Module({ imports: [FedoraMessagingModule.forRoot({ amqpUrl })] })
class AppModule {}

const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
const publisher = app.get(Publisher);
await Promise.all(
  Array.from({ length: Number(count) }, (_, n) => publisher.publish(new Message({ topic, body: { n } }))),
);
console.log(`published ${publisher.publishedCount}`);
await app.close();
