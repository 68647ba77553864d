import { expect, it } from 'vitest';
import type { PublishProperties, Table } from '../../../lib/broker/port.js';
import { type Client, onBothBrokers } from '../../support/both-brokers.js';
import { unique } from '../../support/shared-rabbitmq.js';

type Bound = [routingKey: string, args?: Table];

/** Consumes a queue of its own for each binding, publishes, and returns which bodies came through which binding. */
async function routed(
  client: Client,
  exchange: string,
  bindings: Record<string, Bound>,
  messages: [routingKey: string, body: string, properties?: PublishProperties][],
): Promise<Record<string, string[]>> {
  const queues = await Promise.all(
    Object.values(bindings).map(async ([routingKey, args]) => {
      const queue = await client.queue();
      await client.channel.bindQueue(queue, exchange, routingKey, args);
      return queue;
    }),
  );
  for (const [routingKey, body, properties] of messages) {
    await client.publish(exchange, routingKey, body, properties);
  }
  for (const queue of queues) await client.send(queue, 'end');
  const bodies = queues.map(async (queue) => {
    const consumer = await client.consume(queue);
    await expect.poll(() => consumer.bodies.at(-1)).toBe('end');
    return consumer.bodies.slice(0, -1);
  });
  const found = await Promise.all(bodies);
  return Object.fromEntries(Object.keys(bindings).map((name, index) => [name, found[index]!]));
}

onBothBrokers((open) => {
  it('a topic exchange takes * for one word and # for any number of words, also none', async () => {
    const client = await open();
    const exchange = await client.exchange('topic');
    const patterns = [
      '#',
      '',
      '*',
      'a',
      'a.*',
      'a.#',
      '#.b',
      '*.b.#',
      '#.b.#',
      'a.#.#.c',
      '#.#',
      '*.#',
      'a..c',
    ];
    const keys = ['', 'a', 'b', 'a.b', 'a.b.c', 'a.c', 'a.', '.b', 'a..c', 'x.b.y', 'A'];
    const bindings = Object.fromEntries(patterns.map((pattern): [string, Bound] => [pattern, [pattern]]));
    expect(
      await routed(
        client,
        exchange,
        bindings,
        keys.map((key) => [key, key]),
      ),
    ).toEqual({
      '#': keys,
      '': [''],
      '*': ['a', 'b', 'A'],
      a: ['a'],
      'a.*': ['a.b', 'a.c', 'a.'],
      'a.#': ['a', 'a.b', 'a.b.c', 'a.c', 'a.', 'a..c'],
      '#.b': ['b', 'a.b', '.b'],
      '*.b.#': ['a.b', 'a.b.c', '.b', 'x.b.y'],
      '#.b.#': ['b', 'a.b', 'a.b.c', '.b', 'x.b.y'],
      'a.#.#.c': ['a.b.c', 'a.c', 'a..c'],
      '#.#': keys,
      '*.#': keys.slice(1),
      'a..c': ['a..c'],
    });
  });

  it('a direct exchange compares whole routing keys', async () => {
    const client = await open();
    const exchange = await client.exchange('direct');
    const keys = ['', 'a', 'a.b', '#', 'A'];
    const bindings: Record<string, Bound> = { none: [''], a: ['a'], hash: ['#'], star: ['a.*'] };
    const messages = keys.map((key): [string, string] => [key, key]);
    expect(await routed(client, exchange, bindings, messages)).toEqual({
      none: [''],
      a: ['a'],
      hash: ['#'],
      star: [],
    });
  });

  it('a fanout exchange ignores routing keys', async () => {
    const client = await open();
    const exchange = await client.exchange('fanout');
    expect(await routed(client, exchange, { one: ['a'], other: [''] }, [['b', 'm']])).toEqual({
      one: ['m'],
      other: ['m'],
    });
  });

  it('a headers exchange compares all or any of the headers that a binding names, and x- headers only when told to', async () => {
    const client = await open();
    const exchange = await client.exchange('headers');
    const bindings: Record<string, Bound> = {
      'all by default': ['', { a: 1, b: 'x' }],
      all: ['', { 'x-match': 'all', a: 1, b: 'x' }],
      any: ['', { 'x-match': 'any', a: 1, b: 'x' }],
      'all without x-': ['', { 'x-match': 'all', a: 1, 'x-own': 1 }],
      'all with x-': ['', { 'x-match': 'all-with-x', a: 1, 'x-own': 1 }],
      'any with x-': ['', { 'x-match': 'any-with-x', a: 9, 'x-own': 1 }],
      'any without x-': ['', { 'x-match': 'any', a: 9, 'x-own': 1 }],
      'of no value': ['', { b: null }],
      'all of none': ['', { 'x-match': 'all' }],
      'any of none': ['', { 'x-match': 'any' }],
      'a list and a table': ['', { list: [1, 'two'], table: { deep: true } }],
    };
    const headers = (own: Table): PublishProperties => ({ headers: own });
    expect(
      await routed(client, exchange, bindings, [
        ['', 'both', headers({ a: 1, b: 'x' })],
        ['', 'a', headers({ a: 1 })],
        ['', 'other a', headers({ a: '1', b: 'x' })],
        ['', 'x-', headers({ a: 1, 'x-own': 1 })],
        ['', 'nested', headers({ list: [1, 'two'], table: { deep: true } })],
        ['', 'nothing', {}],
      ]),
    ).toEqual({
      'all by default': ['both'],
      all: ['both'],
      any: ['both', 'a', 'other a', 'x-'],
      'all without x-': ['both', 'a', 'x-'],
      'all with x-': ['x-'],
      'any with x-': ['x-'],
      'any without x-': [],
      'of no value': ['both', 'other a'],
      'all of none': ['both', 'a', 'other a', 'x-', 'nested', 'nothing'],
      'any of none': [],
      'a list and a table': ['nested'],
    });
  });

  it("the broker's own exchanges exist from the start, and can be declared with their own settings", async () => {
    const { channel } = await open();
    const types = {
      direct: 'direct',
      fanout: 'fanout',
      topic: 'topic',
      headers: 'headers',
      match: 'headers',
    };
    for (const [name, type] of Object.entries(types)) {
      await channel.checkExchange(`amq.${name}`);
      await expect(channel.assertExchange(`amq.${name}`, type, {})).resolves.toBeDefined();
    }
  });

  it('the default exchange takes the routing key for the name of a queue', async () => {
    const client = await open();
    const queue = await client.queue();
    await client.publish('', queue, 'm');
    const [message] = await client.take(queue, 1);
    expect(message!.fields).toMatchObject({ exchange: '', routingKey: queue });
  });

  it('a queue gets a message once, however many bindings match', async () => {
    const client = await open();
    const exchange = await client.exchange('topic');
    const queue = await client.queue();
    for (const key of ['#', 'a', 'a', '*']) await client.channel.bindQueue(queue, exchange, key);
    await client.publish(exchange, 'a', '1');
    await client.publish(exchange, 'a', '2');
    expect(await client.bodies(queue, 2)).toEqual(['1', '2']);
  });

  it('bindings with different arguments are different, and equal bindings are one', async () => {
    const client = await open();
    const exchange = await client.exchange('topic');
    const queue = await client.queue();
    await client.channel.bindQueue(queue, exchange, 'a', { n: 1 });
    await client.channel.bindQueue(queue, exchange, 'a', { n: 2 });
    await client.channel.bindQueue(queue, exchange, 'a', { n: 2 });
    await client.channel.unbindQueue(queue, exchange, 'a', { n: 2 });
    await client.publish(exchange, 'a', 'bound');
    await client.channel.unbindQueue(queue, exchange, 'a', { n: 1 });
    await client.publish(exchange, 'a', 'unbound');
    await client.send(queue, 'end');
    expect(await client.bodies(queue, 2)).toEqual(['bound', 'end']);
  });

  it('an exchange that is bound to another passes on its messages, and a circle of exchanges ends', async () => {
    const client = await open();
    const [first, second] = [await client.exchange('topic'), await client.exchange('fanout')];
    const queue = await client.queue();
    await client.channel.bindExchange(second, first, 'a.#');
    await client.channel.bindExchange(first, second, '');
    await client.channel.bindQueue(queue, second, '');
    await client.publish(first, 'a.b', '1');
    await client.publish(first, 'b', 'not');
    await client.publish(second, 'c', '2');
    const messages = await client.take(queue, 2);
    expect(
      messages.map(({ fields, content }) => [fields.exchange, fields.routingKey, content.toString()]),
    ).toEqual([
      [first, 'a.b', '1'],
      [second, 'c', '2'],
    ]);
  });

  it('an alternate exchange gets messages without a matching binding', async () => {
    const client = await open();
    const other = await client.exchange('fanout');
    const exchange = await client.exchange('direct', { 'alternate-exchange': other });
    const [queue, rest] = [await client.queue(), await client.queue()];
    await client.channel.bindQueue(queue, exchange, 'a');
    await client.channel.bindQueue(rest, other, '');
    await client.publish(exchange, 'a', 'bound');
    await client.publish(exchange, 'b', 'rest', { mandatory: true });
    expect(await client.bodies(queue, 1)).toEqual(['bound']);
    expect(await client.bodies(rest, 1)).toEqual(['rest']);
  });

  it('an auto-delete exchange ends with its last binding, and other exchanges do not', async () => {
    const client = await open();
    const [exchange, kept] = [await client.exchange('fanout', {}, true), await client.exchange('fanout')];
    const [one, two] = [await client.queue(), await client.queue()];
    for (const queue of [one, two]) {
      await client.channel.bindQueue(queue, exchange, '');
      await client.channel.bindQueue(queue, kept, '');
    }
    await client.channel.unbindQueue(one, exchange, '');
    await client.channel.checkExchange(exchange);
    await client.channel.deleteQueue(two);
    expect((await client.refusal((channel) => channel.checkExchange(exchange))).code).toBe(404);
    await client.channel.deleteQueue(one);
    await client.channel.checkExchange(kept);
  });

  it('copies go to the routing keys in CC and BCC, and BCC is hidden', async () => {
    const client = await open();
    const [to, copy, blind] = [await client.queue(), await client.queue(), await client.queue()];
    const headers = { CC: [copy, unique('nowhere')], BCC: [blind] };
    await client.publish('', to, 'm', { headers });
    for (const queue of [to, copy, blind]) {
      const [message] = await client.take(queue, 1);
      expect(message!.fields.routingKey).toBe(to);
      expect(message!.properties.headers).toEqual({ CC: headers.CC });
    }
  });
});
