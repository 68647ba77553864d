import 'reflect-metadata';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  FEDORA_MESSAGING_SETTINGS,
  FedoraMessagingService,
  resolveSettings,
  Severity,
} from 'nestjs-fedora-messaging';
import { mockSends, TestingBroker } from 'nestjs-fedora-messaging/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppModule } from '../app.module.js';
import { MailServer } from '../mail-server.js';
import { NotificationSent } from '../messages/notification-sent.message.js';
import { UpdateCommented } from '../messages/update-commented.message.js';
import { UpdateSubmitted } from '../messages/update-submitted.message.js';
import { Notifier } from '../notifier.js';
import { topologiesOf } from '../topologies.js';

const update = { alias: 'FEDORA-2026-1', submitter: 'bob', builds: [{ nvr: 'kernel-6.12.1-100.fc43' }] };
const submitted = () => new UpdateSubmitted({ body: { update, agent: 'bob' } });
const send = vi.fn<MailServer['send']>();
let broker: TestingBroker;
let app: INestApplication;

beforeEach(async () => {
  send.mockReset();
  broker = new TestingBroker();
  const testing = await Test.createTestingModule({ imports: [AppModule] })
    .overrideProvider(FEDORA_MESSAGING_SETTINGS)
    .useValue(
      resolveSettings({
        amqpUrl: broker.amqpUrl,
        metrics: true,
        topologies: topologiesOf({ NOTIFIER_QUEUE: 'staging-notifier' }),
      }),
    )
    .overrideProvider(MailServer)
    .useValue({ send })
    .compile();
  app = testing.createNestApplication({ logger: false });
});

afterEach(async () => {
  await app.close();
  await broker.close();
});

describe('the notifier, publishing', () => {
  it('publishes who was notified about which message', async () => {
    const message = submitted();
    const notification = new NotificationSent({ body: { about: message.id!, to: ['bob'] } });
    await mockSends(app, [notification], () => app.get(Notifier).onUpdate(message));
  });

  it('publishes nothing when the mail server refuses the mail', async () => {
    send.mockRejectedValue(new Error('450'));
    await mockSends(app, [], () => expect(app.get(Notifier).onUpdate(submitted())).rejects.toThrow('450'));
  });
});

describe('the notifier, consuming', () => {
  beforeEach(() => app.init());

  it('consumes the queue that the environment names', () => {
    const names = app.get(FedoraMessagingService).consumers.map(({ queue }) => queue);
    expect(names).toEqual(['staging-notifier']);
  });

  it('mails the submitter when an update is submitted', async () => {
    expect(await broker.deliver(submitted())).toBe('ack');
    expect(send.mock.calls).toEqual([[{ to: ['bob'], subject: 'bob submitted kernel' }]]);
    expect(broker.published()).toEqual([expect.any(NotificationSent)]);
  });

  it('mails other people than the author about a comment', async () => {
    const body = { update, agent: 'carol', text: 'works for me' };
    expect(await broker.deliver(new UpdateCommented({ body }))).toBe('ack');
    expect(send.mock.calls).toEqual([[{ to: ['bob'], subject: 'carol commented on kernel: works for me' }]]);
  });

  it('mails nobody about their own comment', async () => {
    const body = { update, agent: 'bob', text: 'please test' };
    expect(await broker.deliver(new UpdateCommented({ body }))).toBe('ack');
    expect(send).not.toHaveBeenCalled();
    expect(broker.published()).toEqual([]);
  });

  it('drops a message below INFO by its guard', async () => {
    const body = { update, agent: 'testbot', text: 'all tests passed' };
    expect(await broker.deliver(new UpdateCommented({ body, severity: Severity.DEBUG }))).toBe('reject');
    expect(send).not.toHaveBeenCalled();
  });

  it('tries a message again when the mail server refuses the mail', async () => {
    send.mockRejectedValueOnce(new Error('450'));
    expect(await broker.deliver(submitted())).toBe('retry');
    await broker.whenIdle();
    expect(send).toHaveBeenCalledTimes(2);
    expect(broker.published()).toEqual([expect.any(NotificationSent)]);
  });

  it('stops trying a message after three failed attempts', async () => {
    send.mockRejectedValue(new Error('450'));
    expect(await broker.deliver(submitted())).toBe('retry');
    await broker.whenIdle();
    expect(send).toHaveBeenCalledTimes(3);
    expect(broker.published()).toEqual([]);
  });

  it('acknowledges a message of an unknown schema and mails nobody', async () => {
    const { headers, ...raw } = submitted().toJSON();
    const unknown = { ...headers, fedora_messaging_schema: 'updates.ejected' };
    expect(await broker.deliver({ ...raw, topic: 'updates.ejected', headers: unknown })).toBe('ack');
    expect(send).not.toHaveBeenCalled();
  });

  it('rejects a message that violates its schema', async () => {
    expect(await broker.deliver({ ...submitted().toJSON(), body: { agent: 'bob' } })).toBe('reject');
    expect(send).not.toHaveBeenCalled();
  });
});

it('monitoring shows whether the notifier is healthy, and counts its messages', async () => {
  await app.listen(0, '127.0.0.1');
  await broker.deliver(submitted());
  const url = await app.getUrl();

  const health = await fetch(`${url}/health`);
  expect(health.status).toBe(200);
  expect(await health.json()).toMatchObject({
    status: 'ok',
    details: { messaging: { status: 'up', connected: true, consuming: true } },
  });

  const metrics = await (await fetch(`${url}/metrics`)).text();
  expect(metrics).toMatch(/^fedora_messaging_published_total\{bus="default"\} 1$/m);
  expect(metrics).toMatch(
    /^fedora_messaging_outcomes_total\{bus="default",queue="staging-notifier",consumer="Notifier",outcome="processed"\} 1$/m,
  );
});
