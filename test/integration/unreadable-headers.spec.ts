import { describe, expect, it } from 'vitest';
import { FedoraMessagingService, Message } from '../../lib/index.js';
import { startApp } from '../support/application.js';
import { captureLog } from '../support/captured-log.js';
import { Collector } from '../support/collector.js';
import { nestedField, publishRaw } from '../support/raw-publish.js';
import { amqpUrl, RawClient, unique } from '../support/shared-rabbitmq.js';

describe('a message whose headers are nested thousands deep', () => {
  it.each([5_000, 18_000])(
    'is dead-lettered while the connection goes on, and the log names the queue and the exchange (%i levels)',
    async (depth) => {
      const log = captureLog();
      const raw = await RawClient.open();
      const deadLetters = await raw.queue('');
      const queue = unique('unreadable');
      raw.deleteLater(queue);
      const seen = new Collector<unknown>();
      const service = (await startApp({ options: { amqpUrl: amqpUrl() } })).get(FedoraMessagingService);
      let losses = 0;
      service.events$.subscribe(({ type }) => void (type === 'disconnected' && losses++));
      await service.consume(({ body }: Message<object>) => seen.add(body), {
        queues: {
          [queue]: {
            durable: false,
            autoDelete: false,
            exclusive: false,
            arguments: { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': deadLetters },
          },
        },
        bindings: [],
      });
      raw.send(queue, '{"n":1}');
      publishRaw(raw.channel, queue, nestedField('deep', depth), '{"n":2}');
      raw.send(queue, '{"n":3}');
      expect(await seen.whenCount(2)).toEqual([{ n: 1 }, { n: 3 }]);
      await expect.poll(() => raw.count(deadLetters)).toBe(1);
      expect(losses).toBe(0);
      expect(log).toContainEqual({
        level: 'error',
        text: expect.stringMatching(
          new RegExp(
            `"raw" with topic "${queue}" of queue '${queue}' is rejected: its headers can't be read .*dead-letter`,
          ),
        ) as string,
      });
    },
  );
});
