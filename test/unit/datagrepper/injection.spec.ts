import { Injectable } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import {
  ConfigurationException,
  Datagrepper,
  FedoraMessagingModule,
  getDatagrepperToken,
  InjectDatagrepper,
  Message,
  MessageSchema,
  resolveSettings,
} from '../../../lib/index.js';
import { startApp } from '../../support/application.js';
import { FakeDatagrepper, messagesOfNewYear } from '../../support/fake-datagrepper.js';

const YEAR = { since: '2026-01-01', until: '2026-12-31' };

@MessageSchema('injection.edited', { bodySchema: { type: 'object' } })
class Edited extends Message<{ index: number }> {}

@Injectable()
class Reader {
  constructor(
    readonly archive: Datagrepper,
    @InjectDatagrepper('staging') readonly staging: Datagrepper,
  ) {}
}

describe('Datagrepper in an application', () => {
  it("is injected once for each bus, and makes messages of the application's classes", async () => {
    const [production, staging] = [
      await FakeDatagrepper.start(messagesOfNewYear(1, { schema: 'injection.edited' })),
      await FakeDatagrepper.start(messagesOfNewYear(2)),
    ];
    const app = await startApp({
      options: { amqpUrl: 'memory://injection', datagrepper: { url: production.url } },
      imports: [
        FedoraMessagingModule.forRoot({
          bus: 'staging',
          amqpUrl: 'memory://injection-staging',
          datagrepper: { url: staging.url, interval: 0 },
        }),
      ],
      providers: [Reader],
    });
    const reader = app.get(Reader);
    for await (const message of reader.archive.search(YEAR)) expect(message).toBeInstanceOf(Edited);
    const messages: Message<object>[] = [];
    for await (const message of reader.staging.search(YEAR)) messages.push(message);
    expect(messages).toHaveLength(2);
    expect(app.get(getDatagrepperToken('staging'))).toBe(reader.staging);
    expect(app.get(getDatagrepperToken())).toBe(reader.archive);
  });

  it("asks Fedora's archive by default", () => {
    expect(resolveSettings({}).datagrepper).toEqual({
      url: 'https://apps.fedoraproject.org/datagrepper',
      timeout: 60_000,
      interval: 500,
      attempts: 5,
      delay: 1_000,
      maxDelay: 60_000,
    });
  });

  it.each([
    [{ attempts: 0 }, /'datagrepper.attempts' must be >= 1/],
    [{ urls: 'x' } as never, /unknown key 'datagrepper.urls'/],
  ])('refuses the settings %j', (datagrepper, reason) => {
    expect(() => resolveSettings({ datagrepper })).toThrow(ConfigurationException);
    expect(() => resolveSettings({ datagrepper })).toThrow(reason);
  });
});
