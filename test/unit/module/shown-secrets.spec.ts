import { inspect } from 'node:util';
import { Injectable, Module, type Provider } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { expect, it, onTestFinished } from 'vitest';
import {
  Consumer,
  FEDORA_MESSAGING_SETTINGS,
  FedoraMessagingContext,
  type FedoraMessagingEvent,
  FedoraMessagingModule,
  FedoraMessagingService,
  Message,
  Publisher,
  resolveSettings,
} from '../../../lib/index.js';
import { deferred } from '../../support/collector.js';
import { memoryUrl } from '../../support/memory-url.js';
import { ScriptedBroker } from '../../support/scripted-broker.js';

const SECRET = 's3cr3t-pw';
/**
 * The depth of the search: from a service to the parts of a connection. Searching all of a Nest application takes half
 * a minute.
 */
const DEPTH = 8;
const withPassword = (url: string): string => url.replace('://', `://bob:${SECRET}@`);

/** All texts that a program can print of a value. */
function shown(value: unknown): string {
  return `${inspect(value)}\n${inspect(value, { depth: DEPTH })}\n${json(value)}`;
}

function json(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    // A Nest application refers to itself.
    return inspect(error);
  }
}

/** Names the texts that show the password, without the texts, which may be as long as the application. */
function leaking(values: Record<string, unknown>): string[] {
  return Object.keys(values).filter((name) => shown(values[name]).includes(SECRET));
}

async function startOn(amqpUrl: string, ...providers: Provider[]) {
  const module = FedoraMessagingModule.forRoot({ amqpUrl });
  @Module({ imports: [module], providers })
  class AppModule {}
  const app = await NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
  onTestFinished(() => app.close());
  return { app, module, service: app.get(FedoraMessagingService) };
}

const handled = deferred<FedoraMessagingContext>();

@Injectable()
class Handler {
  @Consumer()
  onMessage(_: Message, context: FedoraMessagingContext): void {
    handled.resolve(context);
  }
}

it.each([
  ['a URL', withPassword('amqp://a')],
  ['a list of URLs', [withPassword('amqp://a'), withPassword('amqp://b')]],
])('settings and module options with %s hide the password when printed, and keep it', (_, amqpUrl) => {
  const settings = resolveSettings({ amqpUrl, monitoring: { port: 0 } });
  expect(settings.amqpUrl).toEqual(amqpUrl);
  expect(json(settings)).toContain('amqp://***@a');
  expect(leaking({ settings, module: FedoraMessagingModule.forRoot({ amqpUrl }) })).toEqual([]);
});

it('an application and everything that the module gives to it print no password', async () => {
  const { app, module, service } = await startOn(withPassword(memoryUrl()), Handler);
  const publisher = app.get(Publisher);
  await publisher.publish(new Message({ topic: 'a' }));
  const context = await handled.promise;
  const { consumers, connections } = service;
  const settings = app.get(FEDORA_MESSAGING_SETTINGS);
  const all = { app, module, service, publisher, settings, context, consumers, connections };
  expect(leaking(all)).toEqual([]);
});

it('the JSON of a service, a publisher and a consumer shows their state', async () => {
  const { app, service } = await startOn(memoryUrl(), Handler);
  expect(JSON.parse(json({ service, publisher: app.get(Publisher) }))).toMatchObject({
    service: {
      bus: 'default',
      consumers: [{ name: 'Handler.onMessage', isConsuming: true, isPaused: false }],
      statistics: { consuming: true, published: 0 },
    },
    publisher: { publishedCount: 0 },
  });
});

it('an AMQP connection and its events print no password', async () => {
  const broker = await ScriptedBroker.listen();
  const { app, service } = await startOn(withPassword(broker.url));
  const events: FedoraMessagingEvent[] = [];
  service.events$.subscribe((event) => void events.push(event));
  await service.whenConnected();
  expect(events).toHaveLength(1);
  expect(leaking({ app, service, events })).toEqual([]);
});

it('the error of a failed connection and its cause print no password', async () => {
  const { service } = await startOn(withPassword('amqp://127.0.0.1:1?connection_attempts=1'));
  const error: unknown = await service.whenConnected().catch((thrown: unknown) => thrown);
  expect((error as Error).cause).toBeInstanceOf(Error);
  expect(leaking({ error })).toEqual([]);
});
