import { Controller, Global, Injectable, Module, type Provider, Scope } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  ConfigurationException,
  FedoraMessagingModule,
  FedoraMessagingService,
  Message,
  OnPrePublish,
  OnPublished,
  OnPublishFailed,
  Publisher,
  PublishException,
  ValidationError,
} from '../../../lib/index.js';
import { startApp } from '../../support/application.js';
import { captureLog } from '../../support/captured-log.js';
import { Collector } from '../../support/collector.js';
import { memoryUrl } from '../../support/memory-url.js';

const appWith = (...providers: Provider[]) => startApp({ options: { amqpUrl: memoryUrl() }, providers });
const message = (topic = 'test.signal'): Message => new Message({ topic });
const invalid = (): Message =>
  new Message({ topic: 'test.invalid', body: [] as unknown as object as Record<string, unknown> });

describe('methods that handle signals', () => {
  it('are called on providers and controllers before a publish, after it, and after its failure', async () => {
    const events: string[] = [];

    @Injectable()
    class Before {
      @OnPrePublish()
      async onPrePublish({ topic }: Message): Promise<void> {
        await Promise.resolve();
        events.push(`before ${topic}`);
      }
    }

    @Controller()
    class After {
      @OnPublished()
      onPublished({ topic }: Message): void {
        events.push(`published ${topic}`);
      }

      @OnPublishFailed()
      onPublishFailed({ topic }: Message, error: Error): void {
        events.push(`failed ${topic} ${error.constructor.name}`);
      }
    }
    const app = await startApp({
      options: { amqpUrl: memoryUrl() },
      providers: [Before],
      controllers: [After],
    });
    await app.get(Publisher).publish(message());
    await expect(app.get(Publisher).publish(invalid())).rejects.toThrow(ValidationError);
    expect(events).toEqual([
      'before test.signal',
      'published test.signal',
      'before test.invalid',
      'failed test.invalid ValidationError',
    ]);
  });

  it('may change the message before it is published', async () => {
    @Injectable()
    class Stamp {
      constructor(private readonly service: FedoraMessagingService) {}

      @OnPrePublish()
      async stamp(published: Message): Promise<void> {
        await Promise.resolve();
        published.headers = { 'x-consumers': this.service.consumers.length };
        published.body['stamped'] = true;
      }
    }
    const app = await appWith(Stamp);
    const received = new Collector();
    await app.get(FedoraMessagingService).consume(received.add);
    await app.get(Publisher).publish(message());
    const [stamped] = await received.whenCount(1);
    expect(stamped!.body).toEqual({ stamped: true });
    expect(stamped!.headers['x-consumers']).toBe(1);
  });

  it('fail the publish when they throw before it; the error names the method and has the cause', async () => {
    const failed: unknown[] = [];
    const cause = new Error('out of stamps');

    @Injectable()
    class Failing {
      @OnPrePublish()
      stamp(): Promise<void> {
        return Promise.reject(cause);
      }

      @OnPublishFailed()
      onPublishFailed(_: Message, error: Error): void {
        failed.push(error);
      }
    }
    const app = await appWith(Failing);
    const error: unknown = await app
      .get(Publisher)
      .publish(message())
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PublishException);
    expect(error).toMatchObject({
      cause,
      message: expect.stringMatching(/pre-publish handler Failing\.stamp failed.*out of stamps/) as string,
    });
    expect(failed).toEqual([error]);
    expect(app.get(Publisher).publishedCount).toBe(0);
  });

  it('change nothing when they throw after it; the log names the method', async () => {
    @Injectable()
    class Failing {
      @OnPublished()
      onPublished(): void {
        throw new Error('no counter');
      }

      @OnPublishFailed()
      async onPublishFailed(): Promise<void> {
        throw new Error('no counter, either');
      }
    }
    const log = captureLog();
    const app = await appWith(Failing);
    await app.get(Publisher).publish(message());
    await expect(app.get(Publisher).publish(invalid())).rejects.toThrow(ValidationError);
    expect(log.filter(({ level }) => level === 'error').map(({ text }) => text)).toEqual([
      expect.stringMatching(/published handler Failing\.onPublished failed .*no counter/),
      expect.stringMatching(/publish-failed handler Failing\.onPublishFailed failed .*no counter, either/),
    ]);
  });

  it('see messages of the first hooks of any module, also of global modules', async () => {
    const seen: string[] = [];

    @Injectable()
    class Early {
      constructor(private readonly publisher: Publisher) {}

      async onModuleInit(): Promise<void> {
        await this.publisher.publish(message(`early.${this.constructor.name}`));
      }
    }

    @Injectable()
    class InGlobal extends Early {}

    @Injectable()
    class InFeature extends Early {}

    @Injectable()
    class Watcher {
      @OnPublished()
      onPublished({ topic }: Message): void {
        seen.push(topic);
      }
    }

    @Global()
    @Module({ providers: [InGlobal] })
    class GlobalModule {}

    @Module({ providers: [InFeature] })
    class DeepModule {}

    @Module({ imports: [DeepModule] })
    class FeatureModule {}

    @Module({
      imports: [GlobalModule, FeatureModule, FedoraMessagingModule.forRoot({ amqpUrl: memoryUrl() })],
      providers: [Watcher],
    })
    class AppModule {}
    const app = await NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
    onTestFinished(() => app.close());
    expect(seen.toSorted()).toEqual(['early.InFeature', 'early.InGlobal']);
  });

  it('are refused when their class has no lasting instance', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class PerRequest {
      @OnPublished()
      onPublished(): void {}
    }
    await expect(appWith(PerRequest)).rejects.toThrow(
      expect.objectContaining({
        constructor: ConfigurationException,
        message: expect.stringMatching(/PerRequest\.onPublished.*make it a singleton/),
      }) as Error,
    );
  });

  it('are warned about when no module provides their class', async () => {
    class Nowhere {
      @OnPublishFailed()
      onPublishFailed(): void {}
    }
    const log = captureLog();
    await appWith();
    expect(log.filter(({ text }) => text.includes(Nowhere.name))).toEqual([
      {
        level: 'warn',
        text: expect.stringMatching(/Nowhere\.onPublishFailed .*@OnPublishFailed.*not a provider/),
      },
    ]);
  });
});

describe('the observables of the publisher', () => {
  it('emit the same messages as the signals, to each subscriber from its subscription on', async () => {
    const app = await appWith();
    const publisher = app.get(Publisher);
    await publisher.publish(message('too.early'));
    const events: string[] = [];
    const subscriptions = [
      publisher.prePublish$.subscribe(({ topic }) => events.push(`before ${topic}`)),
      publisher.published$.subscribe(({ topic }) => events.push(`published ${topic}`)),
      publisher.publishFailed$.subscribe(({ message: { topic }, error }) =>
        events.push(`failed ${topic} ${error.constructor.name}`),
      ),
    ];
    await publisher.publish(message());
    await expect(publisher.publish(invalid())).rejects.toThrow(ValidationError);
    for (const subscription of subscriptions) subscription.unsubscribe();
    await publisher.publish(message('too.late'));
    expect(events).toEqual([
      'before test.signal',
      'published test.signal',
      'before test.invalid',
      'failed test.invalid ValidationError',
    ]);
  });
});

describe('an observer of publishes', () => {
  it('is not told about publishes that began before it, because their duration is unknown', async () => {
    const publisher = (await appWith()).get(Publisher);
    const durations: number[] = [];
    const errors: Error[] = [];
    const begin = () =>
      publisher.observe({
        confirmed: (milliseconds) => durations.push(milliseconds),
        failed: (error) => errors.push(error),
      });
    publisher.prePublish.connect(begin);
    await publisher.publish(message());
    expect(durations).toEqual([]);
    await publisher.publish(message());
    expect(durations).toEqual([expect.any(Number)]);
    expect(errors).toEqual([]);
  });
});
