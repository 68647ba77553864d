import { expect, it } from 'vitest';
import {
  type ConsumerFunction,
  Drop,
  FedoraMessagingService,
  HaltConsumer,
  Message,
  Nack,
} from '../../../lib/index.js';
import { startApp } from '../../support/application.js';
import { captureLog, type LogLine } from '../../support/captured-log.js';
import { memoryUrl } from '../../support/memory-url.js';

/** The log lines of messages that a handler handles until it halts. */
async function logOf(handler: ConsumerFunction, ...messages: Message[]): Promise<LogLine[]> {
  const log = captureLog();
  const app = await startApp({ options: { amqpUrl: memoryUrl() } });
  const service = app.get(FedoraMessagingService);
  const [consumer] = await service.consume(handler, {
    queues: { outcomes: { durable: false, autoDelete: false, exclusive: false, arguments: {} } },
    bindings: [{ exchange: 'amq.topic', routingKeys: ['#'] }],
  });
  for (const message of messages) await service.publish(message);
  await consumer!.result.catch(() => undefined);
  return log.filter(({ level }) => level === 'warn' || level === 'error');
}

it('a Nack is logged as a warning with the id of the message, once per message however often it comes back', async () => {
  const [first, second] = [new Message({ topic: 'first' }), new Message({ topic: 'second' })];
  const attempts = new Map<string, number>();
  const log = await logOf(
    (message) => {
      const attempt = (attempts.get(message.topic) ?? 0) + 1;
      attempts.set(message.topic, attempt);
      if (attempt <= 3) throw new Nack('the mail server is away');
      if (attempts.get('first') === 4 && attempts.get('second') === 4) throw new HaltConsumer();
    },
    first,
    second,
  );
  expect(log).toEqual(
    [first, second].map(({ id }) => ({
      level: 'warn',
      text: expect.stringMatching(new RegExp(`${id}.*goes back.*the mail server is away`)) as string,
    })),
  );
});

it('a Drop is logged as a warning with the id of the message and the reason, in one line', async () => {
  const dropped = new Message({ topic: 'dropped' });
  const log = await logOf(
    ({ topic }) => {
      if (topic === 'dropped') throw new Drop('nobody\nwants it');
      throw new HaltConsumer();
    },
    dropped,
    new Message({ topic: 'last' }),
  );
  expect(log).toEqual([
    {
      level: 'warn',
      text: expect.stringMatching(
        new RegExp(`^.*${dropped.id}.*dropped.*nobody.*wants it \\(bus 'default'\\)$`),
      ) as string,
    },
  ]);
});

it('a HaltConsumer with an exit code is logged as an error with code and reason', async () => {
  const log = await logOf(() => {
    throw new HaltConsumer({ exitCode: 42, reason: 'the disk is full' });
  }, new Message());
  expect(log).toEqual([
    { level: 'error', text: expect.stringMatching(/exit code 42: the disk is full/) as string },
  ]);
});

it('a HaltConsumer with exit code 0 is logged neither as a warning nor as an error', async () => {
  const log = await logOf(() => {
    throw new HaltConsumer({ reason: 'all is done' });
  }, new Message());
  expect(log).toEqual([]);
});
