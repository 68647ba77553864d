import { expect, it } from 'vitest';
import {
  type ConsumerOptions,
  type FedoraMessagingOptions,
  FedoraMessagingService,
} from '../../../lib/index.js';
import { startApp } from '../../support/application.js';
import { captureLog } from '../../support/captured-log.js';
import { memoryUrl } from '../../support/memory-url.js';

const QUEUE = { durable: true, autoDelete: false, exclusive: false, arguments: {} };
const binding = (queue?: string) => ({ ...(queue && { queue }), exchange: 'amq.topic', routingKeys: ['#'] });

/** The warnings at the start of a consumer. */
async function warnings(options: FedoraMessagingOptions, consumer: ConsumerOptions): Promise<string[]> {
  const log = captureLog();
  const app = await startApp({ options: { amqpUrl: memoryUrl(), ...options } });
  await app.get(FedoraMessagingService).consume(function onUpdate() {}, consumer);
  return log.filter(({ level }) => level === 'warn').map(({ text }) => text);
}

const WARNING = (queue: string): string =>
  `The consumer onUpdate: no binding is for its queue '${queue}', so it gets no messages unless another program binds it. Add 'bindings', or write 'bindings: []' if this is intended (bus 'default')`;

it.each<[string, FedoraMessagingOptions, ConsumerOptions]>([
  ['of a consumer', {}, { queues: { updates: QUEUE } }],
  ['of the settings', { queues: { updates: QUEUE } }, {}],
  [
    'next to one with bindings',
    {},
    { queues: { updates: QUEUE, other: QUEUE }, bindings: [binding('other')] },
  ],
])('a queue %s without a binding is warned about', async (_, options, consumer) => {
  expect(await warnings(options, consumer)).toEqual([WARNING('updates')]);
});

it.each<[string, FedoraMessagingOptions, ConsumerOptions]>([
  ['says that it has no bindings', {}, { queues: { updates: QUEUE }, bindings: [] }],
  ['has them in the settings', { bindings: [binding('updates')] }, { queues: { updates: QUEUE } }],
  ['has its own', {}, { queues: { updates: QUEUE }, bindings: binding() }],
  ['has the default ones', {}, {}],
])('a consumer that %s starts without a warning', async (_, options, consumer) => {
  expect(await warnings(options, consumer)).toEqual([]);
});
