import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  BadDeclaration,
  type ExchangeOptions,
  type FedoraMessagingModuleOptions,
  FedoraMessagingService,
  Message,
} from '../../lib/index.js';
import { startApp } from '../support/application.js';
import { Collector } from '../support/collector.js';
import { memoryUrl } from '../support/memory-url.js';
import { addUser, amqpUrl, RawClient, unique } from '../support/shared-rabbitmq.js';

/** Exchanges and queues that are deleted when nothing is bound to them any more. */
const PASSING = { durable: false, autoDelete: true } satisfies ExchangeOptions;
const QUEUE = { durable: false, autoDelete: false, exclusive: true, arguments: {} };

const BROKERS: [broker: string, url: () => string][] = [
  ['RabbitMQ', amqpUrl],
  ['memory://', memoryUrl],
];

async function serviceWith(options: FedoraMessagingModuleOptions): Promise<FedoraMessagingService> {
  return (await startApp({ options })).get(FedoraMessagingService);
}

/** Consumes an exchange through a queue of its own; the result collects the topics. */
async function topicsOf(service: FedoraMessagingService, exchange: string): Promise<Collector<string>> {
  const topics = new Collector<string>();
  await service.consume((message) => topics.add(message.topic), {
    queues: { [unique('queue')]: QUEUE },
    bindings: { exchange, routingKeys: ['#'] },
  });
  return topics;
}

describe.each(BROKERS)('on %s', (_, url) => {
  it('an exchange gets the messages of the exchanges to which it is bound, also over several steps', async () => {
    const [source, middle, mine] = [unique('source'), unique('middle'), unique('mine')];
    const from = (exchange: string, ...routingKeys: string[]): ExchangeOptions => ({
      ...PASSING,
      bindings: [{ exchange, routingKeys }],
    });
    const amqp = url();
    const consuming = await serviceWith({
      amqpUrl: amqp,
      exchanges: {
        [mine]: from(middle, '#.done'),
        [middle]: from(source, 'build.#', 'test.#'),
        [source]: PASSING,
      },
    });
    const topics = await topicsOf(consuming, mine);
    const publishing = await serviceWith({
      amqpUrl: amqp,
      publishExchange: source,
      exchanges: { [source]: PASSING },
    });
    for (const topic of ['other.done', 'build.started', 'build.done', 'test.done']) {
      await publishing.publish(new Message({ topic }));
    }
    expect(await topics.whenCount(2)).toEqual(['build.done', 'test.done']);
  });

  it('a publisher binds its exchanges before its first message', async () => {
    const [source, mine] = [unique('source'), unique('mine')];
    const amqp = url();
    const consuming = await serviceWith({ amqpUrl: amqp, exchanges: { [mine]: PASSING } });
    const topics = await topicsOf(consuming, mine);
    const bindings = [{ exchange: source, routingKeys: ['#'] }];
    const publishing = await serviceWith({
      amqpUrl: amqp,
      publishExchange: source,
      exchanges: { [mine]: { ...PASSING, bindings }, [source]: PASSING },
    });
    await publishing.publish(new Message({ topic: 'a.b' }), { mandatory: true });
    expect(await topics.whenCount(1)).toEqual(['a.b']);
  });

  it('bindings may have arguments, for example to a headers exchange', async () => {
    const [source, mine] = [unique('source'), unique('mine')];
    const amqp = url();
    const bindings = [
      { exchange: source, routingKeys: [''], arguments: { 'x-match': 'all', fedora_messaging_severity: 40 } },
    ];
    const service = await serviceWith({
      amqpUrl: amqp,
      publishExchange: source,
      exchanges: { [source]: { ...PASSING, type: 'headers' }, [mine]: { ...PASSING, bindings } },
    });
    const topics = await topicsOf(service, mine);
    await service.publish(new Message({ topic: 'information' }));
    await service.publish(new Message({ topic: 'failure', severity: 40 }));
    expect(await topics.whenCount(1)).toEqual(['failure']);
  });

  it('bindings of exchanges are read from the configuration file', async () => {
    const mine = unique('mine');
    const topic = unique('topic');
    const folder = mkdtempSync(join(tmpdir(), 'fedora-messaging-toml-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const configFile = join(folder, 'config.toml');
    writeFileSync(
      configFile,
      `amqp_url = "${url()}"

      [exchanges.${mine}]
      durable = false
      auto_delete = true

      [[exchanges.${mine}.bindings]]
      exchange = "amq.topic"
      routing_keys = ["${topic}.#"]

      [[bindings]]
      exchange = "${mine}"
      routing_keys = ["#"]
      `,
    );
    const service = await serviceWith({ configFile });
    const topics = new Collector<string>();
    await service.consume((message) => topics.add(message.topic));
    await service.publish(new Message({ topic: `${topic}.a` }));
    expect(await topics.whenCount(1)).toEqual([`${topic}.a`]);
  });

  it('with passive declares, the exchanges must exist, and the bindings are made', async () => {
    const [source, mine] = [unique('source'), unique('mine')];
    const amqp = url();
    const bindings = [{ exchange: source, routingKeys: ['#'] }];
    const passive = {
      amqpUrl: amqp,
      passiveDeclares: true,
      publishExchange: source,
      exchanges: { [mine]: { bindings } },
    };
    const early = await serviceWith({ ...passive });
    await expect(early.publish(new Message({ topic: 'a' }))).rejects.toMatchObject({
      constructor: BadDeclaration,
      objectType: 'exchange',
      description: { name: mine },
    });
    const administrator = await serviceWith({
      amqpUrl: amqp,
      exchanges: { [mine]: PASSING, [source]: PASSING },
    });
    const [topics] = [await topicsOf(administrator, mine), await topicsOf(administrator, source)];
    const service = await serviceWith({ ...passive });
    await service.publish(new Message({ topic: 'a.b' }));
    expect(await topics.whenCount(1)).toEqual(['a.b']);
  });

  it('a binding to a missing exchange is a BadDeclaration with both exchanges', async () => {
    const [source, mine] = [unique('missing'), unique('mine')];
    const bindings = [{ exchange: source, routingKeys: ['#'] }];
    const service = await serviceWith({
      amqpUrl: url(),
      exchanges: { [mine]: { ...PASSING, bindings } },
    });
    await expect(topicsOf(service, mine)).rejects.toMatchObject({
      constructor: BadDeclaration,
      objectType: 'binding',
      description: { destination: mine, exchange: source, routingKey: '#', arguments: {} },
      reason: expect.stringContaining(`NOT_FOUND - no exchange '${source}'`) as string,
    });
  });
});

it('a user who may not write to the exchange is told the permissions that a binding needs', async () => {
  const raw = await RawClient.open();
  const mine = unique('theirs');
  await raw.channel.assertExchange(mine, 'topic', { durable: false });
  onTestFinished(async () => void (await raw.channel.deleteExchange(mine)));
  const user = await addUser({ configure: '.*', write: '^$', read: '.*' });
  const bindings = [{ exchange: 'amq.topic', routingKeys: ['#'] }];
  const service = await serviceWith({
    amqpUrl: amqpUrl(user),
    passiveDeclares: true,
    exchanges: { [mine]: { bindings } },
  });
  await expect(topicsOf(service, mine)).rejects.toThrow(
    /A binding of an exchange needs the permissions to write to the destination and to read from the other exchange/,
  );
});
