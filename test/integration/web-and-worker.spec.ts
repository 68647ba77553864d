import { Injectable, type INestApplicationContext } from '@nestjs/common';
import { expect, it } from 'vitest';
import { Consumer, FedoraMessagingService, Message, Publisher } from '../../lib/index.js';
import { startApp } from '../support/application.js';
import { Collector, deferred } from '../support/collector.js';
import { amqpUrl, RawClient, TEMPORARY, unique } from '../support/shared-rabbitmq.js';

it('one code base is the web application that publishes and the worker that consumes', async () => {
  const raw = await RawClient.open();
  const [topic, queue] = [unique('topic'), unique('worker')];
  raw.deleteLater(queue);
  const handledBy = new Collector<FedoraMessagingService>();

  @Injectable()
  class Jobs {
    constructor(
      private readonly publisher: Publisher,
      private readonly service: FedoraMessagingService,
    ) {}

    submit(): Promise<void> {
      return this.publisher.publish(new Message({ topic }));
    }

    @Consumer({ queues: { [queue]: TEMPORARY }, bindings: [{ exchange: 'amq.topic', routingKeys: [topic] }] })
    onJob(): void {
      handledBy.add(this.service);
    }
  }
  const start = (consumers: boolean): Promise<INestApplicationContext> =>
    startApp({ options: { amqpUrl: amqpUrl(), consumers }, providers: [Jobs] });
  const [web, worker] = [await start(false), await start(true)];
  expect((await raw.channel.checkQueue(queue)).consumerCount).toBe(1);
  await web.get(Jobs).submit();
  expect(await handledBy.whenCount(1)).toEqual([worker.get(FedoraMessagingService)]);
});

it('the broker sends a consumer as many messages ahead as its prefetch says, and others as many as the setting says', async () => {
  const raw = await RawClient.open();
  const [narrow, wide] = [unique('narrow'), unique('wide')];
  const gate = deferred();
  const app = await startApp({ options: { amqpUrl: amqpUrl(), qos: { prefetchCount: 4 } } });
  const service = app.get(FedoraMessagingService);
  for (const [queue, options] of [
    [narrow, { prefetch: 2 }],
    [wide, {}],
  ] as const) {
    raw.deleteLater(queue);
    await service.consume(() => gate.promise, { queues: { [queue]: TEMPORARY }, bindings: [], ...options });
    for (const n of Array.from({ length: 7 }).keys()) raw.send(queue, JSON.stringify({ n }));
  }
  await expect.poll(() => raw.count(narrow)).toBe(5);
  await expect.poll(() => raw.count(wide)).toBe(3);
  gate.resolve();
  await expect.poll(() => service.statistics.consumed.processed).toBe(14);
});
