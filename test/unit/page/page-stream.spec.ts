import { expect, it } from 'vitest';
import { FedoraMessagingService, Message, MessageSchema } from '../../../lib/index.js';
import { memoryUrl } from '../../support/memory-url.js';
import { PageClient, startPagedApp } from '../../support/page-client.js';

@MessageSchema('page.stream.order', { topic: 'bakery.order', package: 'bakery' })
class Order extends Message<{ bread: string; by?: string }> {
  override get summary(): string {
    return `${this.body.by ?? 'Somebody'} orders ${this.body.bread}`;
  }

  override get usernames(): readonly string[] {
    return this.body.by === undefined ? [] : [this.body.by];
  }
}

/** A bakery whose handler does what the test says, and its page. */
async function startBakery(handle: (message: Message) => unknown = () => undefined) {
  const { app, ...page } = await startPagedApp({ options: { amqpUrl: memoryUrl() } });
  const service = app.get(FedoraMessagingService);
  const [consumer] = await service.consume(handle, { onError: 'drop' });
  return { ...page, app, service, consumer: consumer! };
}

it('a client gets a snapshot, and then each message when it comes', async () => {
  const { service, url } = await startBakery();
  const client = await PageClient.open(url);
  expect(await client.snapshot()).toMatchObject({
    buses: ['default'],
    messages: [],
    leftOut: 0,
    consumers: [{ bus: 'default', name: 'handle', state: 'consuming', prefetch: 10, concurrency: 1 }],
    connections: [{ bus: 'default', publishing: { state: 'unused' }, consuming: { state: 'up' } }],
    visitor: { actions: false },
  });
  await service.publish(new Order({ body: { bread: 'rye', by: 'anna' } }));
  expect(await client.until(({ content }) => content.messages?.[0])).toMatchObject({
    seq: 1,
    topic: 'bakery.order',
    schema: 'page.stream.order',
    severity: 'info',
    summary: 'anna orders rye',
    users: ['anna'],
  });
});
