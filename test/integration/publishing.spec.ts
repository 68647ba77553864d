import { Injectable } from '@nestjs/common';
import type { ConsumeMessage } from 'amqplib';
import { describe, expect, it } from 'vitest';
import {
  BadDeclaration,
  Message,
  OnPrePublish,
  OnPublished,
  OnPublishFailed,
  MessageSchema,
  PublishException,
  Publisher,
  PublishForbidden,
  PublishReturned,
  PublishTimeout,
  Severity,
  ValidationError,
} from '../../lib/index.js';
import { startApp } from '../support/application.js';
import { captureLog } from '../support/captured-log.js';
import {
  addUser,
  amqpUrl,
  closeConnections,
  setTopicPermissions,
  RawClient,
  unique,
} from '../support/shared-rabbitmq.js';

@MessageSchema('test.publishing.build', { package: 'test-messages', topic: 'test.publishing.build' })
class BuildDone extends Message<{ user: string; package: string }> {
  override get usernames(): string[] {
    return [this.body.user];
  }

  override get packages(): string[] {
    return [this.body.package];
  }
}

async function publisherWith(options: Parameters<typeof startApp>[0]['options'] = {}): Promise<Publisher> {
  const app = await startApp({ options: { amqpUrl: amqpUrl(), ...options } });
  return app.get(Publisher);
}

describe('a published message', () => {
  it('is on the wire as the Python library would have sent it', async () => {
    const topic = unique('wire');
    const raw = await RawClient.open();
    const queue = await raw.queue('amq.topic', topic);
    const publisher = await publisherWith();
    const message = new BuildDone({
      topic,
      body: { user: 'bob', package: 'kernel' },
      severity: Severity.WARNING,
      headers: { niceness: 'very' },
    });
    await publisher.publish(message);

    const { fields, properties, content } = await raw.next(queue);
    expect(fields).toMatchObject({ exchange: 'amq.topic', routingKey: topic });
    expect(content.toString('utf8')).toBe('{"user":"bob","package":"kernel"}');
    expect(properties.headers).toEqual({
      fedora_messaging_schema: 'test.publishing.build',
      fedora_messaging_schema_package: 'test-messages',
      fedora_messaging_severity: 30,
      fedora_messaging_user_bob: true,
      fedora_messaging_rpm_kernel: true,
      niceness: 'very',
      priority: 0,
      'sent-at': expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/),
    });
    expect({ ...properties, headers: undefined }).toEqual({
      contentType: 'application/json',
      contentEncoding: 'utf-8',
      deliveryMode: 2,
      messageId: message.id,
    });
  });

  it('goes to the given exchange, under the topic prefix, with the configured priority', async () => {
    const raw = await RawClient.open();
    const exchange = unique('exchange');
    await raw.channel.assertExchange(exchange, 'topic', { durable: false, autoDelete: true });
    const queue = await raw.queue(exchange, 'org.example.#');
    const publisher = await publisherWith({ topicPrefix: 'org.example.', publishPriority: 7 });
    await publisher.publish(new Message({ topic: 'a.b' }), { exchange });

    const { fields, properties } = await raw.next(queue);
    expect(fields.routingKey).toBe('org.example.a.b');
    expect(properties.priority).toBe(7);
    expect(properties.headers).toMatchObject({ priority: 7 });
  });

  it('is published in the order of the calls', async () => {
    const topic = unique('order');
    const raw = await RawClient.open();
    const queue = await raw.queue('amq.topic', topic);
    const publisher = await publisherWith();
    await Promise.all(
      Array.from({ length: 2500 }, (_, n) => publisher.publish(new Message({ topic, body: { n } }))),
    );
    const numbers: number[] = [];
    while (numbers.length < 2500) {
      numbers.push((JSON.parse((await raw.next(queue)).content.toString()) as { n: number }).n);
    }
    expect(numbers).toEqual([...numbers.keys()]);
    expect(publisher.publishedCount).toBe(2500);
  });

  it('never reaches the broker when it is invalid', async () => {
    const topic = unique('invalid');
    const raw = await RawClient.open();
    const queue = await raw.queue('amq.topic', topic);
    const publisher = await publisherWith();
    await expect(publisher.publish(new Message({ topic, body: ['no object'] }))).rejects.toThrow(
      ValidationError,
    );
    await publisher.publish(new Message({ topic, body: { valid: true } }));
    expect((await raw.next(queue)).content.toString()).toBe('{"valid":true}');
    expect(await raw.count(queue)).toBe(0);
  });

  it("is refused when AMQP can't express its headers, and the next message is published", async () => {
    const publisher = await publisherWith();
    const broken = new Message({ topic: 'x', headers: { callback: () => undefined } });
    await expect(publisher.publish(broken)).rejects.toThrow(ValidationError);
    const longName = new Message({ topic: 'x', headers: { ['n'.repeat(300)]: true } });
    await expect(publisher.publish(longName)).rejects.toThrow(ValidationError);
    for (const load of [Infinity, NaN, [1, { '!': 'float', value: -Infinity }]]) {
      const endless = new Message({ topic: 'x', headers: { load } });
      await expect(publisher.publish(endless)).rejects.toThrow(/\/headers\/load.* must be a finite number/);
    }
    await publisher.publish(new Message({ topic: 'x' }));
  });

  it('may have an empty topic', async () => {
    const raw = await RawClient.open();
    const exchange = unique('exchange');
    await raw.channel.assertExchange(exchange, 'topic', { durable: false, autoDelete: true });
    const queue = await raw.queue(exchange, '');
    const publisher = await publisherWith();
    await publisher.publish(new Message({ body: { a: 1 } }), { exchange });
    expect((await raw.next(queue)).fields.routingKey).toBe('');
  });

  it('may be 16 MiB large', async () => {
    const topic = unique('large');
    const raw = await RawClient.open();
    const queue = await raw.queue('amq.topic', topic);
    const publisher = await publisherWith();
    const size = 16 * 1024 * 1024;
    const text = 'x'.repeat(size - '{"text":""}'.length);
    await publisher.publish(new Message({ topic, body: { text } }));
    expect((await raw.next(queue)).content).toHaveLength(size);
  });
});

describe('the signals of a publisher', () => {
  it('run in order, may be async, and may change the message before it is validated', async () => {
    const topic = unique('signals');
    const raw = await RawClient.open();
    const queue = await raw.queue('amq.topic', topic);
    const publisher = await publisherWith();
    const calls: string[] = [];
    publisher.prePublish.connect(async (message) => {
      await Promise.resolve();
      calls.push('first');
      message.topic = topic;
    });
    const disconnect = publisher.prePublish.connect((message) => {
      calls.push('second');
      message.severity = Severity.ERROR;
    });
    publisher.published.connect((message) => void calls.push(`published ${message.topic}`));
    await publisher.publish(new Message({ topic: 'another' }));
    expect(calls).toEqual(['first', 'second', `published ${topic}`]);
    expect((await raw.next(queue)).properties.headers).toMatchObject({ fedora_messaging_severity: 40 });

    disconnect();
    await publisher.publish(new Message({ topic: 'another' }));
    expect((await raw.next(queue)).properties.headers).toMatchObject({ fedora_messaging_severity: 20 });
  });

  it('report a failure with its error, also of a failed validation', async () => {
    const publisher = await publisherWith();
    const failures: [Message<object>, Error][] = [];
    publisher.publishFailed.connect((message, error) => void failures.push([message, error]));
    const message = new Message({ topic: 't'.repeat(256) });
    const error: unknown = await publisher.publish(message).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ValidationError);
    expect(failures).toEqual([[message, error]]);
  });

  it('fail the publish when a pre-publish handler fails, with the reason', async () => {
    const publisher = await publisherWith();
    const cause = new Error('no stamp');
    publisher.prePublish.connect(() => Promise.reject(cause));
    await expect(publisher.publish(new Message({ topic: 'x' }))).rejects.toThrow(
      expect.objectContaining({
        constructor: PublishException,
        message: expect.stringContaining('no stamp'),
        cause,
      }) as Error,
    );
    expect(publisher.publishedCount).toBe(0);
  });

  it('fail the publish when a pre-publish handler takes longer than the timeout', async () => {
    const publisher = await publisherWith();
    publisher.prePublish.connect(() => new Promise(() => undefined));
    await expect(publisher.publish(new Message({ topic: 'x' }), { timeout: 50 })).rejects.toThrow(
      PublishTimeout,
    );
  });

  it('call the decorated methods: before the publish, when it is confirmed, and when it is refused', async () => {
    const topic = unique('decorated');
    const raw = await RawClient.open();
    const queue = await raw.queue('amq.topic', topic);
    const user = await addUser({ configure: '', write: '^amq\\.topic$', read: '' });
    const calls: string[] = [];

    @Injectable()
    class Signals {
      @OnPrePublish()
      async stamp(message: Message): Promise<void> {
        message.headers = { 'x-stamp': await Promise.resolve('stamped') };
      }

      @OnPublished()
      onPublished(message: Message): void {
        calls.push(`published ${message.topic}`);
      }

      @OnPublishFailed()
      onPublishFailed(_: Message, error: Error): void {
        calls.push(error.constructor.name);
      }
    }
    const app = await startApp({ options: { amqpUrl: amqpUrl(user) }, providers: [Signals] });
    const publisher = app.get(Publisher);
    const seen: string[] = [];
    publisher.published$.subscribe((message) => seen.push(message.topic));
    await publisher.publish(new Message({ topic }));
    await expect(publisher.publish(new Message({ topic }), { exchange: 'amq.direct' })).rejects.toThrow(
      PublishForbidden,
    );
    expect((await raw.next(queue)).properties.headers).toMatchObject({ 'x-stamp': 'stamped' });
    expect(calls).toEqual([`published ${topic}`, 'PublishForbidden']);
    expect(seen).toEqual([topic]);
  });

  it('change nothing when they fail after the publish', async () => {
    const publisher = await publisherWith();
    publisher.published.connect(() => {
      throw new Error('late');
    });
    await publisher.publish(new Message({ topic: 'x' }));
    expect(publisher.publishedCount).toBe(1);
  });
});

describe('a publish that the broker refuses', () => {
  it('is a PublishForbidden at once when the user may not write to the exchange, and publishing goes on', async () => {
    const user = await addUser({ configure: '', write: '^amq\\.topic$', read: '' });
    const publisher = await publisherWith({ amqpUrl: amqpUrl(user) });
    const allowed = Array.from({ length: 20 }, () => publisher.publish(new Message({ topic: 'x' })));
    const forbidden = publisher.publish(new Message({ topic: 'x' }), { exchange: 'amq.direct' });
    const alsoAllowed = Array.from({ length: 20 }, () => publisher.publish(new Message({ topic: 'x' })));
    await expect(forbidden).rejects.toThrow(PublishForbidden);
    await expect(forbidden).rejects.toThrow(/amq\.direct/);
    await Promise.all([...allowed, ...alsoAllowed]);
    await publisher.publish(new Message({ topic: 'x' }));
    expect(publisher.publishedCount).toBe(41);
  });

  it('is a PublishForbidden for a topic that the user may not write', async () => {
    const user = await addUser({ configure: '', write: '.*', read: '' });
    await setTopicPermissions(user, 'amq.topic', { write: '^allowed\\.', read: '' });
    const publisher = await publisherWith({ amqpUrl: amqpUrl(user) });
    const before = publisher.publish(new Message({ topic: 'allowed.a' }));
    const forbidden = publisher.publish(new Message({ topic: 'secret.a' }));
    const after = publisher.publish(new Message({ topic: 'allowed.b' }));
    await expect(forbidden).rejects.toThrow(PublishForbidden);
    await Promise.all([before, after]);
  });

  it('is a PublishReturned when a queue rejects the message', async () => {
    const topic = unique('full');
    const raw = await RawClient.open();
    await raw.queue('amq.topic', topic, { arguments: { 'x-max-length': 1, 'x-overflow': 'reject-publish' } });
    const publisher = await publisherWith();
    await publisher.publish(new Message({ topic }));
    await expect(publisher.publish(new Message({ topic }))).rejects.toThrow(PublishReturned);
  });

  it('is a PublishReturned for a mandatory message that no queue gets', async () => {
    const publisher = await publisherWith();
    const topic = unique('nobody');
    await expect(publisher.publish(new Message({ topic }), { mandatory: true })).rejects.toThrow(
      expect.objectContaining({
        constructor: PublishReturned,
        message: expect.stringContaining('NO_ROUTE'),
      }) as Error,
    );
    await publisher.publish(new Message({ topic }));
  });

  it('is tried again until its timeout when the exchange is missing, and other messages are not affected', async () => {
    const publisher = await publisherWith();
    const missing = unique('missing');
    // The channel is open, so the broker has the full timeout for its answer.
    await publisher.publish(new Message({ topic: 'x' }));
    const lost = publisher.publish(new Message({ topic: 'x' }), { exchange: missing, timeout: 600 });
    const others = Array.from({ length: 50 }, () => publisher.publish(new Message({ topic: 'x' })));
    await expect(lost).rejects.toThrow(
      expect.objectContaining({
        constructor: PublishTimeout,
        message: expect.stringContaining('NOT_FOUND'),
      }) as Error,
    );
    await Promise.all(others);
  });

  it('is published when the missing exchange appears in time', async () => {
    const publisher = await publisherWith();
    const raw = await RawClient.open();
    const exchange = unique('late');
    const message = publisher.publish(new Message({ topic: 'x' }), { exchange });
    await expect.poll(() => publisher.publish(new Message({ topic: 'x' }))).toBeUndefined();
    await raw.channel.assertExchange(exchange, 'topic', { durable: false });
    await message;
    await raw.channel.deleteExchange(exchange);
  });
});

describe('configured exchanges', () => {
  it('are declared before the first publish', async () => {
    const exchange = unique('own');
    const publisher = await publisherWith({
      exchanges: { [exchange]: { type: 'fanout', durable: false, autoDelete: false, arguments: {} } },
      publishExchange: exchange,
    });
    await publisher.publish(new Message({ topic: 'x' }));
    const raw = await RawClient.open();
    await expect(raw.channel.checkExchange(exchange)).resolves.toBeDefined();
    await raw.channel.deleteExchange(exchange);
  });

  it('are only checked with passive declares, and a missing exchange is a BadDeclaration that names it', async () => {
    const exchange = unique('absent');
    const publisher = await publisherWith({
      passiveDeclares: true,
      exchanges: { [exchange]: { type: 'topic', durable: true, autoDelete: false, arguments: {} } },
    });
    await expect(publisher.publish(new Message({ topic: 'x' }))).rejects.toThrow(
      expect.objectContaining({
        constructor: BadDeclaration,
        objectType: 'exchange',
        description: expect.objectContaining({ name: exchange }),
        reason: expect.stringContaining('NOT_FOUND'),
      }) as Error,
    );
  });
});

describe('publishing across connections', () => {
  it('confirms every message although the administrator closes the connections', async () => {
    const topic = unique('closed');
    const raw = await RawClient.open();
    const queue = await raw.queue('amq.topic', topic);
    const user = await addUser({ configure: '.*', write: '.*', read: '.*' });
    const publisher = await publisherWith({ amqpUrl: amqpUrl(user) });
    const log = captureLog();
    const publishing: Promise<void>[] = [];
    let number = 0;
    const publishSome = async (): Promise<void> => {
      const some = Array.from({ length: 200 }, () =>
        publisher.publish(new Message({ topic, body: { n: number++ } })),
      );
      publishing.push(...some);
      await some[0];
    };
    // A connection must exist before it can be closed.
    await publishSome();
    let isClosed = false;
    const closing = closeConnections(user).then(() => (isClosed = true));
    while (!isClosed) await publishSome();
    await closing;
    await publishSome();
    await Promise.all(publishing);
    const texts = (): string[] => log.map(({ text }) => text);
    await expect.poll(texts).toContainEqual(expect.stringContaining('was lost'));

    const seen = new Set<number>();
    await new Promise<void>((resolve) => {
      const onMessage = (delivery: ConsumeMessage | null): void => {
        seen.add((JSON.parse(delivery!.content.toString()) as { n: number }).n);
        if (seen.size === publishing.length) resolve();
      };
      void raw.channel.consume(queue, onMessage, { noAck: true });
    });
  });

  it('tries the URLs of a list in turn', async () => {
    const publisher = await publisherWith({ amqpUrl: ['amqp://127.0.0.1:1', amqpUrl()] });
    await publisher.publish(new Message({ topic: 'x' }));
    expect(publisher.publishedCount).toBe(1);
  });
});
