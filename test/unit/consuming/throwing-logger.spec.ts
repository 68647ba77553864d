import { Logger } from '@nestjs/common';
import { expect, it, onTestFinished } from 'vitest';
import { FedoraMessagingService, Message } from '../../../lib/index.js';
import { TestingBroker } from '../../../lib/testing/index.js';
import { startApp } from '../../support/application.js';
import { deferred } from '../../support/collector.js';

it("an application's logger that throws disturbs neither the logged message nor the consumer", async () => {
  const refuse = (): never => {
    throw new Error('the log is full');
  };
  const broker = new TestingBroker();
  const app = await startApp({ options: { amqpUrl: broker.amqpUrl } });
  const [consumer] = await app.get(FedoraMessagingService).consume(
    () => {
      throw new Error('out of cheese');
    },
    {
      queues: { hostile: { durable: true, autoDelete: false, exclusive: false, arguments: {} } },
      bindings: [{ exchange: 'amq.topic', routingKeys: ['#'] }],
      onError: 'drop',
    },
  );
  const deliver = (): Promise<unknown> => broker.deliver(new Message({ topic: 'a.topic' }));
  const warned = deferred<Error>();
  process.once('warning', warned.resolve);
  onTestFinished(() => {
    process.off('warning', warned.resolve);
    Logger.overrideLogger(false);
  });
  Logger.overrideLogger({ log: refuse, warn: refuse, error: refuse, debug: refuse });
  expect(await deliver()).toBe('reject');
  expect(await deliver()).toBe('reject');
  expect(consumer!.isConsuming).toBe(true);
  // A process is warned once.
  expect((await warned.promise).message).toContain('the log is full');
});
