import { Injectable, Module, type OnModuleInit } from '@nestjs/common';
import { LazyModuleLoader, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  FedoraMessagingModule,
  FedoraMessagingPageModule,
  FedoraMessagingService,
  getFedoraMessagingToken,
  Message,
  Publisher,
} from '../../../lib/index.js';
import { testLogger } from '../../support/captured-log.js';
import { deferred } from '../../support/collector.js';
import { memoryUrl } from '../../support/memory-url.js';
import { PageClient } from '../../support/page-client.js';

const topology = (name: string) => ({
  queues: { [name]: { durable: false, autoDelete: false, exclusive: false, arguments: {} } },
  bindings: [{ exchange: 'amq.topic', routingKeys: [`${name}.#`] }],
});

/** Starts an application whose page is at /bus. */
async function start(amqpUrl: string, providers: (typeof Early | object)[] = []) {
  @Module({
    imports: [FedoraMessagingModule.forRoot({ amqpUrl }), FedoraMessagingPageModule.forRoot()],
    providers: providers as [],
  })
  class AppModule {}
  const app = await NestFactory.create(AppModule, new ExpressAdapter(), {
    logger: testLogger(),
    abortOnError: false,
  });
  onTestFinished(() => app.close());
  await app.listen(0, '127.0.0.1');
  return { app, page: `${await app.getUrl()}/bus` };
}

const inHand = deferred();
const gate = deferred();

/** Consumes before any hook of the page runs, and has a message in hand then. */
@Injectable()
class Early implements OnModuleInit {
  constructor(
    private readonly service: FedoraMessagingService,
    private readonly publisher: Publisher,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.service.consume(async function late() {}, topology('late'));
    await this.publisher.publish(new Message({ topic: 'early.first' }));
    await inHand.promise;
  }
}

describe('a mounted page', () => {
  it('shows consumers that were started before it, and their messages from then on', async () => {
    const early = {
      provide: 'early',
      inject: [FedoraMessagingService],
      useFactory: (service: FedoraMessagingService) =>
        service.consume(function early({ topic }) {
          if (topic !== 'early.first') return undefined;
          inHand.resolve();
          return gate.promise;
        }, topology('early')),
    };
    const { app, page } = await start(memoryUrl(), [early, Early]);
    const client = await PageClient.open(page);
    const { consumers } = await client.snapshot();
    expect(consumers.map(({ name }) => name).toSorted()).toEqual(['early', 'late']);
    gate.resolve();
    await app.get(Publisher).publish(new Message({ topic: 'early.second' }));
    await client.until(({ content }) => content.messages?.some(({ topic }) => topic === 'early.second'));
    await client.until(({ content }) =>
      content.consumers?.some(({ name, inHand: count, outcomes }) => {
        if (name === 'early') expect(count).toBeGreaterThanOrEqual(0);
        return name === 'early' && count === 0 && outcomes.processed >= 1;
      }),
    );
  });

  it('shows a bus that is loaded lazily', async () => {
    const amqpUrl = memoryUrl();
    const { app, page } = await start(amqpUrl);
    const staging = FedoraMessagingModule.forRoot({ bus: 'staging', amqpUrl });
    const loaded = await app.get(LazyModuleLoader).load(() => staging as never);
    const service = loaded.get<FedoraMessagingService>(getFedoraMessagingToken('staging'), { strict: false });
    await service.consume(function build() {}, topology('build'));
    const { buses, consumers } = await (await PageClient.open(page)).snapshot();
    expect(buses).toEqual(['default', 'staging']);
    expect(consumers).toMatchObject([{ bus: 'staging', name: 'build', state: 'consuming' }]);
  });
});
