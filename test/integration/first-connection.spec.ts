import { describe, expect, inject, it } from 'vitest';
import {
  ConnectionException,
  FedoraMessagingService,
  Message,
  Publisher,
  PublishTimeout,
  type RunningConsumer,
} from '../../lib/index.js';
import { startApp } from '../support/application.js';
import { captureLog, type LogLine } from '../support/captured-log.js';
import { FrameProxy } from '../support/frame-proxy.js';
import { freePorts } from '../support/rabbitmq.js';
import {
  addUser,
  addVhost,
  amqpUrl,
  setConnectionLimit,
  setPermissions,
  TEMPORARY,
  unique,
} from '../support/shared-rabbitmq.js';

/**
 * With these options, everything that follows `connection_attempts` and `retry_delay` fails long after the test's
 * limit.
 */
const PATIENT = 'connection_attempts=9&retry_delay=60';
const NOWHERE = 'amqp://127.0.0.1:1';

async function serviceWith(url: string | string[]): Promise<FedoraMessagingService> {
  return (await startApp({ options: { amqpUrl: url, shutdownTimeout: 100 } })).get(FedoraMessagingService);
}

const publish = (service: FedoraMessagingService, timeout = 25_000): Promise<void> =>
  service.publish(new Message({ topic: 'x' }), { timeout });

const consume = (service: FedoraMessagingService): Promise<readonly RunningConsumer[]> =>
  service.consume(() => undefined, { queues: { [unique('queue')]: TEMPORARY }, bindings: [] });

const failuresIn = (log: readonly LogLine[]): LogLine[] =>
  log.filter(({ text }) => /^Connecting for .* failed, attempt/.test(text));

/** A broker that is away until it is told to come. */
async function absentBroker(): Promise<{ port: number; come: () => Promise<unknown> }> {
  const [port] = (await freePorts(1)) as [number];
  return { port, come: () => FrameProxy.listen(inject('amqpPort'), undefined, port) };
}

function connectionException(message: RegExp): unknown {
  return expect.objectContaining({
    constructor: ConnectionException,
    message: expect.stringMatching(message) as string,
  });
}

describe('a publish before the broker is there', () => {
  it('is published when the broker comes, independent of connection_attempts and retry_delay', async () => {
    const log = captureLog();
    const { port, come } = await absentBroker();
    const service = await serviceWith(
      `${amqpUrl().replace(/:\d+\//, `:${port}/`)}?connection_attempts=1&retry_delay=60`,
    );
    const publishing = publish(service);
    await expect.poll(() => failuresIn(log).length).toBeGreaterThanOrEqual(2);
    expect(service.connections.publishing.state).toBe('down');
    await come();
    await publishing;
    expect(service.statistics.published).toBe(1);
  });

  it('is a PublishTimeout with the reason of the missing connection, and the next publish succeeds when the broker comes', async () => {
    const { port, come } = await absentBroker();
    const service = await serviceWith(`amqp://127.0.0.1:${port}?connection_attempts=1`);
    const late = publish(service, 500);
    await expect(late).rejects.toThrow(PublishTimeout);
    await expect(late).rejects.toThrow(
      `within 500 ms: can't connect to amqp://127.0.0.1:${port} (virtual host '/'): connect ECONNREFUSED`,
    );
    await come();
    await publish(service);
    expect(service.statistics.published).toBe(1);
  });

  it('is a PublishTimeout with the reason for each node of a list', async () => {
    const publisher = await serviceWith([`${NOWHERE}?${PATIENT}`, 'amqp://127.0.0.1:2']);
    await expect(publish(publisher, 500)).rejects.toThrow(
      /127\.0\.0\.1:1 .*: connect ECONNREFUSED.*; .*127\.0\.0\.1:2 .*: connect ECONNREFUSED/,
    );
  });

  it('does not wait for the retry_delay of whenConnected(), which then gets the connection, too', async () => {
    const log = captureLog();
    const { port, come } = await absentBroker();
    const service = await serviceWith(`amqp://127.0.0.1:${port}?${PATIENT}`);
    const connected = service.whenConnected();
    await expect.poll(() => failuresIn(log).length).toBe(1);
    await come();
    await publish(service);
    await connected;
  });

  it('does not use up the connection_attempts of whenConnected(), which gives up while the publish goes on', async () => {
    const log = captureLog();
    const { port, come } = await absentBroker();
    const service = await serviceWith(`amqp://127.0.0.1:${port}?connection_attempts=2&retry_delay=1`);
    const publishing = publish(service);
    const since = performance.now();
    await expect(service.whenConnected()).rejects.toThrow(
      connectionException(/2 of 2 attempts.*ECONNREFUSED/) as Error,
    );
    expect(performance.now() - since).toBeGreaterThanOrEqual(990);
    expect(failuresIn(log).length).toBeGreaterThan(2);
    await come();
    await publishing;
  });
});

describe('a broker that refuses the login of the first connection', () => {
  const wrong = amqpUrl('guest', 's3cret-and-wrong', `?${PATIENT}`);
  const endless = amqpUrl('guest', 's3cret-and-wrong', '?connection_attempts=-1&retry_delay=60');

  it.each([
    ['publish()', publish, wrong],
    ['consume()', consume, wrong],
    ['whenConnected()', (service: FedoraMessagingService) => service.whenConnected(), wrong],
    ['consume() with endless connection_attempts', consume, endless],
    ['publish(), where all nodes of a list do', publish, [wrong, wrong]],
    ['consume() with endless connection_attempts, where all nodes of a list do', consume, [endless, endless]],
  ])('fails %s with a ConnectionException at once, without the password', async (_, ask, url) => {
    const error = await ask(await serviceWith(url)).then(
      () => expect.unreachable(),
      (reason: Error) => reason,
    );
    expect(error).toEqual(connectionException(/ACCESS_REFUSED/));
    expect(`${error.message} ${error.stack} ${String(error.cause)}`).not.toContain('s3cret-and-wrong');
  });

  it('fails a publish that has waited for the broker', async () => {
    const log = captureLog();
    const { port, come } = await absentBroker();
    const service = await serviceWith(`amqp://guest:wrong@127.0.0.1:${port}/`);
    const failing = publish(service).catch((error: unknown) => error);
    await expect.poll(() => failuresIn(log).length).toBeGreaterThanOrEqual(1);
    await come();
    expect(await failing).toEqual(connectionException(/ACCESS_REFUSED/));
    expect(service.connections.publishing.state).toBe('unused');
  });

  it('is tried again for the next publish', async () => {
    const name = unique('user');
    const publisher = (await startApp({ options: { amqpUrl: amqpUrl(name) } })).get(Publisher);
    await expect(publisher.publish(new Message({ topic: 'x' }))).rejects.toThrow(ConnectionException);
    await addUser({ configure: '.*', write: '.*', read: '.*' }, name);
    await publisher.publish(new Message({ topic: 'x' }));
    expect(publisher.publishedCount).toBe(1);
  });

  it('does not fail a publish while another node is only away', async () => {
    const log = captureLog();
    const { port, come } = await absentBroker();
    const service = await serviceWith([wrong, `amqp://127.0.0.1:${port}/`]);
    const publishing = publish(service);
    await expect.poll(() => failuresIn(log).length).toBeGreaterThanOrEqual(1);
    expect(failuresIn(log)[0]!.text).toMatch(/ACCESS_REFUSED.*ECONNREFUSED/);
    await come();
    await publishing;
  });
});

describe('a virtual host that has reached its limit of connections', () => {
  it('makes publishes wait until there is room', async () => {
    const log = captureLog();
    const vhost = unique('vhost');
    await addVhost(vhost);
    await setPermissions('guest', { configure: '.*', write: '.*', read: '.*' }, vhost);
    await setConnectionLimit(vhost, 0);
    const service = await serviceWith(`${amqpUrl()}${vhost}`);
    const publishing = publish(service);
    await expect.poll(() => failuresIn(log).length, { timeout: 20_000 }).toBeGreaterThanOrEqual(1);
    expect(failuresIn(log)[0]!.text).toMatch(/connection limit \(0\) is reached/);
    await setConnectionLimit(vhost, -1);
    await publishing;
  });
});
