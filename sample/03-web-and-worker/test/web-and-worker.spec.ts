import 'reflect-metadata';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  FEDORA_MESSAGING_SETTINGS,
  type FedoraMessagingOptions,
  FedoraMessagingService,
  resolveSettings,
} from 'nestjs-fedora-messaging';
import { mockSends, TestingBroker } from 'nestjs-fedora-messaging/testing';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { AppModule } from '../app.module.js';
import { BuildRequested } from '../build-requested.message.js';
import { roleOf } from '../role.js';

const wanted = { package: 'kernel', agent: 'bob' };

async function createApp(options: FedoraMessagingOptions): Promise<INestApplication> {
  const testing = await Test.createTestingModule({ imports: [AppModule] })
    .overrideProvider(FEDORA_MESSAGING_SETTINGS)
    .useValue(resolveSettings(options))
    .compile();
  const app = testing.createNestApplication({ logger: false });
  onTestFinished(() => app.close());
  return app;
}

async function createWeb(options: FedoraMessagingOptions): Promise<INestApplication> {
  const app = await createApp({ ...options, consumers: false });
  await app.listen(0, '127.0.0.1');
  return app;
}

async function post(app: INestApplication, body: object): Promise<Response> {
  return fetch(`${await app.getUrl()}/builds`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

describe('the web application', () => {
  it('publishes the requested build, and answers with the id of the message', async () => {
    const app = await createWeb({ amqpUrl: 'memory://unused' });
    let id: unknown;
    const [message] = await mockSends(app, [new BuildRequested({ body: wanted })], async () => {
      const response = await post(app, wanted);
      expect(response.status).toBe(202);
      ({ id } = (await response.json()) as { id: unknown });
    });
    expect(message.id).toBe(id);
  });

  it('answers 400 and publishes nothing when the request violates the schema', async () => {
    const app = await createWeb({ amqpUrl: 'memory://unused' });
    await mockSends(app, [], async () => {
      expect((await post(app, { ...wanted, package: 'not a name' })).status).toBe(400);
    });
  });

  it('answers 503 when there is no broker', async () => {
    const app = await createWeb({ amqpUrl: 'amqp://127.0.0.1:1' });
    expect((await post(app, wanted)).status).toBe(503);
  });

  it('consumes nothing', async () => {
    const app = await createWeb({ amqpUrl: 'memory://unused' });
    expect(app.get(FedoraMessagingService).consumers).toEqual([]);
  });
});

it('the worker builds the package of a message', async () => {
  const broker = new TestingBroker();
  onTestFinished(() => broker.close());
  const app = await createApp({ amqpUrl: broker.amqpUrl });
  await app.init();
  const log = vi.spyOn(console, 'log').mockReturnValue();
  onTestFinished(() => log.mockRestore());
  const message = new BuildRequested({ body: wanted });
  expect(await broker.deliver(message)).toBe('ack');
  expect(log.mock.calls).toEqual([[`worker built kernel for bob (${message.id})`]]);
});

describe('the role of a process', () => {
  it('is the ROLE of the environment, and both by default', () => {
    const AMQP_URL = 'amqp://localhost';
    expect(roleOf({ AMQP_URL, ROLE: 'web' })).toBe('web');
    expect(roleOf({ AMQP_URL, ROLE: 'worker' })).toBe('worker');
    expect(roleOf({})).toBe('both');
  });

  it('is refused when it is unknown, or when no broker connects the two roles', () => {
    expect(() => roleOf({ ROLE: 'wed' })).toThrow("ROLE must be one of web, worker, both, but is 'wed'");
    expect(() => roleOf({ ROLE: 'web' })).toThrow('ROLE=web needs an AMQP_URL');
  });
});
