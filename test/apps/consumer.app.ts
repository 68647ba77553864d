import 'reflect-metadata';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Consumer, FedoraMessagingModule, type Message } from '../../lib/index.js';

const { AMQP_URL: amqpUrl = '', QUEUE: queue = '', TOPIC: topic = '' } = process.env;

/** Prints the number of each message after it has been handled. */
@Injectable()
class Printer {
  @Consumer({
    queues: { [queue]: { durable: true, autoDelete: false, exclusive: false, arguments: {} } },
    bindings: [{ exchange: 'amq.topic', routingKeys: [topic] }],
  })
  async onMessage(message: Message): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    console.log(message.body['n']);
  }
}

@Module({ imports: [FedoraMessagingModule.forRoot({ amqpUrl })], providers: [Printer] })
class AppModule {}

const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
app.enableShutdownHooks();
console.log('ready');
