import { expect, it } from 'vitest';
import { FedoraMessagingService } from '../../../lib/index.js';
import { startApp } from '../../support/application.js';
import { captureLog, type LogLine } from '../../support/captured-log.js';
import { memoryUrl } from '../../support/memory-url.js';

const QUEUE = { durable: false, autoDelete: false, exclusive: false, arguments: {} };
const competing = (log: LogLine[]): string[] =>
  log.filter(({ level, text }) => level === 'warn' && text.includes('compete')).map(({ text }) => text);

it('a warning names two consumers of one queue on one bus', async () => {
  const log = captureLog();
  const service = (await startApp({ options: { amqpUrl: memoryUrl() } })).get(FedoraMessagingService);
  await service.consume(function first() {}, { queues: { shared: QUEUE }, bindings: [] });
  await service.consume(function other() {}, { queues: { another: QUEUE }, bindings: [] });
  expect(competing(log)).toEqual([]);
  await service.consume(function second() {}, { queues: { own: QUEUE, shared: QUEUE }, bindings: [] });
  expect(competing(log)).toEqual([
    expect.stringMatching(/consumers first and second compete for the messages of queue 'shared'/),
  ]);
});

it('no warning comes if the other consumer has stopped, if the broker names the queues, or on another bus', async () => {
  const log = captureLog();
  const options = { queues: { '': QUEUE, shared: QUEUE }, bindings: [] };
  const service = (await startApp({ options: { amqpUrl: memoryUrl() } })).get(FedoraMessagingService);
  const consumers = await service.consume(() => undefined, options);
  await consumers[1]!.cancel();
  await service.consume(() => undefined, options);
  const other = (await startApp({ options: { amqpUrl: memoryUrl() } })).get(FedoraMessagingService);
  await other.consume(() => undefined, options);
  expect(competing(log)).toEqual([]);
});
