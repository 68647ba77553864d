import { Injectable } from '@nestjs/common';
import { expect, it } from 'vitest';
import { Consumer, FedoraMessagingService, Message, MessageSchema, OnMessage } from '../../lib/index.js';
import { startApp } from '../support/application.js';
import { Collector } from '../support/collector.js';
import { amqpUrl, RawClient, TEMPORARY, unique } from '../support/shared-rabbitmq.js';

@MessageSchema('test.dispatch.build')
class Build extends Message<{ n: number }> {}

@MessageSchema('test.dispatch.build.failed')
class BuildFailed extends Build {}

it('a class with @OnMessage methods has one subscription for its queue, and keeps its order across the methods', async () => {
  const raw = await RawClient.open();
  const queue = unique('dispatch');
  raw.deleteLater(queue);
  const handled = new Collector<string>();

  @Injectable()
  @Consumer({ queues: { [queue]: TEMPORARY }, bindings: [] })
  class Handler {
    @OnMessage(Build)
    async onBuild({ body }: Build): Promise<void> {
      await new Promise(setImmediate);
      handled.add(`build ${body.n}`);
    }

    @OnMessage(BuildFailed)
    onFailed({ body }: BuildFailed): void {
      handled.add(`failed ${body.n}`);
    }

    @OnMessage()
    async onOther({ body }: Message): Promise<void> {
      await Promise.resolve();
      handled.add(`other ${String(body['n'])}`);
    }
  }
  const app = await startApp({ options: { amqpUrl: amqpUrl() }, providers: [Handler] });
  const schemas = [
    'test.dispatch.build',
    'test.dispatch.build.failed',
    'base.message',
    'test.dispatch.unknown',
  ];
  for (const n of Array.from({ length: 20 }).keys()) {
    const headers = {
      fedora_messaging_schema: schemas[n % 4],
      fedora_messaging_severity: 20,
      'sent-at': '2026-01-01T00:00:00+00:00',
    };
    raw.send(queue, JSON.stringify({ n }), { headers });
  }
  const names = ['build', 'failed', 'other', 'other'];
  expect(await handled.whenCount(20)).toEqual(Array.from({ length: 20 }, (_, n) => `${names[n % 4]} ${n}`));
  expect((await raw.channel.checkQueue(queue)).consumerCount).toBe(1);
  expect(app.get(FedoraMessagingService).consumers.map(({ name }) => name)).toEqual(['Handler']);
});
