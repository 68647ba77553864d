import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { MessageCodec, MessageRegistry } from '../../../lib/index.js';

const codec = new MessageCodec(MessageRegistry.of());

describe('a body above 1 MiB, decoded part by part', () => {
  it.each(['utf-7', 'utf-32', 'gb18030', 'shift_jis', 'euc_kr', 'big5', 'cp1252'])(
    'has the same text as when it is decoded at once, wherever the parts are cut: %s',
    async (encoding) => {
      // The characters have one, two or four bytes, so some offsets cut a character.
      const codePage = encoding.replace('_', '');
      const characters = { cp1252: 'éa', euc_kr: '가a' }[encoding] ?? '漢a字';
      const count = Math.ceil(1_100_000 / iconv.encode(characters, codePage).length);
      for (let offset = 0; offset < 4; offset++) {
        const text = JSON.stringify({ a: 'x'.repeat(offset) + characters.repeat(count) });
        const content = iconv.encode(text, codePage);
        const delivery = { fields: { routingKey: 'a' }, content, properties: { contentEncoding: encoding } };
        const expected = JSON.parse(text) as { a: string };
        expect((codec.decode(delivery, 'q').body as typeof expected).a === expected.a).toBe(true);
        const inTurns = await codec.decodeInTurns(delivery, 'q');
        expect((inTurns.body as typeof expected).a === expected.a).toBe(true);
      }
    },
  );

  it('is rejected when its last bytes are not a character', () => {
    const content = Buffer.concat([
      iconv.encode(`{"a":"${'漢'.repeat(600_000)}"}`, 'gb18030'),
      Buffer.from([0x81]),
    ]);
    const delivery = { fields: { routingKey: 'a' }, content, properties: { contentEncoding: 'gb18030' } };
    expect(() => codec.decode(delivery, 'q')).toThrow(/decoded as "gb18030"|not JSON/);
  });
});
