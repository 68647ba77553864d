import { Agent, get } from 'node:http';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { Injectable } from '@nestjs/common';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  ConfigurationException,
  Consumer,
  FedoraMessagingService,
  Message,
  Nack,
  type QueueOptions,
} from '../../../lib/index.js';
import { startApp } from '../../support/application.js';
import { captureLog } from '../../support/captured-log.js';
import { Collector, deferred } from '../../support/collector.js';
import { memoryUrl } from '../../support/memory-url.js';
import { startMonitoredApp } from '../../support/monitored-app.js';

const DURABLE: QueueOptions = { durable: true, autoDelete: false, exclusive: false, arguments: {} };
const NONE_CONSUMED = '{"received": 0, "processed": 0, "dropped": 0, "rejected": 0, "failed": 0}';

async function listening(): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return server;
}

describe('monitoring', () => {
  it('answers /live and /ready byte for byte as the Python library does', async () => {
    const { app, url } = await startMonitoredApp({ options: { amqpUrl: memoryUrl() } });
    const live = await fetch(`${url}/live`);
    expect([live.status, live.headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(await live.text()).toBe('{"status": "OK"}\n');

    await app.get(FedoraMessagingService).consume(() => undefined);
    const ready = await fetch(`${url}/ready`);
    expect([ready.status, ready.headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(await ready.text()).toBe(`{"consuming": true, "published": 0, "consumed": ${NONE_CONSUMED}}\n`);
  });

  it('counts published and consumed messages by outcome in /ready', async () => {
    const { app, url } = await startMonitoredApp({ options: { amqpUrl: memoryUrl() } });
    const service = app.get(FedoraMessagingService);
    const seen = new Collector<number>();
    await service.consume((message) => {
      seen.add(message.body['n'] as number);
      if (seen.items.length === 1) throw new Nack();
    });
    await service.publish(new Message({ topic: 'a', body: { n: 1 } }));
    await seen.whenCount(2);
    expect(await (await fetch(`${url}/ready`)).text()).toBe(
      '{"consuming": true, "published": 1, "consumed": {"received": 2, "processed": 1, "dropped": 0, "rejected": 1, "failed": 0}}\n',
    );
  });

  it('answers /ready with 200 also when nothing is consumed, as the Python library does', async () => {
    const { app, url } = await startMonitoredApp({ options: { amqpUrl: memoryUrl() } });
    const without = await fetch(`${url}/ready`);
    expect([without.status, await without.json()]).toMatchObject([200, { consuming: false }]);
    const service = app.get(FedoraMessagingService);
    await service.consume(() => undefined);
    await service.pause();
    const paused = await fetch(`${url}/ready`);
    expect([paused.status, await paused.json()]).toMatchObject([200, { consuming: false }]);
  });

  it('answers 404 with the known paths for other paths, and 405 for other methods', async () => {
    const { url } = await startMonitoredApp({ options: { amqpUrl: memoryUrl() } });
    for (const path of ['/', '/livee', '/live/more', '/constructor', '//live']) {
      const response = await fetch(`${url}${path}`);
      expect(response.status).toBe(404);
      expect(await response.text()).toContain('/live, /ready, /metrics');
    }
    const posted = await fetch(`${url}/ready`, { method: 'POST', body: '{}' });
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    const head = await fetch(`${url}/ready?probe=1`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it('survives requests that are not HTTP', async () => {
    const { url } = await startMonitoredApp({ options: { amqpUrl: memoryUrl() } });
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.end('\x16\x03\x01 no HTTP at all\r\n\r\n');
    socket.resume();
    await closed;
    expect((await fetch(`${url}/live`)).status).toBe(200);
  });

  it('is off when no port is given', async () => {
    const log = captureLog();
    await startApp({ options: { amqpUrl: memoryUrl() } });
    expect(log.filter(({ text }) => text.startsWith('Monitoring'))).toEqual([]);
  });
});

describe("monitoring that can't listen", () => {
  it.each<[what: string, monitoring: (taken: number) => { port: number; address: string }, names: RegExp]>([
    [
      'a port that is taken',
      (port) => ({ port, address: '127.0.0.1' }),
      /can't listen on port \d+ of 127\.0\.0\.1: another program uses the port: choose another 'monitoring\.port'.*EADDRINUSE/,
    ],
    [
      'an address that is not of this machine',
      () => ({ port: 0, address: '192.0.2.1' }),
      /can't listen on port 0 of 192\.0\.2\.1: 'monitoring\.address' must be an address of this machine.*EADDRNOTAVAIL/,
    ],
    [
      'an address that is none',
      () => ({ port: 0, address: 'no such host.invalid' }),
      /can't listen on port 0 of no such host\.invalid: 'monitoring\.address' must be/,
    ],
  ])('fails the bootstrap before a message is consumed, with %s', async (_, monitoring, names) => {
    const amqpUrl = memoryUrl();
    const seen: Message[] = [];
    @Injectable()
    class Handler {
      @Consumer({ queues: { waiting: DURABLE }, bindings: [{ exchange: 'amq.topic', routingKeys: ['#'] }] })
      onMessage(message: Message): void {
        seen.push(message);
      }
    }
    const first = await startApp({ options: { amqpUrl }, providers: [Handler] });
    await first.get(FedoraMessagingService).stop();
    const publisher = await startApp({ options: { amqpUrl } });
    await publisher.get(FedoraMessagingService).publish(new Message({ topic: 'a', body: {} }));

    const taken = (await listening()).address() as AddressInfo;
    const starting = startApp({
      options: { amqpUrl, monitoring: monitoring(taken.port) },
      providers: [Handler],
    });
    await expect(starting).rejects.toThrow(names);
    await expect(starting).rejects.toThrow(ConfigurationException);
    expect(seen).toEqual([]);

    // The message was there to be consumed.
    await startApp({ options: { amqpUrl }, providers: [Handler] });
    await expect.poll(() => seen.length).toBe(1);
  });
});

describe('monitoring at shutdown', () => {
  it('reports consuming: false while the last message is finished, and then ends', async () => {
    const { app, url } = await startMonitoredApp({ options: { amqpUrl: memoryUrl() } });
    const service = app.get(FedoraMessagingService);
    const [begun, gate] = [deferred(), deferred()];
    await service.consume(async () => {
      begun.resolve();
      await gate.promise;
    });
    await service.publish(new Message({ topic: 'a', body: {} }));
    await begun.promise;
    const closing = app.close();
    await expect
      .poll(async () => (await fetch(`${url}/ready`)).json())
      .toMatchObject({ consuming: false, consumed: { received: 1, processed: 0 } });
    expect((await fetch(`${url}/live`)).status).toBe(200);
    gate.resolve();
    await closing;
    await expect(fetch(`${url}/live`)).rejects.toThrow();
  });

  it('does not wait for clients that keep their connections open', async () => {
    const { app, url } = await startMonitoredApp({ options: { amqpUrl: memoryUrl() } });
    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    await new Promise<void>((resolve, reject) => {
      get(`${url}/live`, { agent }, (response) => response.resume().once('end', resolve)).once(
        'error',
        reject,
      );
    });
    const silent = connect(Number(new URL(url).port), '127.0.0.1');
    await new Promise((resolve) => silent.once('connect', resolve));
    const cut = new Promise<string>((resolve) =>
      silent.once('close', () => resolve('cut')).once('error', () => resolve('cut')),
    );
    await app.close();
    expect(await cut).toBe('cut');
  });
});
