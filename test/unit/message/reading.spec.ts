import { Transform } from 'class-transformer';
import { IsInt, IsString } from 'class-validator';
import { describe, expect, it } from 'vitest';
import {
  dumps,
  Message,
  MessageCodec,
  type MessageHeaders,
  MessageRegistry,
  MessageSchema,
  Severity,
  type ValidationError,
} from '../../../lib/index.js';

let timesWritten = 0;

class CountedBody {
  @IsString()
  @Transform(
    ({ value }: { value: unknown }) => {
      timesWritten++;
      return value;
    },
    { toPlainOnly: true },
  )
  user!: string;
}

@MessageSchema('reading.counted', { topic: 'reading.counted', body: CountedBody })
class Counted extends Message<CountedBody> {
  override get usernames(): string[] {
    return [this.body.user];
  }
}

class PlainBody {
  @IsInt() n!: number;
}

@MessageSchema('reading.plain', { topic: 'reading.plain', body: PlainBody })
class Plain extends Message<PlainBody> {}

class EvenBody extends PlainBody {
  @IsString() because!: string;
}

class TrimmedBody {
  @IsString()
  @Transform(({ value }: { value: string }) => value.trim(), { toClassOnly: true })
  user!: string;
}

@MessageSchema('reading.trimmed', { topic: 'reading.trimmed', body: TrimmedBody })
class Trimmed extends Message<TrimmedBody> {}

const codec = new MessageCodec(MessageRegistry.of(Counted, Plain, Trimmed));

function received(body: string, schema = 'reading.plain'): Message<object> {
  return codec.decode(
    {
      fields: { routingKey: 'reading.plain' },
      content: Buffer.from(body),
      properties: {
        contentEncoding: 'utf-8',
        headers: { fedora_messaging_schema: schema, fedora_messaging_severity: 20 },
      },
    },
    'a-queue',
  );
}

function failuresOf(message: Message<object>): unknown {
  try {
    codec.encode(message);
    return [];
  } catch (error) {
    return (error as ValidationError).errors;
  }
}

describe('reading the headers of a new message', () => {
  it('does not change an object that was read before', () => {
    const message = new Message({ topic: 'a', headers: { own: 1 } });
    const before = message.headers;
    message.severity = Severity.ERROR;
    message.priority = 9;
    expect(message.headers).toMatchObject({ own: 1, fedora_messaging_severity: 40, priority: 9 });
    expect(before).toMatchObject({ own: 1, fedora_messaging_severity: 20, priority: 0 });
  });

  it('returns a frozen copy, so assigning a header to it is an error', () => {
    const given: MessageHeaders = {};
    const message = new Message({ topic: 'a', headers: given });
    expect(() => (message.headers['late'] = true)).toThrow(TypeError);
    expect(given).toEqual({});
    message.headers = { ...message.headers, late: true };
    expect(codec.encode(message).properties.headers['late']).toBe(true);
  });

  it('does not freeze the JSON form of the message', () => {
    const message = new Message({ topic: 'a' });
    const json = message.toJSON();
    json.headers['more'] = true;
    expect(json.headers['more']).toBe(true);
    expect(message.headers).not.toHaveProperty('more');
  });
});

describe('the body of a message with a body class', () => {
  it('is written as JSON once when the body is an instance', () => {
    const body = Object.assign(new CountedBody(), { user: 'lmacken' });
    timesWritten = 0;
    const { content, properties } = codec.encode(new Counted({ body }));
    expect(content.toString()).toBe('{"user":"lmacken"}');
    expect(properties.headers).toHaveProperty('fedora_messaging_user_lmacken', true);
    expect(timesWritten).toBe(1);
  });

  it('is published as the given JSON, also when a filter accessor reads it as an instance', () => {
    timesWritten = 0;
    const { content, properties } = codec.encode(new Counted({ body: { user: 'lmacken' } }));
    expect(content.toString()).toBe('{"user":"lmacken"}');
    expect(properties.headers).toHaveProperty('fedora_messaging_user_lmacken', true);
    expect(timesWritten).toBe(0);
  });

  it('is the same instance at each reading, and publishing includes its changes', () => {
    const message = new Plain({ body: { n: 1 } });
    expect(message.body).toBe(message.body);
    expect(message.body).toBeInstanceOf(PlainBody);
    message.body.n = 2;
    expect(codec.encode(message).content.toString()).toBe('{"n":2}');
  });

  it.each([1, 'one', undefined])('has the same failures before and after it is read: { n: %j }', (n) => {
    const unread = new Plain({ body: { n } as never });
    const read = new Plain({ body: { n } as never });
    expect(read.body).toBeInstanceOf(PlainBody);
    expect(failuresOf(read)).toEqual(failuresOf(unread));
    expect(failuresOf(unread)).toHaveLength(n === 1 ? 0 : 1);
  });

  it('is checked by the class of the given instance, also when that class extends the body class', () => {
    const body = Object.assign(new EvenBody(), { n: 2, because: 2 });
    expect(failuresOf(new Plain({ body }))).toEqual([{ path: '/body/because', message: 'must be a string' }]);
  });

  it('keeps the received text when it is only read, also when its class writes another text', () => {
    const read = received('{ "user": " lmacken " }', 'reading.trimmed') as Trimmed;
    expect(read.body.user).toBe('lmacken');
    expect(codec.encode(read).content.toString()).toBe('{ "user": " lmacken " }');
    read.body.user = 'ralph';
    expect(codec.encode(read).content.toString()).toBe('{"user":"ralph"}');
  });

  it('keeps the received text until it is changed', () => {
    const read = received('{ "n": 1.0 }') as Plain;
    expect(read.body.n).toBe(1);
    expect(codec.encode(read).content.toString()).toBe('{ "n": 1.0 }');
    expect(dumps(read)).toContain('"body":{ "n": 1.0 }');
    read.body.n = 2;
    expect(codec.encode(read).content.toString()).toBe('{"n":2}');
  });
});
