import { type CanActivate, Injectable, Module, type Provider } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { describe, expect, it, vi } from 'vitest';
import {
  type AsyncApiDocument,
  AsyncApiGenerator,
  type AsyncApiOptions,
} from '../../../lib/asyncapi/index.js';
import {
  Consumer,
  FedoraMessagingModule,
  type FedoraMessagingModuleOptions,
  Message,
  MessageSchema,
  OnMessage,
  Publisher,
  type QueueOptions,
} from '../../../lib/index.js';
import { startApp } from '../../support/application.js';
import { asyncApiProblems } from '../../support/asyncapi-problems.js';
import { memoryUrl } from '../../support/memory-url.js';

// The parser takes seconds on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const INFO = { title: 'update-notifier', version: '1.2.3' };
const DURABLE: QueueOptions = { durable: true, autoDelete: false, exclusive: false, arguments: {} };

abstract class Update extends Message<{ alias?: string }> {}

@MessageSchema('asyncapi.testing', { topic: 'update.testing' })
class UpdateTesting extends Update {}

@MessageSchema('asyncapi.testing.forced')
class UpdateTestingForced extends UpdateTesting {}

@MessageSchema('asyncapi.stable', { topic: 'update.stable' })
class UpdateStable extends Update {}

@MessageSchema('asyncapi.without-topic')
class WithoutTopic extends Message {}

interface Described extends AsyncApiOptions {
  options?: Partial<FedoraMessagingModuleOptions>;
  providers?: Provider[];
}

/** The document of an application that is not started. It must be valid. */
async function documentOf({ options = {}, providers = [], ...more }: Described): Promise<AsyncApiDocument> {
  const app = await startApp({ options: { amqpUrl: memoryUrl(), consumers: false, ...options }, providers });
  const document = new AsyncApiGenerator(app).generate(INFO, more);
  expect(await asyncApiProblems(JSON.stringify(document))).toEqual([]);
  return document;
}

const sends = (): boolean => false;

/** The schema names of an operation's messages. */
function messagesOf(document: AsyncApiDocument, operation: string): string[] {
  return document.operations[operation]!.messages.map(({ $ref }) => $ref.split('/').at(-1)!);
}

describe('the operations that receive, in an AsyncAPI document,', () => {
  it('have the queue of a handler with its settings, and each exchange and routing key that it is bound to', async () => {
    @Injectable()
    class Notifier {
      @Consumer({
        queues: { notifier: { ...DURABLE, arguments: { 'x-queue-type': 'quorum' } } },
        bindings: [
          { exchange: 'amq.topic', routingKeys: ['org.*.*.update.#'] },
          { exchange: 'private', routingKeys: ['a#b{c}?'], arguments: { 'x-match': 'any' } },
        ],
      })
      onMessage(): void {}
    }
    const options = {
      amqpUrl: 'amqp://broker.example/%2Fpublic',
      exchanges: { private: { type: 'direct', durable: false } },
    };
    const { channels, operations } = await documentOf({ options, providers: [Notifier], sends });
    expect(operations).toEqual({
      'Notifier.onMessage': {
        action: 'receive',
        title: 'Notifier.onMessage',
        channel: { $ref: '#/channels/queue.notifier' },
        messages: [{ $ref: '#/channels/queue.notifier/messages/base.message' }],
        bindings: { amqp: { ack: true, bindingVersion: '0.3.0' } },
      },
    });
    expect(channels).toMatchObject({
      'queue.notifier': {
        address: 'notifier',
        servers: [{ $ref: '#/servers/default' }],
        bindings: {
          amqp: {
            is: 'queue',
            queue: { name: 'notifier', durable: true, autoDelete: false, exclusive: false, vhost: '/public' },
            bindingVersion: '0.3.0',
            'x-arguments': { 'x-queue-type': 'quorum' },
            'x-bindings': [
              { exchange: 'amq.topic', routingKeys: ['org.*.*.update.#'] },
              { exchange: 'private', routingKeys: ['a#b{c}?'], arguments: { 'x-match': 'any' } },
            ],
          },
        },
      },
      'amq.topic.org.any.any.update.all': {
        address: 'org.{word}.{word2}.update.{words}',
        parameters: { word: {}, word2: {}, words: {} },
        messages: { 'base.message': { $ref: '#/components/messages/base.message' } },
        bindings: {
          amqp: {
            is: 'routingKey',
            exchange: {
              name: 'amq.topic',
              type: 'topic',
              durable: true,
              autoDelete: false,
              vhost: '/public',
            },
            'x-routing-key': 'org.*.*.update.#',
          },
        },
      },
      'private.aallb_c_': {
        address: 'a%23b%7Bc%7D%3F',
        bindings: { amqp: { exchange: { name: 'private', type: 'direct', durable: false } } },
      },
    });
    expect(Object.keys(channels)).toHaveLength(3);
  });

  it('have the configured queues for a consumer without queues, without an address for a queue that the broker names', async () => {
    @Injectable()
    class Handler {
      @Consumer()
      onMessage(): void {}
    }
    const { channels } = await documentOf({ providers: [Handler], sends });
    expect(channels).toMatchObject({
      'server-named.Handler.onMessage': {
        address: null,
        bindings: { amqp: { queue: { name: '', durable: false, exclusive: true, autoDelete: true } } },
      },
      'amq.topic.all': { address: '{words}' },
    });
  });

  it('have the messages of a handler, or any message; a consumer class hands each message class to its nearest method', async () => {
    @Injectable()
    @Consumer()
    class Updates {
      @OnMessage(Update)
      onUpdate(): void {}

      @OnMessage(UpdateTesting)
      onTesting(): void {}

      @OnMessage()
      onOther(): void {}
    }
    @Injectable()
    class Handler {
      @Consumer({ messages: [UpdateStable, UpdateTesting] })
      onSome(): void {}

      @Consumer()
      onAny(_message: Message): void {}
    }
    const document = await documentOf({ providers: [Updates, Handler], sends });
    expect(messagesOf(document, 'Updates.onUpdate')).toEqual(['asyncapi.stable']);
    expect(messagesOf(document, 'Updates.onTesting')).toEqual([
      'asyncapi.testing',
      'asyncapi.testing.forced',
    ]);
    expect(messagesOf(document, 'Updates.onOther')).toEqual(['base.message']);
    expect(messagesOf(document, 'Handler.onSome')).toEqual([
      'asyncapi.testing',
      'asyncapi.testing.forced',
      'asyncapi.stable',
    ]);
    expect(messagesOf(document, 'Handler.onAny')).toEqual(['base.message']);
    expect(document.components.messages['base.message']).toMatchObject({ title: 'Any message' });
    expect(document.components.messages['asyncapi.testing.forced']).toMatchObject({
      title: UpdateTestingForced.name,
    });
  });

  it('are one for each queue, and consumers of the same queue share its channel', async () => {
    const queue = (...names: string[]) => ({
      queues: Object.fromEntries(names.map((name) => [name, DURABLE])),
      bindings: names.map((name) => ({ queue: name, exchange: 'amq.topic', routingKeys: [names.join('.')] })),
    });
    @Injectable()
    class Handler {
      @Consumer(queue('one', 'two'))
      onTwo(): void {}

      @Consumer(queue('one'))
      onOne(): void {}
    }
    const { channels, operations } = await documentOf({ providers: [Handler], sends });
    expect(Object.entries(operations).map(([key, { channel }]) => [key, channel.$ref])).toEqual([
      ['Handler.onTwo.one', '#/channels/queue.one'],
      ['Handler.onTwo.two', '#/channels/queue.two'],
      ['Handler.onOne', '#/channels/queue.one'],
    ]);
    expect(channels['queue.one']!.bindings.amqp).toMatchObject({
      'x-bindings': [{ routingKeys: ['one.two'] }, { routingKeys: ['one'] }],
    });
  });
});

describe('the operations that send, in an AsyncAPI document,', () => {
  const PUBLISHED = { publishExchange: 'out', topicPrefix: 'org.example.prod', publishPriority: 3 };

  it("are for every message class with a topic, to the bus's exchange, with the topic prefix", async () => {
    const { channels, operations } = await documentOf({ options: PUBLISHED });
    expect(Object.keys(operations)).toEqual([
      'send.asyncapi.testing',
      // It inherits the topic of the class that it extends.
      'send.asyncapi.testing.forced',
      'send.asyncapi.stable',
    ]);
    expect(operations['send.asyncapi.stable']).toEqual({
      action: 'send',
      title: 'Send UpdateStable',
      channel: { $ref: '#/channels/out.org.example.prod.update.stable' },
      messages: [{ $ref: '#/channels/out.org.example.prod.update.stable/messages/asyncapi.stable' }],
      bindings: { amqp: { deliveryMode: 2, priority: 3, bindingVersion: '0.3.0' } },
    });
    expect(channels['out.org.example.prod.update.stable']).toMatchObject({
      address: 'org.example.prod.update.stable',
      bindings: { amqp: { is: 'routingKey', exchange: { name: 'out' } } },
    });
  });

  it('are for the message classes that the option sends selects', async () => {
    const asked: unknown[] = [];
    const { operations } = await documentOf({
      sends: (messageClass, bus) => {
        asked.push(messageClass, bus);
        return messageClass === UpdateStable;
      },
    });
    expect(Object.keys(operations)).toEqual(['send.asyncapi.stable']);
    expect(asked).toEqual(expect.arrayContaining([UpdateTesting, UpdateStable, 'default']));
    expect(asked).not.toContain(WithoutTopic);
  });
});

describe('the servers in an AsyncAPI document', () => {
  it('are the nodes of the bus, without user and password', async () => {
    const amqpUrl = ['amqps://bob:s3cret@one.example/%2Fpublic_pubsub', 'amqp://bob:s3cret@[::1]:1234'];
    const document = await documentOf({ options: { amqpUrl }, sends });
    expect(document.servers).toMatchObject({
      default: {
        host: 'one.example:5671',
        protocol: 'amqps',
        protocolVersion: '0-9-1',
        pathname: '/%2Fpublic_pubsub',
      },
      'default-2': { host: '[::1]:1234', protocol: 'amqp', pathname: '/%2F' },
    });
    expect(JSON.stringify(document)).not.toMatch(/bob|s3cret/);
  });

  it('may be the embedded broker', async () => {
    const { servers } = await documentOf({ options: { amqpUrl: 'memory://demo' }, sends });
    expect(servers).toMatchObject({ default: { host: 'demo', protocol: 'memory' } });
  });

  it('belong to their bus, and each bus has its own channels', async () => {
    @Injectable()
    class Handler {
      @Consumer({ queues: { q: DURABLE } })
      onMessage(): void {}

      @Consumer({ bus: 'staging', queues: { q: DURABLE } })
      onStaging(): void {}
    }
    const options = { amqpUrl: memoryUrl(), consumers: false };
    @Module({
      imports: [
        FedoraMessagingModule.forRoot(options),
        FedoraMessagingModule.forRoot({ ...options, bus: 'staging', topicPrefix: 'stg' }),
      ],
      providers: [Handler],
    })
    class TwoBuses {}
    const app = await Test.createTestingModule({ imports: [TwoBuses] }).compile();
    const document = new AsyncApiGenerator(app).generate(INFO, {
      sends: (messageClass, bus) => messageClass === UpdateStable && bus === 'staging',
    });
    expect(await asyncApiProblems(JSON.stringify(document))).toEqual([]);
    const { servers, channels, operations } = document;
    expect(Object.keys(servers)).toEqual(['default', 'staging']);
    expect(channels['queue.q']!.servers).toEqual([{ $ref: '#/servers/default' }]);
    expect(channels['staging.queue.q']!.servers).toEqual([{ $ref: '#/servers/staging' }]);
    expect(Object.entries(operations).map(([key, { channel }]) => [key, channel.$ref])).toEqual([
      ['Handler.onMessage', '#/channels/queue.q'],
      ['staging.Handler.onStaging', '#/channels/staging.queue.q'],
      ['staging.send.asyncapi.stable', '#/channels/staging.amq.topic.stg.update.stable'],
    ]);
  });
});

describe('the AsyncAPI generator', () => {
  it('starts nothing, and works before the application has its global guards', async () => {
    const calls: string[] = [];
    @Injectable()
    class Handler {
      onModuleInit(): void {
        calls.push('hook');
      }

      @Consumer()
      onMessage(): void {
        calls.push('handler');
      }
    }
    class Deny implements CanActivate {
      canActivate(): boolean {
        calls.push('guard');
        return false;
      }
    }
    const module = await Test.createTestingModule({
      imports: [FedoraMessagingModule.forRoot({ amqpUrl: memoryUrl() })],
      providers: [Handler],
    }).compile();
    const app = module.createNestApplication({ logger: false });
    const { operations } = new AsyncApiGenerator(app).generate(INFO, { sends });
    expect(Object.keys(operations)).toEqual(['Handler.onMessage']);
    expect(calls).toEqual([]);
    app.useGlobalGuards(new Deny());
    await app.init();
    await app.get(Publisher).publish(new UpdateStable());
    await vi.waitFor(() => expect(calls).toEqual(['hook', 'guard']), { timeout: 60_000 });
    await app.close();
  });

  it('names the fault: an application without a bus, an unknown bus', async () => {
    const offBus = await Test.createTestingModule({}).compile();
    expect(() => new AsyncApiGenerator(offBus)).toThrow(/must import FedoraMessagingModule/);

    @Injectable()
    class Wrong {
      @Consumer({ bus: 'nowhere' })
      onMessage(): void {}
    }
    const module = await Test.createTestingModule({
      imports: [FedoraMessagingModule.forRoot({ amqpUrl: memoryUrl() })],
      providers: [Wrong],
    }).compile();
    expect(() => new AsyncApiGenerator(module).generate(INFO)).toThrow(/Wrong\.onMessage .*'nowhere'/);
  });
});
