import type { Options } from 'amqplib';
import { IsString } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { FedoraMessagingService, Message, MessageSchema } from '../../lib/index.js';
import { startApp } from '../support/application.js';
import { captureLog, type LogLine } from '../support/captured-log.js';
import { Collector } from '../support/collector.js';
import { amqpUrl, RawClient, TEMPORARY, unique } from '../support/shared-rabbitmq.js';

class StrictBody {
  @IsString() name!: string;
}

@MessageSchema('test.bad-input.strict', { body: StrictBody })
export class Strict extends Message<StrictBody> {}

const SECRET = 'not-for-the-log';
const headers = (schema: string): Options.Publish['headers'] => ({
  fedora_messaging_schema: schema,
  fedora_messaging_severity: 20,
  'sent-at': '2026-01-01T00:00:00+00:00',
});
const nested = (levels: number): string => `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`;
const MIB = 1024 * 1024;

interface Consuming {
  readonly service: FedoraMessagingService;
  readonly raw: RawClient;
  readonly queue: string;
  readonly deadLetters: string;
  readonly seen: Collector;
  readonly log: LogLine[];
}

async function startConsuming(): Promise<Consuming> {
  const raw = await RawClient.open();
  const deadLetters = await raw.queue('');
  const queue = unique('bad-input');
  raw.deleteLater(queue);
  const service = (await startApp({ options: { amqpUrl: amqpUrl() } })).get(FedoraMessagingService);
  const seen = new Collector();
  await service.consume((message: Message<object>) => seen.add(message), {
    queues: {
      [queue]: {
        ...TEMPORARY,
        arguments: { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': deadLetters },
      },
    },
    bindings: [],
  });
  return { service, raw, queue, deadLetters, seen, log: captureLog() };
}

describe('an invalid delivery is rejected and logged without its body, and the next delivery is handled:', () => {
  it.each<[what: string, content: Buffer | string, properties: Options.Publish, reason: RegExp]>([
    ['invalid JSON', `{"${SECRET}`, {}, /not JSON/],
    ['an empty body', '', {}, /not JSON/],
    ['JSON that is no object', `["${SECRET}"]`, {}, /must be a JSON object/],
    ['JSON null', 'null', {}, /must be a JSON object/],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), {}, /can't be decoded as "utf-8"/],
    ['an encoding that is none', '{}', { contentEncoding: 'klingon' }, /klingon/],
    [
      'UTF-16 said to be UTF-8',
      Buffer.from(`{"a":"${SECRET}é"}`, 'utf16le'),
      {},
      /not JSON|can't be decoded/,
    ],
    [
      'a body that its class refuses',
      `{"name":1,"x":"${SECRET}"}`,
      { headers: headers('test.bad-input.strict') },
      /\/body\/name must be a string/,
    ],
    [
      'a severity that is none',
      '{}',
      { headers: { ...headers('base.message'), fedora_messaging_severity: 21 } },
      /\/headers\/fedora_messaging_severity/,
    ],
    [
      'a sent-at that is no string',
      '{}',
      { headers: { ...headers('base.message'), 'sent-at': 7 } },
      /\/headers\/sent-at/,
    ],
    ['100,000 nested arrays', nested(100_000), {}, /nested more than 2000 levels/],
  ])('%s', async (_, content, properties, reason) => {
    const { service, raw, queue, deadLetters, seen, log } = await startConsuming();
    raw.send(queue, content, { ...properties, messageId: 'the-bad-one' });
    raw.send(queue, '{"good":true}');
    const [good] = await seen.whenCount(1);
    expect(good!.body).toEqual({ good: true });
    expect((await raw.next(deadLetters)).properties.messageId).toBe('the-bad-one');
    const lines = log.filter(({ text }) => text.includes('the-bad-one'));
    expect(lines).toEqual([{ level: 'error', text: expect.stringMatching(reason) as string }]);
    expect(log.some(({ text }) => text.includes(SECRET))).toBe(false);
    await expect
      .poll(() => service.statistics.consumed)
      .toEqual({ received: 1, processed: 1, dropped: 0, rejected: 0, failed: 0 });
  });
});

describe('a strange but readable delivery is handled, and the log says what is strange:', () => {
  it('without headers, it is a plain message of severity INFO', async () => {
    const { raw, queue, seen, log } = await startConsuming();
    raw.send(queue, '{"a":1}', { headers: undefined });
    const [message] = await seen.whenCount(1);
    expect(message).toMatchObject({ severity: 20, body: { a: 1 }, topic: queue });
    expect(log).toContainEqual({
      level: 'error',
      text: expect.stringContaining('fedora_messaging_schema') as string,
    });
    expect(log).toContainEqual({
      level: 'error',
      text: expect.stringContaining('fedora_messaging_severity') as string,
    });
  });

  it('of an unknown schema, it is a plain message that keeps its headers, with a hint at the package', async () => {
    const { raw, queue, seen, log } = await startConsuming();
    const unknown = { ...headers('who.knows'), fedora_messaging_schema_package: 'who-messages' };
    raw.send(queue, '{}', { headers: unknown });
    const [message] = await seen.whenCount(1);
    expect(message!.constructor).toBe(Message);
    expect(message!.headers).toEqual(unknown);
    expect(log).toContainEqual({
      level: 'warn',
      text: expect.stringMatching(/who\.knows.*who-messages/) as string,
    });
  });

  it('without content encoding, content type and id', async () => {
    const { raw, queue, seen, log } = await startConsuming();
    raw.channel.sendToQueue(queue, Buffer.from('{"a":"é"}'), { headers: headers('base.message') });
    const [message] = await seen.whenCount(1);
    expect(message).toMatchObject({ id: null, body: { a: 'é' }, contentEncoding: 'utf-8' });
    expect(log).toContainEqual({
      level: 'error',
      text: expect.stringContaining('content encoding') as string,
    });
  });

  it('of 16 MiB', async () => {
    const { raw, queue, seen } = await startConsuming();
    const text = 'x'.repeat(16 * MIB - '{"text":""}'.length);
    raw.send(queue, JSON.stringify({ text }));
    const [message] = await seen.whenCount(1);
    expect((message!.body as { text: string }).text).toHaveLength(text.length);
  });

  it('with names of the prototype as keys, it pollutes nothing', async () => {
    const { raw, queue, seen } = await startConsuming();
    raw.send(queue, '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}');
    const [message] = await seen.whenCount(1);
    expect(Object.keys(message!.body)).toEqual(['__proto__', 'constructor']);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});
