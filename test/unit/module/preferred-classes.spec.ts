import { Injectable, Module, type Type } from '@nestjs/common';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  ConfigurationException,
  Consumer,
  FedoraMessagingModule,
  FedoraMessagingService,
  loads,
  Message,
  MessageRegistry,
  MessageSchema,
  OnMessage,
} from '../../../lib/index.js';
import { TestingBroker } from '../../../lib/testing/index.js';
import { startApp } from '../../support/application.js';
import { captureLog } from '../../support/captured-log.js';

/** Two packages that claim one schema name. The end of the test frees the name for other tests. */
function rivals() {
  class OfOurs extends Message<object> {
    override get summary() {
      return 'ours';
    }
  }
  class OfTheirs extends Message<object> {
    override get summary() {
      return 'theirs';
    }
  }
  MessageSchema('discourse.event', { package: 'ours', topic: 'discourse.event' })(OfOurs);
  MessageSchema('discourse.event', { package: 'theirs', topic: 'discourse.event' })(OfTheirs);
  onTestFinished(() => {
    MessageSchema('discourse.event.of-ours')(OfOurs);
    MessageSchema('discourse.event.of-theirs')(OfTheirs);
  });
  return { OfOurs, OfTheirs };
}

const ALL = { bindings: { exchange: 'amq.topic', routingKeys: ['#'] } };

@Injectable()
class Handler {
  readonly seen: string[] = [];
  @Consumer(ALL)
  onMessage(message: Message): void {
    this.seen.push(message.summary);
  }
}

/** A module of the application that registers message classes. */
function featureModule(...imports: ReturnType<typeof FedoraMessagingModule.forFeature>[]): Type {
  @Module({ imports })
  class FeatureModule {}
  return FeatureModule;
}

async function start(imports: Type[], providers: Type[] = [Handler]) {
  const broker = new TestingBroker();
  const app = await startApp({ options: { amqpUrl: broker.amqpUrl }, imports, providers });
  return { app, broker, service: app.get(FedoraMessagingService) };
}

describe('of two message classes with one schema name', () => {
  it('neither is chosen without forFeature(…, { preferred: true }): the application does not start, and the error says how to choose', async () => {
    const { OfOurs, OfTheirs } = rivals();
    const attempt = start([
      featureModule(FedoraMessagingModule.forFeature([OfOurs])),
      featureModule(FedoraMessagingModule.forFeature([OfTheirs])),
    ]);
    await expect(attempt).rejects.toThrow(ConfigurationException);
    await expect(attempt).rejects.toThrow(
      /^The schema name 'discourse\.event' is claimed by two message classes, OfOurs \(.*\) and OfTheirs \(.*\): give one of them another name in @MessageSchema, or say which one wins with FedoraMessagingModule\.forFeature\(\[OfOurs\], \{ preferred: true \}\)$/,
    );
  });

  it.each(['before', 'after'])(
    'received messages have the preferred class, whose module comes %s that of the other class',
    async (order) => {
      const { OfOurs, OfTheirs } = rivals();
      const theirs = featureModule(FedoraMessagingModule.forFeature([OfTheirs]));
      const ours = featureModule(FedoraMessagingModule.forFeature([OfOurs], { preferred: true }));
      const { app, broker } = await start(order === 'before' ? [ours, theirs] : [theirs, ours]);
      expect(await broker.deliver(new OfTheirs({}))).toBe('ack');
      expect(await broker.deliver(new OfOurs({}))).toBe('ack');
      expect(app.get(Handler).seen).toEqual(['ours', 'ours']);
      expect(app.get(MessageRegistry).get('discourse.event')).toBe(OfOurs);
    },
  );

  it('the preferred class wins although earlier modules register both classes', async () => {
    const { OfOurs, OfTheirs } = rivals();
    const { app, broker } = await start([
      featureModule(FedoraMessagingModule.forFeature([OfOurs])),
      featureModule(FedoraMessagingModule.forFeature([OfTheirs])),
      featureModule(FedoraMessagingModule.forFeature([OfTheirs], { preferred: true })),
    ]);
    expect(await broker.deliver(new OfOurs({}))).toBe('ack');
    expect(app.get(Handler).seen).toEqual(['theirs']);
  });

  it('the preferred class wins over a class that is only imported', async () => {
    const { OfTheirs } = rivals();
    const { app, broker } = await start([
      featureModule(FedoraMessagingModule.forFeature([OfTheirs], { preferred: true })),
    ]);
    expect(await broker.deliver(new OfTheirs({}))).toBe('ack');
    expect(app.get(Handler).seen).toEqual(['theirs']);
  });

  it('the other class is still published, with its own package', async () => {
    const { OfOurs, OfTheirs } = rivals();
    const { app, service, broker } = await start([
      featureModule(FedoraMessagingModule.forFeature([OfOurs], { preferred: true })),
    ]);
    await service.publish(new OfTheirs({}));
    await broker.whenIdle();
    const [published] = broker.published(app.get(MessageRegistry));
    expect(published).toBeInstanceOf(OfOurs);
    expect(published!.headers).toMatchObject({
      fedora_messaging_schema: 'discourse.event',
      fedora_messaging_schema_package: 'theirs',
    });
  });

  it('two preferred classes are refused, and the error names both', async () => {
    const { OfOurs, OfTheirs } = rivals();
    const attempt = start([
      featureModule(FedoraMessagingModule.forFeature([OfOurs], { preferred: true })),
      featureModule(FedoraMessagingModule.forFeature([OfTheirs], { preferred: true })),
    ]);
    await expect(attempt).rejects.toThrow(
      /^The message classes OfOurs \(.*\) and OfTheirs \(.*\) are both preferred for the schema name 'discourse\.event': only one of them can have it$/,
    );
  });

  it('several modules may name the preferred class', async () => {
    const { OfOurs } = rivals();
    const preferred = () => FedoraMessagingModule.forFeature([OfOurs], { preferred: true });
    await expect(start([featureModule(preferred()), featureModule(preferred())])).resolves.toBeDefined();
  });

  it('a warning names a decorated handler of the other class', async () => {
    const { OfOurs, OfTheirs } = rivals();

    @Injectable()
    @Consumer(ALL)
    class Discourse {
      @OnMessage(OfTheirs)
      onTheirs(): void {}
      @OnMessage(OfOurs)
      onOurs(): void {}
    }
    const log = captureLog();
    await start(
      [featureModule(FedoraMessagingModule.forFeature([OfOurs], { preferred: true }))],
      [Discourse],
    );
    expect(log.filter(({ level }) => level === 'warn').map(({ text }) => text)).toEqual([
      expect.stringMatching(
        /^The consumer Discourse gets no messages of the class OfTheirs: messages of the schema 'discourse\.event' are OfOurs \(.*\), which FedoraMessagingModule\.forFeature\(\) prefers to OfTheirs \(.*\)$/,
      ),
    ]);
  });

  it('a warning names a callback that takes the other class', async () => {
    const { OfOurs, OfTheirs } = rivals();
    const { service } = await start(
      [featureModule(FedoraMessagingModule.forFeature([OfOurs], { preferred: true }))],
      [],
    );
    const log = captureLog();
    await service.consume(function onTheirs() {}, { messages: [OfTheirs] });
    expect(log.find(({ level }) => level === 'warn')?.text).toContain(
      'The consumer onTheirs gets no messages of the class OfTheirs',
    );
  });

  it('a registry of a program can prefer a class', () => {
    const { OfOurs, OfTheirs } = rivals();
    const line = JSON.stringify({
      topic: 'discourse.event',
      body: {},
      headers: { fedora_messaging_schema: 'discourse.event', fedora_messaging_severity: 20 },
    });
    expect(() => loads(line)).toThrow(ConfigurationException);
    expect(loads(line, new MessageRegistry().prefer(OfTheirs).gather())[0]).toBeInstanceOf(OfTheirs);
    expect(loads(line, MessageRegistry.of(OfTheirs).prefer(OfOurs))[0]).toBeInstanceOf(OfOurs);
  });
});

describe('the options of forFeature()', () => {
  it.each([
    [{ prefered: true }, "unknown key 'prefered' (did you mean 'preferred'?); the keys are preferred"],
    [{ preferred: 'yes' }, `'preferred' must be a boolean, but is "yes"`],
  ])('refuse %j', (options, problem) => {
    const attempt = () => FedoraMessagingModule.forFeature([], options as never);
    expect(attempt).toThrow(ConfigurationException);
    expect(attempt).toThrow(`FedoraMessagingModule.forFeature(): ${problem}`);
  });
});
