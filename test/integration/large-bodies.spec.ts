import { Exclude, Expose, Transform, Type } from 'class-transformer';
import { IsInt, IsString, ValidateNested } from 'class-validator';
import { describe, expect, it } from 'vitest';
import {
  FedoraMessagingService,
  Message,
  MessageCodec,
  MessageRegistry,
  MessageSchema,
} from '../../lib/index.js';
import { startApp } from '../support/application.js';
import { Collector } from '../support/collector.js';
import { amqpUrl, RawClient, TEMPORARY, unique } from '../support/shared-rabbitmq.js';

const MIB = 1024 * 1024;

class Build {
  state = 'new';
  @Transform(({ value }: { value: unknown }) => String(value)) @IsString() nvr!: string;
  @Expose({ name: 'id' }) @IsInt() number!: number;
  @Exclude() secret?: unknown;
}

class Body {
  @ValidateNested({ each: true }) @Type(() => Build) builds?: Build[];
  @ValidateNested({ each: true }) @Type(() => Build) byName?: Map<string, Build>;
}

@MessageSchema('large-bodies.builds', { body: Body })
class Builds extends Message<Body> {}

/** Measures the longest time that the event loop was held until a promise settled, in milliseconds. */
async function longestHold(until: Promise<unknown>): Promise<number> {
  let last = performance.now();
  let longest = 0;
  const look = (): void => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  };
  const timer = setInterval(look, 10);
  await until;
  look();
  clearInterval(timer);
  return longest;
}

function timeOf(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** A JSON text of an object with this many properties. */
function properties(count: number, value: string): string {
  return `{${Array.from({ length: count }, (_, n) => `"k${n}":${value}`).join()}}`;
}

function list(count: number, item: string): string {
  return `[${`${item},`.repeat(count)}${item}]`;
}

const build = '{"nvr":"a","id":1}';
const nested = `${'['.repeat(1000)}${']'.repeat(1000)}`;

describe('a large body', () => {
  it.each<[string, string, typeof Message<object>?]>([
    ['empty objects (8 MB)', `{"a":${list(2.7 * MIB, '{}')}}`],
    ['lists nested a thousand levels deep (4 MB)', `{"a":${list(2000, nested)}}`],
    ['properties with names of their own (6 MB)', properties(MIB / 2, '1')],
    ['instances of a class with transforms (4 MB)', `{"builds":${list(MIB / 5, build)}}`, Builds],
    ['instances of that class in a Map (4 MB)', `{"byName":${properties(MIB / 8, build)}}`, Builds],
    ['properties that its body class does not know (6 MB)', properties(MIB / 2, '1'), Builds],
  ])('of %s leaves the event loop to other work while it is decoded', async (_, text, of = Message) => {
    const raw = await RawClient.open();
    const service = (await startApp({ options: { amqpUrl: amqpUrl() } })).get(FedoraMessagingService);
    const queue = unique('large');
    raw.deleteLater(queue);
    const handled = new Collector();
    const read = (message: Message<object>): void => {
      expect(typeof message.body).toBe('object');
      handled.add(message);
    };
    await service.consume(read, { queues: { [queue]: TEMPORARY }, bindings: [] });
    const codec = new MessageCodec(MessageRegistry.of(Builds));
    const properties = { headers: new of({ topic: 'a' }).headers };
    const delivery = { fields: { routingKey: 'a' }, content: Buffer.from(text), properties };
    // Other processes can hold this one only longer than its work does, so one measurement of three must show the turns.
    let share = Infinity;
    for (let count = 1; count <= 3 && share >= 0.5; count++) {
      // The time of the same work without turns, here and now.
      const atOnce = timeOf(() => codec.decode(delivery, queue));
      raw.send(queue, text, properties);
      share = (await longestHold(handled.whenCount(count))) / atOnce;
    }
    expect(handled.items[0]).toBeInstanceOf(of);
    expect(share).toBeLessThan(0.5);
  });
});
