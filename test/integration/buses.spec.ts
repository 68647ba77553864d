import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { expect, it, onTestFinished } from 'vitest';
import {
  Consumer,
  FedoraMessagingModule,
  FedoraMessagingService,
  getFedoraMessagingToken,
  InjectPublisher,
  Message,
  Publisher,
} from '../../lib/index.js';
import { Collector } from '../support/collector.js';
import {
  addUser,
  amqpUrl,
  closeConnections,
  listQueues,
  RawClient,
  TEMPORARY,
  unique,
} from '../support/shared-rabbitmq.js';

it('two buses have separate connections, so the loss of one does not affect the other', async () => {
  const permissions = { configure: '.*', write: '.*', read: '.*' };
  const [first, second] = [await addUser(permissions), await addUser(permissions)];
  const raw = await RawClient.open();
  const [topic, here, there] = [unique('topic'), unique('here'), unique('there')];
  raw.deleteLater(here);
  raw.deleteLater(there);
  const seen = new Collector<string>();

  @Injectable()
  class Relay {
    constructor(
      readonly publisher: Publisher,
      @InjectPublisher('second') readonly second: Publisher,
    ) {}

    @Consumer({
      queues: { [here]: TEMPORARY },
      bindings: [{ exchange: 'amq.topic', routingKeys: [`${topic}.in`] }],
    })
    async onIn({ body }: Message): Promise<void> {
      await this.second.publish(new Message({ topic: `${topic}.out`, body }));
    }

    @Consumer({
      bus: 'second',
      queues: { [there]: TEMPORARY },
      bindings: [{ exchange: 'amq.topic', routingKeys: [`${topic}.out`] }],
    })
    onOut({ body }: Message): void {
      seen.add(String(body['n']));
    }
  }

  @Module({
    imports: [
      FedoraMessagingModule.forRoot({ amqpUrl: amqpUrl(first) }),
      FedoraMessagingModule.forRoot({ bus: 'second', amqpUrl: amqpUrl(second) }),
    ],
    providers: [Relay],
  })
  class AppModule {}
  const app = await NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
  onTestFinished(() => app.close());
  const { publisher } = app.get(Relay);
  const services = [
    app.get(FedoraMessagingService),
    app.get<FedoraMessagingService>(getFedoraMessagingToken('second')),
  ];
  await publisher.publish(new Message({ topic: `${topic}.in`, body: { n: 1 } }));
  await seen.whenCount(1);
  // An unacknowledged message would come again.
  await expect.poll(() => listQueues('name', 'messages')).toContainEqual([there, '0']);

  const lost = services.map((service) => {
    const events: string[] = [];
    service.events$.subscribe(({ type }) => events.push(type));
    return events;
  });
  await closeConnections(second);
  await expect.poll(() => lost[1]!.filter((type) => type === 'disconnected').length).toBe(2);
  await publisher.publish(new Message({ topic: `${topic}.in`, body: { n: 2 } }));
  expect(await seen.whenCount(2)).toEqual(['1', '2']);
  expect(lost[0]).toEqual([]);
  await expect.poll(() => services.map(({ statistics }) => statistics.published)).toEqual([2, 2]);
  await expect.poll(() => services[1]!.statistics.consuming).toBe(true);
});
