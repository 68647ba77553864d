import { IsString } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { FedoraMessagingService, Message, type MessageInit, MessageSchema } from '../../../lib/index.js';
import { TestingBroker } from '../../../lib/testing/index.js';
import { startApp } from '../../support/application.js';
import { captureLog } from '../../support/captured-log.js';

let isBroken = false;
const breakNow = (): void => {
  if (isBroken) throw new TypeError('out of cheese');
};

const SCHEMA = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] };

@MessageSchema('test.class.schema-getter', { topic: 'test.class' })
class SchemaGetter extends Message {
  override get bodySchema() {
    breakNow();
    return SCHEMA;
  }
}

@MessageSchema('test.class.headers-getter', { topic: 'test.class' })
class HeadersGetter extends Message {
  override get headersSchema() {
    breakNow();
    return undefined;
  }
}

@MessageSchema('test.class.deprecated', { topic: 'test.class' })
class DeprecatedGetter extends Message {
  override get deprecated() {
    breakNow();
    return false;
  }
}

@MessageSchema('test.class.no-schema', { topic: 'test.class' })
class NoSchema extends Message {
  override get bodySchema() {
    return (isBroken ? 'no schema' : undefined) as never;
  }
}

@MessageSchema('test.class.constructor', { topic: 'test.class', bodySchema: SCHEMA })
class Constructor extends Message<{ name: string }> {
  readonly upperCase: string;
  constructor(init?: MessageInit<{ name: string }>) {
    super(init);
    breakNow();
    this.upperCase = String(this.body.name).toUpperCase();
  }
}

@MessageSchema('test.class.strict-constructor', { topic: 'test.class', bodySchema: SCHEMA })
class StrictConstructor extends Message<{ name: string }> {
  readonly upperCase: string;
  constructor(init?: MessageInit<{ name: string }>) {
    super(init);
    this.upperCase = this.body.name.toUpperCase();
  }
}

class Body {
  @IsString() name!: string;
  constructor() {
    breakNow();
  }
}

@MessageSchema('test.class.body', { topic: 'test.class', body: Body })
class BodyConstructor extends Message<Body> {}

const classes = { SchemaGetter, HeadersGetter, DeprecatedGetter, NoSchema, Constructor, BodyConstructor };

async function start(onError: 'stop' | 'requeue' | 'drop' | 'retry') {
  const broker = new TestingBroker();
  const service = (await startApp({ options: { amqpUrl: broker.amqpUrl } })).get(FedoraMessagingService);
  const seen: Message[] = [];
  const [consumer] = await service.consume(
    (message: Message) => {
      // The body class is used only when the body is read.
      void message.body;
      seen.push(message);
    },
    {
      queues: { classes: { durable: true, autoDelete: false, exclusive: false, arguments: {} } },
      bindings: [{ exchange: 'amq.topic', routingKeys: ['#'] }],
      onError,
    },
  );
  return { broker, service, consumer: consumer!, seen };
}

const raw = (schema: string, body: object = { name: 'x' }) => ({
  topic: 'test.class',
  body,
  id: 'an-id',
  headers: {
    fedora_messaging_schema: schema,
    fedora_messaging_severity: 20,
    'sent-at': '2024-01-01T00:00:00+00:00',
  },
});

const nameOf = (messageClass: abstract new (...args: never[]) => unknown): string =>
  new (messageClass as unknown as new (init: unknown) => Message)({ body: { name: 'x' } }).headers[
    'fedora_messaging_schema'
  ] as string;

describe('a message class that throws for a valid message', () => {
  it.each(Object.keys(classes) as (keyof typeof classes)[])('makes the handler fail: %s', async (name) => {
    const schema = nameOf(classes[name]);
    const { broker, service, consumer, seen } = await start('drop');
    const log = captureLog();
    isBroken = true;
    try {
      expect(await broker.deliver(raw(schema))).toBe('reject');
    } finally {
      isBroken = false;
    }
    expect(log.filter(({ level }) => level === 'error').map(({ text }) => text)).toEqual([
      expect.stringContaining('failed on the message "an-id" with topic "test.class"'),
    ]);
    expect(service.statistics.consumed).toMatchObject({ received: 1, failed: 1 });
    expect(await broker.deliver(raw(schema))).toBe('ack');
    expect(seen).toHaveLength(1);
    expect(consumer.isConsuming).toBe(true);
  });

  it.each(Object.keys(classes) as (keyof typeof classes)[])(
    "has its message tried again with onError 'retry': %s",
    async (name) => {
      const schema = nameOf(classes[name]);
      const { broker, seen } = await start('retry');
      isBroken = true;
      try {
        expect(await broker.deliver(raw(schema))).toBe('retry');
      } finally {
        isBroken = false;
      }
      await broker.whenIdle();
      expect(seen).toHaveLength(1);
    },
  );

  it("stops its consumer with onError 'stop', and the message goes back", async () => {
    const schema = nameOf(Constructor);
    const { broker, consumer } = await start('stop');
    isBroken = true;
    try {
      expect(await broker.deliver(raw(schema))).toBe('stop');
    } finally {
      isBroken = false;
    }
    await expect(consumer.result).rejects.toThrow('out of cheese');
  });
});

describe('a message class that throws for an invalid message', () => {
  it('does not stop the consumer, and the message is rejected as invalid', async () => {
    const { broker, service, consumer } = await start('stop');
    const log = captureLog();
    expect(await broker.deliver(raw(nameOf(StrictConstructor), { name: 7 }))).toBe('reject');
    expect(service.statistics.consumed).toMatchObject({ received: 0, failed: 0 });
    expect(log.find(({ level }) => level === 'error')!.text).toContain('/body/name must be string');
    expect(await broker.deliver(raw(nameOf(StrictConstructor)))).toBe('ack');
    expect(consumer.isConsuming).toBe(true);
  });
});
