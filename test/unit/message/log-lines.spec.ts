import { describe, expect, it } from 'vitest';
import { dumps, loads, Message, MessageCodec, MessageRegistry, MessageSchema } from '../../../lib/index.js';
import { captureLog } from '../../support/captured-log.js';

/** Characters that would end a line, colour it, or reverse the text. */
const FORGED = '\n\u001b[31mFORGED\u2028\u009b31m\u0085\u202e';
// oxlint-disable-next-line no-control-regex -- those are what must not be there
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

@MessageSchema('test.log-lines', {
  bodySchema: {
    additionalProperties: false,
    properties: { some: { additionalProperties: { type: 'integer' } }, choice: { enum: ['a'] } },
  },
})
class Strict extends Message<object> {
  override get usernames(): string[] {
    throw new Error(FORGED);
  }
}

describe("text from a publisher can't forge log lines or errors", () => {
  const headers = { fedora_messaging_schema: 'test.log-lines', fedora_messaging_severity: 20 };
  const codec = new MessageCodec(MessageRegistry.of(Strict));

  it.each<[what: string, body: string, headers: object, encoding: string]>([
    ['the name of a property', JSON.stringify({ [FORGED]: 1 }), headers, 'utf-8'],
    ['the name of a nested property', JSON.stringify({ some: { [FORGED]: 'x' } }), headers, 'utf-8'],
    ['a value', JSON.stringify({ choice: FORGED }), headers, 'utf-8'],
    ['a body that is not JSON', FORGED, headers, 'utf-8'],
    [
      'a schema and its package',
      '[]',
      { fedora_messaging_schema: FORGED, fedora_messaging_schema_package: FORGED },
      'utf-8',
    ],
    ['a severity', '{}', { ...headers, fedora_messaging_severity: FORGED }, 'utf-8'],
    ['an encoding', '{}', headers, FORGED],
  ])('in %s', (_, body, ofMessage, contentEncoding) => {
    const log = captureLog();
    const delivery = {
      fields: { routingKey: FORGED },
      content: Buffer.from(body),
      properties: { contentEncoding, messageId: FORGED, headers: { ...ofMessage } },
    };
    expect(() => codec.decode(delivery, FORGED)).toThrow(
      expect.objectContaining({
        message: expect.not.stringMatching(UNSAFE) as string,
        summary: expect.not.stringMatching(UNSAFE) as string,
      }) as Error,
    );
    expect(log.length).toBeGreaterThan(0);
    for (const { text } of log) expect(text).not.toMatch(UNSAFE);
  });

  it('in the error of an accessor', () => {
    const log = captureLog();
    codec.encode(new Strict());
    expect(log).toHaveLength(1);
    expect(log[0]!.text).not.toMatch(UNSAFE);
  });

  it('in a name of a million characters, which is cut', () => {
    captureLog();
    const content = Buffer.from(JSON.stringify({ ['x'.repeat(1_000_000)]: 1 }));
    const delivery = { fields: { routingKey: 'x' }, content, properties: { headers: { ...headers } } };
    let message = '';
    try {
      codec.decode(delivery, 'q');
    } catch (error) {
      ({ message } = error as Error);
    }
    expect(message).toContain('must not have the property');
    expect(message.length).toBeLessThan(3_000);
  });
});

describe('a message without an id', () => {
  it('is dumped without an id, so that the file can be loaded', () => {
    captureLog();
    const delivery = {
      fields: { routingKey: 'a' },
      content: Buffer.from('{"n":1}'),
      properties: { headers: {} },
    };
    const message = new MessageCodec(MessageRegistry.of()).decode(delivery, 'q');
    expect(message.id).toBeNull();
    const text = dumps(message);
    expect(JSON.parse(text)).not.toHaveProperty('id');
    expect(loads(text)[0]!.body).toEqual({ n: 1 });
  });
});
