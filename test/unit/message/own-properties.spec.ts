import { describe, expect, it } from 'vitest';
import {
  type JsonSchema,
  Message,
  MessageCodec,
  MessageRegistry,
  MessageSchema,
} from '../../../lib/index.js';

const bodySchema: JsonSchema = {
  type: 'object',
  properties: { alias: { type: 'string' }, constructor: { type: 'string' } },
  required: ['alias'],
};

@MessageSchema('own-properties.update', { bodySchema })
class Update extends Message<{ alias: string }> {}

@MessageSchema('own-properties.constructor', { bodySchema: { ...bodySchema, required: ['constructor'] } })
class WithConstructor extends Message {}

class Computed {
  get alias(): string {
    return 'FEDORA-2026-1';
  }
}

const codec = new MessageCodec(MessageRegistry.of(Update, WithConstructor));

function decode(name: string, body: string): Message<object> {
  return codec.decode(
    {
      fields: { routingKey: 'a.b' },
      content: Buffer.from(body),
      properties: {
        contentEncoding: 'utf-8',
        headers: { fedora_messaging_schema: name, fedora_messaging_severity: 20 },
      },
    },
    'a-queue',
  );
}

describe('the properties that a JSON Schema names', () => {
  it('must be own properties of the body: a property of its prototype only is missing', () => {
    expect(() => codec.encode(new Update({ topic: 'a.b', body: new Computed() }))).toThrow(
      "must have required property 'alias'",
    );
    expect(codec.encode(new Update({ topic: 'a.b', body: { alias: 'x' } })).content.toString()).toBe(
      '{"alias":"x"}',
    );
  });

  it('are never found among the properties that every object inherits', () => {
    expect(() => new WithConstructor({ topic: 'a.b', body: {} }).validate()).toThrow(
      "must have required property 'constructor'",
    );
    expect(() => decode('own-properties.constructor', '{}')).toThrow(
      "must have required property 'constructor'",
    );
    expect(decode('own-properties.constructor', '{"constructor":"x"}').body).toEqual({ constructor: 'x' });
    // A name in the schema becomes a property of the body only if the body has it.
    expect(decode('own-properties.update', '{"alias":"x"}').body).toEqual({ alias: 'x' });
  });

  it('are looked up in the body itself, not in the value of its property __proto__', () => {
    expect(() => decode('own-properties.update', '{"__proto__":{"alias":"x"}}')).toThrow(
      "must have required property 'alias'",
    );
  });
});
