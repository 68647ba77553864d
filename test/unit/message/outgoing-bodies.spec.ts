import { IsDate, IsDefined, IsOptional } from 'class-validator';
import { describe, expect, it } from 'vitest';
import {
  dumps,
  type JsonSchema,
  Message,
  MessageCodec,
  MessageRegistry,
  MessageSchema,
  ValidationError,
} from '../../../lib/index.js';

const codec = new MessageCodec(MessageRegistry.of());
const jsonOf = (message: Message<object>): unknown =>
  JSON.parse(codec.encode(message).content.toString()) as unknown;

function of(value: JsonSchema, body: Record<string, unknown>): Message {
  class Described extends Message {
    override get bodySchema(): JsonSchema {
      return { type: 'object', additionalProperties: false, required: ['it'], properties: { it: value } };
    }
  }
  MessageSchema('test.described')(Described);
  return new Described({ topic: 'a', body });
}

function refusal(action: () => unknown): ValidationError {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(ValidationError);
    return error as ValidationError;
  }
  throw new Error('nothing was refused');
}

class Money {
  constructor(private readonly cents: number) {}
  toJSON(): string {
    return `${this.cents} cents`;
  }
}

const shared = new Date(0);
const inherited = Object.create({ toJSON: () => 7 }) as object;

describe('the schema of a body checks the JSON that is sent, for a body with', () => {
  it.each<[string, unknown, JsonSchema, unknown]>([
    ['a Date', new Date(0), { type: 'string' }, '1970-01-01T00:00:00.000Z'],
    [
      'a Date that comes twice',
      [shared, shared],
      { type: 'array', items: { type: 'string' } },
      [shared.toJSON(), shared.toJSON()],
    ],
    ['NaN', NaN, { type: 'null' }, null],
    ['Infinity in an array', [Infinity], { type: 'array', items: { type: 'null' } }, [null]],
    ['undefined in an array', [undefined], { type: 'array', items: { type: 'null' } }, [null]],
    ['a hole in an array', Array(1), { type: 'array', items: { type: 'null' } }, [null]],
    ['a class with toJSON', new Money(5), { type: 'string' }, '5 cents'],
    ['an inherited toJSON', inherited, { type: 'number' }, 7],
    ['an array with a toJSON', Object.assign([1], { toJSON: () => 'a' }), { type: 'string' }, 'a'],
    ['a boxed string', Object('a'), { type: 'string' }, 'a'],
    ['a Map', new Map([['a', 1]]), { type: 'object', maxProperties: 0 }, {}],
    ['undefined in an object', { a: undefined }, { type: 'object', maxProperties: 0 }, {}],
    ['a function in an object', { a: () => 1 }, { type: 'object', maxProperties: 0 }, {}],
    ['a symbol in an object', { a: Symbol('a') }, { type: 'object', maxProperties: 0 }, {}],
  ])('%s', (_, it, schema, json) => {
    expect(jsonOf(of(schema, { it }))).toEqual({ it: json });
    expect(JSON.parse(dumps(of(schema, { it })))).toMatchObject({ body: { it: json } });
    of(schema, { it }).validate();
    for (const action of [
      (message: Message) => codec.encode(message),
      (message: Message) => dumps(message),
      (message: Message) => message.validate(),
    ]) {
      const error = refusal(() => action(of({ enum: ['something else'] }, { it })));
      expect(error.errors[0].path).toBe('/body/it');
    }
  });

  it('a property that JSON leaves out, which is missing if required, and ignored if undeclared', () => {
    expect(refusal(() => codec.encode(of({}, { it: undefined }))).message).toMatch(/required property 'it'/);
    expect(refusal(() => codec.encode(of({}, { it: () => 1 }))).message).toMatch(/required property 'it'/);
    expect(jsonOf(of({}, { it: 1, other: undefined }))).toEqual({ it: 1 });
  });
});

describe('a body class checks the instance that receivers make of the JSON', () => {
  it('and refuses a value that JSON leaves out, or writes as another type', () => {
    class Body {
      @IsDefined()
      callback: unknown;

      @IsOptional()
      @IsDate()
      at?: Date;
    }
    @MessageSchema('test.body-of-class', { body: Body })
    class Classy extends Message<Body> {}

    const body = Object.assign(new Body(), { callback: () => undefined, at: new Date() });
    const { errors } = refusal(() => codec.encode(new Classy({ topic: 'a', body })));
    expect(errors.map(({ path }) => path)).toEqual(['/body/callback', '/body/at']);
    const valid = Object.assign(new Body(), { callback: 'a', at: undefined });
    expect(jsonOf(new Classy({ topic: 'a', body: valid }))).toEqual({ callback: 'a' });
  });
});

describe("publishing fails with a ValidationError and its path when JSON can't express", () => {
  const circle: { a: unknown[] } = { a: [] };
  circle.a.push(circle);

  it.each<[string, unknown, string, RegExp]>([
    ['a BigInt', { list: [{ 'a/b': 5n }] }, '/body/list/0/a~1b', /is a BigInt/],
    ['a BigInt beside a schema', { list: 5n }, '/body/list', /is a BigInt/],
    [
      'a toJSON that throws',
      {
        toJSON: () => {
          throw new Error('no');
        },
      },
      '/body',
      /no/,
    ],
    [
      'a toJSON that throws nothing printable',
      {
        toJSON: () => {
          throw Object.create(null);
        },
      },
      '/body',
      /JSON/,
    ],
    ['a body that contains itself', circle, '/body', /circular/],
    ['undefined as JSON', { toJSON: () => undefined }, '/body', /must be object, but is undefined/],
    ['a function', () => 1, '/body', /must be object, but is undefined/],
    ['a BigInt alone', 5n, '/body', /is a BigInt/],
    ['a Date', new Date(0), '/body', /must be object, but is "1970/],
  ])('%s', (_, body, path, problem) => {
    const error = refusal(() => codec.encode(new Message<object>({ topic: 'a', body: body as object })));
    expect(error.errors[0].path).toBe(path);
    expect(error.errors[0].message).toMatch(problem);
  });
});

describe('the error names the value of a topic, severity, priority or id that is not a text:', () => {
  it.each<[string, unknown, RegExp]>([
    ['BigInt', 5n, /the BigInt 5/],
    ['a symbol', Symbol('a'), /a symbol/],
    ['a function', () => 1, /a function/],
    ['null', null, /null/],
  ])('%s', (_, value, shown) => {
    const topic = new Message({ topic: 'a' });
    topic.topic = value as string;
    expect(refusal(() => codec.encode(topic)).errors[0]).toMatchObject({
      path: '/topic',
      message: expect.stringMatching(shown) as string,
    });
    const severity = new Message({ topic: 'a', severity: value as never });
    if (value !== null) {
      expect(refusal(() => codec.encode(severity)).errors[0].message).toMatch(shown);
    }
    const priority = new Message({ topic: 'a' });
    priority.priority = value as number;
    if (value !== null) {
      expect(refusal(() => codec.encode(priority)).errors[0]).toMatchObject({
        path: '/priority',
        message: expect.stringMatching(shown) as string,
      });
    }
    const id = new Message({ topic: 'a' });
    id.id = value as string;
    if (value !== null) {
      expect(refusal(() => codec.encode(id)).errors[0]).toMatchObject({
        path: '/id',
        message: expect.stringMatching(shown) as string,
      });
    }
  });

  it('publishing refuses an id of more than 255 bytes', () => {
    const message = new Message({ topic: 'a' });
    message.id = 'é'.repeat(128);
    expect(refusal(() => codec.encode(message)).errors[0].path).toBe('/id');
    message.id = 'é'.repeat(127);
    expect(codec.encode(message).properties.messageId).toBe(message.id);
  });
});
