import { Injectable } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { describe, expect, it } from 'vitest';
import {
  ConfigurationException,
  Consumer,
  type ConsumerDecoratorOptions,
  FedoraMessagingModule,
  FedoraMessagingService,
  Message,
  OnMessage,
  resolveSettings,
} from '../../../lib/index.js';
import { startApp } from '../../support/application.js';
import { memoryUrl } from '../../support/memory-url.js';

const KEYS = 'topology, queues, bindings, prefetch, concurrency, consumeArguments, onError, retry';

async function refusalOf(attempt: Promise<unknown>): Promise<string> {
  const error = await attempt.then(
    () => expect.unreachable('it was accepted'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ConfigurationException);
  return (error as Error).message;
}

/** The error of an application with a decorated method. */
function refusalOfDecorator(options: object): Promise<string> {
  @Injectable()
  class Notifier {
    @Consumer(options as ConsumerDecoratorOptions)
    onUpdate(): void {}
  }
  return refusalOf(startApp({ options: { amqpUrl: memoryUrl() }, providers: [Notifier] }));
}

describe('an unknown key is refused, and the error names the probable key,', () => {
  it('by @Consumer on a method', async () => {
    expect(await refusalOfDecorator({ queue: 'q' })).toBe(
      `The consumer Notifier.onUpdate: unknown key 'queue' (did you mean 'queues'?); the keys are ${KEYS}, bus, messages, unhandled, enabled`,
    );
  });

  it('by @Consumer on a class', async () => {
    @Injectable()
    @Consumer({ unhandeld: 'drop' } as ConsumerDecoratorOptions)
    class Notifier {
      @OnMessage(Message)
      onUpdate(): void {}
    }
    const starting = startApp({ options: { amqpUrl: memoryUrl() }, providers: [Notifier] });
    expect(await refusalOf(starting)).toContain(
      `The consumer Notifier: unknown key 'unhandeld' (did you mean 'unhandled'?)`,
    );
  });

  it('in retry', async () => {
    expect(await refusalOfDecorator({ onError: 'retry', retry: { atempts: 3, jitter: 1 } })).toBe(
      `The consumer Notifier.onUpdate: unknown key 'retry.atempts' (did you mean 'attempts'?); unknown key 'retry.jitter'; the keys are in, attempts, delays, delay, maxDelay, exhausted, parkingQueue`,
    );
  });

  it('by consume(), which takes no bus', async () => {
    const service = (await startApp({ options: { amqpUrl: memoryUrl() } })).get(FedoraMessagingService);
    const consuming = service.consume(() => undefined, { bus: 'staging' } as object);
    expect(await refusalOf(consuming)).toMatch(
      /unknown key 'bus'; the keys are topology, queues.*messages, unhandled$/,
    );
    expect(service.consumers).toEqual([]);
  });

  it('by publish(), before anything is sent', async () => {
    const service = (await startApp({ options: { amqpUrl: memoryUrl() } })).get(FedoraMessagingService);
    const publishing = service.publish(new Message({ topic: 'a' }), { timeOut: 1 } as object);
    expect(await refusalOf(publishing)).toBe(
      `The options of publish(): unknown key 'timeOut' (did you mean 'timeout'?); the keys are exchange, timeout, mandatory, expiration, correlationId, type, timestamp, appId, replyTo`,
    );
    expect(service.statistics.published).toBe(0);
  });

  it('by forRoot()', async () => {
    const starting = startApp({ options: { amqpUrl: memoryUrl(), topicPrefx: 'org.example' } as object });
    expect(await refusalOf(starting)).toContain(`unknown key 'topicPrefx' (did you mean 'topicPrefix'?)`);
  });

  it('by forRoot(), whose keys include more than those of resolveSettings()', async () => {
    const starting = startApp({ options: { amqpUrl: memoryUrl(), isGlobl: false } as object });
    expect(await refusalOf(starting)).toMatch(/'isGlobl' \(did you mean 'isGlobal'\?\).*isGlobal, bus$/);
    expect(() => resolveSettings({ isGlobl: false } as object)).toThrow(/unknown key 'isGlobl'; the keys/);
  });

  it('by forRootAsync(), next to the factory and in its result', async () => {
    const useFactory = () => ({ amqpUrl: memoryUrl(), bus: 'staging' });
    expect(() => FedoraMessagingModule.forRootAsync({ useFactory, name: 'staging' } as never)).toThrow(
      "FedoraMessagingModule.forRootAsync(): unknown key 'name' (did you mean 'bus'?)",
    );
    const starting = NestFactory.createApplicationContext(
      FedoraMessagingModule.forRootAsync({ useFactory }),
      {
        logger: false,
        abortOnError: false,
      },
    );
    expect(await refusalOf(starting)).toBe(
      `The factory of FedoraMessagingModule.forRootAsync() returned 'bus': give it to forRootAsync() itself, next to the factory`,
    );
  });

  it('when it is another word for the bus', async () => {
    expect(await refusalOfDecorator({ connection: 'staging' })).toContain(
      `unknown key 'connection' (did you mean 'bus'?)`,
    );
    const starting = startApp({ options: { amqpUrl: memoryUrl(), name: 'staging' } as object });
    expect(await refusalOf(starting)).toContain(`unknown key 'name' (did you mean 'bus'?)`);
  });
});

it('an error about a retry that is not an object shows a text in quotes', async () => {
  expect(await refusalOfDecorator({ onError: 'retry', retry: '3' })).toContain(
    `'retry' must be an object, but is "3"`,
  );
});

it.each([{ retry: {} }, { onError: 'drop', retry: { attempts: 2 } }])(
  'retry is refused without onError: retry: %j',
  async (options) => {
    expect(await refusalOfDecorator(options)).toContain(
      `'retry' needs onError: 'retry' or a function, but 'onError' is`,
    );
  },
);
