import { describe, expect, it } from 'vitest';
import {
  ConnectionException,
  FedoraMessagingService,
  Message,
  NoFreeChannels,
  Publisher,
} from '../../lib/index.js';
import { startApp } from '../support/application.js';
import { captureLog } from '../support/captured-log.js';
import {
  addUser,
  amqpUrl,
  closeConnections,
  listConnections,
  addVhost,
  setPermissions,
  TEMPORARY,
  unique,
} from '../support/shared-rabbitmq.js';

async function connectionsOf(user: string, ...columns: string[]): Promise<string[][]> {
  const listed = await listConnections('user', ...columns);
  return listed.filter(([owner]) => owner === `<<"${user}">>`).map(([, ...values]) => values);
}

describe('the connections of an application', () => {
  it('are one to publish and one to consume, each made when it is first needed', async () => {
    const user = await addUser({ configure: '.*', write: '.*', read: '.*' });
    const app = await startApp({ options: { amqpUrl: amqpUrl(user) } });
    const service = app.get(FedoraMessagingService);
    expect(await connectionsOf(user, 'pid')).toHaveLength(0);
    await service.publish(new Message({ topic: 'x' }));
    await expect.poll(() => connectionsOf(user, 'pid')).toHaveLength(1);
    await service.consume(() => undefined);
    await expect.poll(() => connectionsOf(user, 'pid')).toHaveLength(2);
    await app.close();
    await expect.poll(() => connectionsOf(user, 'pid')).toHaveLength(0);
  });

  it("show the client's properties to the broker, and use the options of the URL", async () => {
    const user = await addUser({ configure: '.*', write: '.*', read: '.*' });
    const app = await startApp({
      options: {
        amqpUrl: amqpUrl(user, user, '?heartbeat=17&frame_max=8192&channel_max=9'),
        clientProperties: { app: 'test-app', team: 'infra' },
      },
    });
    await app.get(Publisher).publish(new Message({ topic: 'x', body: { text: 'x'.repeat(20_000) } }));
    const [connection] = await connectionsOf(
      user,
      'timeout',
      'frame_max',
      'channel_max',
      'client_properties',
    );
    expect(connection!.slice(0, 3)).toEqual(['17', '8192', '9']);
    expect(connection![3]).toMatch(/"app">>,longstr,<<"test-app"/);
    expect(connection![3]).toMatch(/"team">>,longstr,<<"infra"/);
    expect(connection![3]).toMatch(/"connection_name">>,longstr,<<"test-app \(publishing\)"/);
    expect(connection![3]).toMatch(/"product">>,longstr,<<"Fedora Messaging with amqplib"/);
    expect(connection![3]).toMatch(/"version">>,longstr,<<"nestjs-fedora-messaging-/);
  });

  it('come back when the administrator closes them, and whenConnected() waits for that', async () => {
    const user = await addUser({ configure: '.*', write: '.*', read: '.*' });
    const service = (await startApp({ options: { amqpUrl: amqpUrl(user) } })).get(FedoraMessagingService);
    await service.whenConnected();
    const log = captureLog();
    await closeConnections(user);
    await expect.poll(() => log.some(({ text }) => text.includes('was lost'))).toBe(true);
    await service.whenConnected();
    await expect.poll(() => connectionsOf(user, 'pid')).toHaveLength(1);
  });

  it('go to the virtual host of the URL, also when its name begins with a slash', async () => {
    const vhost = `/${unique('vhost')}`;
    await addVhost(vhost);
    await setPermissions('guest', { configure: '.*', write: '.*', read: '.*' }, vhost);
    const url = amqpUrl().replace(/\/$/, `/${encodeURIComponent(vhost)}`);
    const app = await startApp({ options: { amqpUrl: url } });
    await app.get(Publisher).publish(new Message({ topic: 'x' }));
    expect((await listConnections('vhost')).flat()).toContain(`<<"${vhost}">>`);
  });

  it.each([
    ['that is missing', false, /vhost .* not found/],
    ['that the user may not use', true, /access to vhost .* refused for user 'guest'/],
  ])("fail with the broker's reason for a virtual host %s", async (_, exists, reason) => {
    const vhost = unique('vhost');
    if (exists) await addVhost(vhost);
    const app = await startApp({ options: { amqpUrl: amqpUrl().replace(/\/$/, `/${vhost}`) } });
    const publishing = app.get(Publisher).publish(new Message({ topic: 'x' }));
    await expect(publishing).rejects.toThrow(
      expect.objectContaining({
        constructor: ConnectionException,
        message: expect.stringMatching(reason) as string,
      }),
    );
  });

  it('refuse a consumer with NoFreeChannels when no channel is left, and keep their channels', async () => {
    const app = await startApp({ options: { amqpUrl: amqpUrl('guest', 'guest', '?channel_max=1') } });
    const service = app.get(FedoraMessagingService);
    const options = { ...TEMPORARY, exclusive: true };
    const [consumer] = await service.consume(() => undefined, { queues: { '': options }, bindings: [] });
    await expect(
      service.consume(() => undefined, { queues: { '': options }, bindings: [] }),
    ).rejects.toMatchObject({
      constructor: NoFreeChannels,
      message: expect.stringContaining('channel_max') as string,
    });
    expect(service.consumers).toEqual([consumer]);
    expect(consumer!.isConsuming).toBe(true);
  });

  it('are closed by stop(), also when that is called twice at once, with publishes in flight', async () => {
    const service = (await startApp({ options: { amqpUrl: amqpUrl() } })).get(FedoraMessagingService);
    const publishing = Array.from({ length: 100 }, () => service.publish(new Message({ topic: 'x' })));
    await Promise.all([service.stop(), service.stop()]);
    await Promise.all(publishing);
    expect(service.statistics.published).toBe(100);
  });
});

describe('the timeout of a publish', () => {
  it('may be Infinity', async () => {
    const publisher = (await startApp({ options: { amqpUrl: amqpUrl() } })).get(Publisher);
    await publisher.publish(new Message({ topic: 'x' }), { timeout: Infinity });
    expect(publisher.publishedCount).toBe(1);
  });

  it.each([-1, NaN, '5s' as never])("can't be %s", async (timeout) => {
    const publisher = (await startApp({ options: { amqpUrl: amqpUrl() } })).get(Publisher);
    await expect(publisher.publish(new Message({ topic: 'x' }), { timeout })).rejects.toThrow(/timeout/);
  });
});
