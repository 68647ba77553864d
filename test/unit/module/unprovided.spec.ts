import { Injectable, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Consumer, FedoraMessagingModule, OnPublished } from '../../../lib/index.js';
import { startApp } from '../../support/application.js';
import { captureLog, type LogLine, testLogger } from '../../support/captured-log.js';
import { deferred } from '../../support/collector.js';
import { memoryUrl } from '../../support/memory-url.js';

const startWith = (...providers: Type[]) => startApp({ options: { amqpUrl: memoryUrl() }, providers });

/** Only warnings about classes of this test; classes of other tests are not provided any more. */
const unprovided = (log: readonly LogLine[], ...classes: Type[]): string[] =>
  log
    .map(({ text }) => text)
    .filter(
      (text) => text.includes('is not a provider') && classes.some(({ name }) => text.startsWith(name)),
    );

describe('a decorated class that no application provides', () => {
  it('is warned about once, for any decorator and any number of applications', async () => {
    class OnlyConsumes {
      @Consumer()
      onMessage(): void {}
    }
    class OnlyListens {
      @OnPublished()
      onPublished(): void {}
    }
    const log = captureLog();
    await startWith();
    await startWith();
    const told = unprovided(log, OnlyConsumes, OnlyListens);
    expect(told).toEqual([
      expect.stringMatching(
        /^OnlyConsumes\.onMessage is decorated with @Consumer, but OnlyConsumes is not a provider/,
      ),
      expect.stringMatching(/^OnlyListens\.onPublished is decorated with @OnPublished/),
    ]);
  });
});

describe('a decorated class that one of several applications provides', () => {
  it('is not warned about while the applications are created at the same time', async () => {
    @Injectable()
    class InFirst {
      @Consumer()
      onMessage(): void {}
    }
    @Injectable()
    class InSecond {
      @Consumer()
      onMessage(): void {}
    }
    const log = captureLog();
    await Promise.all([startWith(InFirst), startWith(InSecond)]);
    expect(unprovided(log, InFirst, InSecond)).toEqual([]);
  });

  it('is not warned about while a factory of another application still makes it', async () => {
    class Made {
      @Consumer()
      onMessage(): void {}
    }
    const log = captureLog();
    const gate = deferred();

    @Module({
      imports: [FedoraMessagingModule.forRoot({ amqpUrl: memoryUrl() })],
      providers: [{ provide: 'MADE', useFactory: () => gate.promise.then(() => new Made()) }],
    })
    class Slow {}
    const slow = NestFactory.createApplicationContext(Slow, { logger: testLogger(), abortOnError: false });
    await startWith();
    expect(unprovided(log, Made)).toEqual([]);
    gate.resolve();
    const app = await slow;
    onTestFinished(() => app.close());
    expect(unprovided(log, Made)).toEqual([]);
  });

  it('is not warned about when that application has been closed, or created without being started', async () => {
    @Injectable()
    class InClosed {
      @Consumer()
      onMessage(): void {}
    }
    @Injectable()
    class InCreated {
      @Consumer()
      onMessage(): void {}
    }

    @Module({ imports: [FedoraMessagingModule.forRoot({ amqpUrl: memoryUrl() })], providers: [InCreated] })
    class Created {}
    const created = await NestFactory.create(Created, { logger: testLogger(), abortOnError: false });
    await (await startWith(InClosed)).close();
    const log = captureLog();
    await startWith();
    expect(unprovided(log, InClosed, InCreated)).toEqual([]);
    await created.close();
  });

  it('is warned about when the creation of the other application has failed', async () => {
    class InNone {
      @Consumer()
      onMessage(): void {}
    }

    @Module({
      imports: [FedoraMessagingModule.forRoot({ amqpUrl: memoryUrl() })],
      providers: [{ provide: 'FAILS', useFactory: () => Promise.reject(new Error('out of cheese')) }],
    })
    class Failing {}
    const failing = NestFactory.createApplicationContext(Failing, { logger: false, abortOnError: false });
    await expect(failing).rejects.toThrow('out of cheese');
    const log = captureLog();
    await startWith();
    expect(unprovided(log, InNone)).toHaveLength(1);
  });
});
