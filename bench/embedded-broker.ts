import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FedoraMessagingModule, FedoraMessagingService, Message } from 'nestjs-fedora-messaging';
import { UpdateBodies } from './contender/update-body.js';

/*
 * Measures the embedded broker (memory://): one application publishes with this many messages in flight, and consumes
 * its own messages. Each tenth prints a line with the rate and the memory of the process.
 */
const MESSAGES = Number(process.argv[2] ?? 1_000_000);
const IN_FLIGHT = 250;
const QUEUE = 'bench';
const MIB = 1024 * 1024;

@Module({ imports: [FedoraMessagingModule.forRoot({ amqpUrl: 'memory://bench' })] })
class BenchModule {}

const app = await NestFactory.createApplicationContext(BenchModule, { logger: false });
const service = app.get(FedoraMessagingService);
const bodies = new UpdateBodies(200);
let received = 0;
let onAll: (() => void) | undefined;
await service.consume(
  () => {
    if (++received === MESSAGES) onAll?.();
  },
  {
    queues: { [QUEUE]: { durable: false, autoDelete: false, exclusive: false, arguments: {} } },
    bindings: [{ exchange: 'amq.topic', routingKeys: ['bench.#'] }],
  },
);
const all = new Promise<void>((resolve) => (onAll = resolve));

const start = performance.now();
const cpu = process.cpuUsage();
let last = start;
for (let sent = 0; sent < MESSAGES;) {
  const batch = Array.from({ length: IN_FLIGHT }, () =>
    service.publish(new Message<object>({ topic: 'bench.update', body: bodies.at(sent++) })),
  );
  await Promise.all(batch);
  if (sent % (MESSAGES / 10) === 0) {
    const now = performance.now();
    report(`${sent} messages`, MESSAGES / 10, now - last);
    last = now;
  }
}
await all;
const { user, system } = process.cpuUsage(cpu);
report('all', MESSAGES, performance.now() - start);
console.log(`CPU time a message: ${((user + system) / MESSAGES).toFixed(1)} µs`);
await app.close();

function report(what: string, count: number, milliseconds: number): void {
  const rate = Math.round((count / milliseconds) * 1000);
  console.log(`${what}: ${rate} a second, ${Math.round(process.memoryUsage.rss() / MIB)} MiB`);
}
