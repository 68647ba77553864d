import { describe, expect, it } from 'vitest';
import { dumps, libravatarUrl, Message, MessageSchema } from '../../../lib/index.js';

describe('a mistake with message classes', () => {
  it('is a class that does not extend Message: @MessageSchema names the class', () => {
    class Stranger {}
    expect(() => MessageSchema('test.stranger')(Stranger as never)).toThrow(
      "@MessageSchema('test.stranger') decorates Stranger, which does not extend Message",
    );
  });

  it('is a schema without a name: @MessageSchema names the class', () => {
    class Nameless extends Message {}
    expect(() => MessageSchema('')(Nameless as never)).toThrow(
      '@MessageSchema on Nameless needs a non-empty schema name',
    );
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['object', { topic: 'a', body: {} }],
    ['string', 'a'],
  ])('is a message that is none: dumps() says that it was given %s', (type, given) => {
    expect(() => dumps(given as Message)).toThrow(`dumps() needs a Message, but was given ${type}`);
  });

  it('is an avatar of nobody: libravatarUrl() says what it needs', () => {
    expect(() => libravatarUrl({})).toThrow('libravatarUrl() needs an email or an openid');
  });
});

it('a message equals itself, and a message with the same content, but nothing else', () => {
  const message = new Message({ topic: 'a', body: { b: 1 } });
  expect(message.equals(message)).toBe(true);
  expect(message.equals({ topic: 'a', body: { b: 1 } })).toBe(false);
  expect(message.equals(new Message({ topic: 'a', body: { b: 2 } }))).toBe(false);
});
