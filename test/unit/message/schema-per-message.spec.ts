import { Ajv } from 'ajv';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  bodySchemaOf,
  FedoraMessagingService,
  type JsonSchema,
  Message,
  MessageCodec,
  MessageRegistry,
  MessageSchema,
  SchemaError,
  ValidationError,
} from '../../../lib/index.js';
import { TestingBroker } from '../../../lib/testing/index.js';
import { startApp } from '../../support/application.js';
import { captureLog } from '../../support/captured-log.js';

const QUEUED: JsonSchema = {
  $schema: 'http://json-schema.org/draft-04/schema#',
  type: 'object',
  properties: { artifact: { type: 'string' } },
  required: ['artifact'],
};
const COMPLETE: JsonSchema = {
  ...QUEUED,
  properties: { artifact: { type: 'string' }, passed: { type: 'boolean' } },
  required: ['artifact', 'passed'],
};
/** The prototype that the compilers of all drafts share. */
const AJV_OF_ALL_DRAFTS = Object.getPrototypeOf(Ajv.prototype) as Pick<Ajv, 'compile'>;
const NOTHING: JsonSchema = { not: {} };

/** The schema of the body depends on the last word of the topic; a received topic begins with the bus's prefix. */
@MessageSchema('test.ci', { package: 'ci-messages', topic: 'ci.test.queued' })
class CiMessage extends Message {
  override get bodySchema(): JsonSchema | undefined {
    if (this.topic.endsWith('.queued')) return QUEUED;
    if (this.topic.endsWith('.complete')) return COMPLETE;
    if (this.topic.endsWith('.throws')) throw new TypeError('no schema for this topic');
    if (this.topic.endsWith('.wrong')) return { type: 'strng' };
    return this.topic.endsWith('.free') ? undefined : NOTHING;
  }
}

/** Makes a schema object for each message. */
@MessageSchema('test.ci.fresh', { topic: 'ci.fresh.queued' })
class FreshSchemas extends Message {
  override get bodySchema(): JsonSchema {
    return structuredClone(this.topic.endsWith('.queued') ? QUEUED : COMPLETE);
  }
}

const codec = new MessageCodec(MessageRegistry.of(CiMessage, FreshSchemas), {
  topicPrefix: 'org.fedoraproject.prod',
});

/** Sends a message, and returns it as received. */
function throughTheBus(message: Message): Message<object> {
  const { routingKey, content, properties } = codec.encode(message);
  return codec.decode({ fields: { routingKey }, content, properties }, 'q');
}

/** Receives a body that its publisher did not check. */
function receive(topic: string, body: object): Message<object> {
  const headers = { fedora_messaging_schema: 'test.ci', fedora_messaging_severity: 20 };
  const properties = { contentEncoding: 'utf-8', messageId: 'an-id', headers };
  return codec.decode(
    { fields: { routingKey: topic }, content: Buffer.from(JSON.stringify(body)), properties },
    'q',
  );
}

describe('a body schema that its class chooses by the topic of each message', () => {
  it('checks published messages', () => {
    const body = { artifact: 'kernel' };
    expect(() => new CiMessage({ topic: 'ci.test.queued', body }).validate()).not.toThrow();
    const complete = new CiMessage({ topic: 'ci.test.complete', body });
    expect(() => complete.validate()).toThrow("/body must have required property 'passed'");
    expect(() => codec.encode(complete)).toThrow(ValidationError);
    complete.topic = 'ci.test.queued';
    expect(() => codec.encode(complete)).not.toThrow();
  });

  it('checks received messages, whose topic has the prefix of the bus', () => {
    captureLog();
    const body = { artifact: 'kernel' };
    expect(throughTheBus(new CiMessage({ topic: 'ci.test.queued', body }))).toBeInstanceOf(CiMessage);
    expect(() => receive('org.fedoraproject.prod.ci.test.complete', body)).toThrow(
      "/body must have required property 'passed'",
    );
    expect(receive('org.fedoraproject.prod.ci.test.queued', body)).toBeInstanceOf(CiMessage);
  });

  it('checks nothing when it is undefined, and refuses everything when it is { not: {} }', () => {
    captureLog();
    expect(receive('ci.test.free', { any: 'thing' }).body).toEqual({ any: 'thing' });
    expect(() => receive('ci.test.unheard-of', {})).toThrow(ValidationError);
  });

  it('is compiled once per schema, not once per message', () => {
    for (const make of [
      (topic: string, body: object) => new CiMessage({ topic: `ci.test.${topic}`, body: body as never }),
      (topic: string, body: object) => new FreshSchemas({ topic: `ci.fresh.${topic}`, body: body as never }),
    ]) {
      const send = () => {
        throughTheBus(make('queued', { artifact: 'kernel' }));
        throughTheBus(make('complete', { artifact: 'kernel', passed: true }));
      };
      send();
      const compile = vi.spyOn(AJV_OF_ALL_DRAFTS, 'compile');
      onTestFinished(() => compile.mockRestore());
      for (let count = 0; count < 100; count++) send();
      expect(compile).not.toHaveBeenCalled();
    }
  });

  it("is the schema of the class's topic in lists and documents of schemas", () => {
    expect(bodySchemaOf(CiMessage)).toEqual(QUEUED);
  });
});

describe('a body schema getter that throws', () => {
  async function start(onError: 'stop' | 'drop') {
    const broker = new TestingBroker();
    const service = (await startApp({ options: { amqpUrl: broker.amqpUrl } })).get(FedoraMessagingService);
    const [consumer] = await service.consume(() => undefined, {
      bindings: { exchange: 'amq.topic', routingKeys: ['#'] },
      onError,
    });
    return { broker, service, consumer: consumer! };
  }
  const raw = (topic: string) => ({
    topic,
    body: {},
    id: 'an-id',
    headers: { fedora_messaging_schema: 'test.ci', fedora_messaging_severity: 20 },
  });

  it('fails the publish with its error, and the next message is published', async () => {
    const { service } = await start('stop');
    await expect(service.publish(new CiMessage({ topic: 'ci.test.throws' }))).rejects.toThrow(
      new TypeError('no schema for this topic'),
    );
    await expect(service.publish(new CiMessage({ topic: 'ci.test.free' }))).resolves.toBeUndefined();
  });

  it('makes the handler fail when a message is received: onError decides, and the next message is handled', async () => {
    captureLog();
    const { broker, service, consumer } = await start('drop');
    expect(await broker.deliver(raw('ci.test.throws'))).toBe('reject');
    expect(service.statistics.consumed).toMatchObject({ failed: 1 });
    expect(await broker.deliver(raw('ci.test.free'))).toBe('ack');
    expect(consumer.isConsuming).toBe(true);
  });

  it('does not prevent the start of the application, because there is no message yet', async () => {
    @MessageSchema('test.ci.throwing', { topic: 'ci.throwing' })
    class Throwing extends Message {
      override get bodySchema(): JsonSchema {
        throw new Error(`no schema for ${this.topic}`);
      }
    }
    await expect(start('stop')).resolves.toBeDefined();
    expect(() => new Throwing({}).validate()).toThrow('no schema for ci.throwing');
  });

  it('is reported with the name of its class when the schema of a topic is wrong', () => {
    const attempt = () => new CiMessage({ topic: 'ci.test.wrong' }).validate();
    expect(attempt).toThrow(SchemaError);
    expect(attempt).toThrow(
      /^The bodySchema of the message class CiMessage \(.*\) is itself wrong at \/type/,
    );
  });
});
