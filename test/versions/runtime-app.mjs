// What `npm run test:runtimes` runs: publishes and consumes on AMQP_URL, also across a lost connection.
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FedoraMessagingModule, FedoraMessagingService, Message } from 'nestjs-fedora-messaging';

const COUNT = 1_000;
const POLL_MS = 20;
const LARGE_BODY = 200_000;

const { AMQP_URL, CA, CERT, KEY } = process.env;
const tls = { caCert: CA ?? null, certfile: CERT ?? null, keyfile: KEY ?? null };
const topic = `runtimes.${process.pid}`;

class AppModule {}
Module({ imports: [FedoraMessagingModule.forRoot({ amqpUrl: AMQP_URL, ...(CA && { tls }) })] })(AppModule);

const app = await NestFactory.createApplicationContext(AppModule, { logger: ['error'] });
const service = app.get(FedoraMessagingService);
const received = new Set();
await service.consume((message) => void received.add(message.body.n), {
  queues: { [topic]: { durable: false, autoDelete: false, exclusive: false, arguments: {} } },
  bindings: [{ exchange: 'amq.topic', routingKeys: [topic] }],
});
await exchange(0);
if (!AMQP_URL.startsWith('memory:')) {
  const lost = new Promise((resolve) => {
    service.events$.subscribe(({ type }) => type === 'disconnected' && resolve());
  });
  console.log('cut');
  await lost;
  await until(() => service.statistics.consuming);
  await exchange(COUNT);
}
await app.close();
console.log(`received ${received.size}`);

async function exchange(from) {
  const messages = Array.from({ length: COUNT }, (_, i) => {
    const body = { n: from + i, text: 'x'.repeat(i % 100 === 0 ? LARGE_BODY : 10) };
    return new Message({ topic, body });
  });
  await Promise.all(messages.map((message) => service.publish(message)));
  await until(() => received.size === from + COUNT);
}

async function until(isSo) {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
}
