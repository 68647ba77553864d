import { Module, type Type } from '@nestjs/common';
import { AbstractHttpAdapter, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FedoraMessagingModule, FedoraMessagingPageModule, FedoraMessagingService } from '../../lib/index.js';
import { memoryUrl } from '../support/memory-url.js';
import { LivePage } from './support/live-page.js';
import { CounterClosed, parcel, parcelOf } from './support/parcels.js';

const ADAPTERS: readonly (readonly [name: string, type: Type<AbstractHttpAdapter>])[] = [
  ['Express', ExpressAdapter],
  ['Fastify', FastifyAdapter],
];

describe.each(ADAPTERS)('the live page in the HTTP server of an application with %s', (_, Adapter) => {
  it('is at its path behind the global prefix, and works there', async () => {
    @Module({
      imports: [
        FedoraMessagingModule.forRoot({ amqpUrl: memoryUrl() }),
        FedoraMessagingPageModule.forRoot({
          path: 'operations/bus',
          authorize: () => ({ name: 'olga', actions: true }),
        }),
      ],
    })
    class WebModule {}
    const app = await NestFactory.create(WebModule, new Adapter(), { logger: false, abortOnError: false });
    onTestFinished(() => app.close());
    app.setGlobalPrefix('shop');
    await app.listen(0, '127.0.0.1');
    const service = app.get(FedoraMessagingService);
    await service.consume(() => undefined, {
      queues: { post: { durable: false, autoDelete: false, exclusive: true, arguments: {} } },
      bindings: [{ exchange: 'amq.topic', routingKeys: ['post.#'] }],
    });

    const live = await LivePage.open(`${await app.getUrl()}/shop/operations/bus`);
    await service.publish(parcel());
    await service.publish(new CounterClosed(parcelOf({ courier: 'bob' })));
    await live.expectRows('bob closed the counter', 'ann moved box');
    await live.setFilter('User', 'bob');
    await live.expectRows('bob closed the counter');
    const detail = await live.read('bob closed the counter');
    await detail.getByText('Its courier is bob.').waitFor();
    await live.show('Reference');
    await live.card('Message class ParcelMoved').getByRole('button', { name: 'Publish the example' }).click();
    await live.notice(/publish/i).waitFor();
    expect(new URL(live.page.url()).pathname).toBe('/shop/operations/bus/');
  });
});
