import { describe, expect, it } from 'vitest';
import { FedoraMessagingService, Message } from '../../../lib/index.js';
import { startApp } from '../../support/application.js';
import { captureLog } from '../../support/captured-log.js';
import { Collector, deferred } from '../../support/collector.js';
import { memoryUrl } from '../../support/memory-url.js';
import { ScriptedBroker } from '../../support/scripted-broker.js';

const QUEUE = { durable: true, autoDelete: false, exclusive: false, arguments: {} };

describe('the log of an application', () => {
  it('has a line for each consumer that starts: queue, bindings, prefetch, concurrency and bus', async () => {
    const log = captureLog();
    const app = await startApp({ options: { amqpUrl: memoryUrl() } });
    await app.get(FedoraMessagingService).consume(function onUpdate() {}, {
      queues: { updates: QUEUE, others: QUEUE },
      bindings: [
        { queue: 'updates', exchange: 'amq.topic', routingKeys: ['a.#', 'b'] },
        { queue: 'updates', exchange: 'amq.direct', routingKeys: ['c'] },
        { queue: 'others', exchange: 'amq.fanout', routingKeys: [''] },
      ],
      prefetch: 20,
      concurrency: 5,
    });
    const started = log.filter(({ text }) => text.startsWith('The consumer'));
    expect(started.map(({ level, text }) => [level, text])).toEqual([
      ['log', "The consumer onUpdate consumes queue 'updates'; bindings: amq.topic a.# b, amq.direct c; prefetch 20; concurrency 5 (bus 'default')"], // prettier-ignore
      ['log', "The consumer onUpdate consumes queue 'others'; bindings: amq.fanout ; prefetch 20; concurrency 5 (bus 'default')"], // prettier-ignore
    ]);
  });

  it('names at shutdown the consumers whose messages in hand are waited for', async () => {
    const log = captureLog();
    const begun = new Collector<Message>();
    const gate = deferred();
    const app = await startApp({ options: { amqpUrl: memoryUrl(), shutdownTimeout: 20_000 } });
    const service = app.get(FedoraMessagingService);
    const onUpdate = (message: Message): Promise<void> => {
      begun.add(message);
      return gate.promise;
    };
    await service.consume(onUpdate, { queues: { updates: QUEUE }, bindings: { exchange: 'amq.topic', routingKeys: ['a'] } }); // prettier-ignore
    await service.publish(new Message({ topic: 'a' }));
    await begun.whenCount(1);
    const closing = app.close();
    await expect
      .poll(() => log.map(({ text }) => text))
      .toContain("Waiting for messages in hand of onUpdate, for 20000 ms at most (bus 'default')");
    const publishing = service.publish(new Message({ topic: 'b' }));
    gate.resolve();
    await Promise.all([closing, publishing]);
  });

  it('has at shutdown the number of confirmations that are waited for', async () => {
    const log = captureLog();
    const broker = await ScriptedBroker.listen({ onPublish: () => undefined });
    const app = await startApp({ options: { amqpUrl: broker.url, shutdownTimeout: 100 } });
    const publishing = app.get(FedoraMessagingService).publish(new Message({ topic: 'a' }));
    await Promise.all([expect(publishing).rejects.toThrow(/shut down/), app.close()]);
    expect(log.map(({ text }) => text)).toContain(
      "Waiting for the confirmations of 1 publishes, for 100 ms at most (bus 'default')",
    );
  });

  it('has no line at shutdown when nothing is waited for', async () => {
    const log = captureLog();
    const app = await startApp({ options: { amqpUrl: memoryUrl() } });
    await app.get(FedoraMessagingService).publish(new Message({ topic: 'a' }));
    await app.close();
    expect(log.filter(({ text }) => text.startsWith('Waiting'))).toEqual([]);
  });
});
