import 'reflect-metadata';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Consumer, FedoraMessagingModule, HaltConsumer, type Message } from '../../lib/index.js';

const { AMQP_URL: amqpUrl = '', QUEUE: queue = '' } = process.env;

/** Does as the message says. */
@Injectable()
class Obedient {
  @Consumer({
    queues: { [queue]: { durable: true, autoDelete: false, exclusive: false, arguments: {} } },
    bindings: [],
  })
  onMessage({ body }: Message<{ halt?: number; fail?: string }>): void {
    if (body.fail) throw new Error(body.fail);
    if (body.halt !== undefined) throw new HaltConsumer({ exitCode: body.halt });
  }
}

@Module({
  imports: [FedoraMessagingModule.forRoot({ amqpUrl, exitWhenConsumerStops: true })],
  providers: [Obedient],
})
class AppModule {}

await NestFactory.createApplicationContext(AppModule, { logger: ['error'] });
console.log('ready');
