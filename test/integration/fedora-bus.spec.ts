import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  BadDeclaration,
  ConnectionException,
  type ConsumerOptions,
  FedoraMessagingService,
  type FedoraMessagingModuleOptions,
  loads,
  Message,
  Nack,
  Publisher,
  PublishForbidden,
} from '../../lib/index.js';
import { UpdateRequested } from '../../sample/01-quick-start/messages/update-requested.message.js';
import { Notifier as QuickStartNotifier } from '../../sample/01-quick-start/notifier.js';
import { MailServer } from '../../sample/02-notifier/mail-server.js';
import '../../sample/02-notifier/messages/update-submitted.message.js';
import { Notifier } from '../../sample/02-notifier/notifier.js';
import { topologiesOf } from '../../sample/02-notifier/topologies.js';
import { Builder } from '../../sample/03-web-and-worker/builder.js';
import { BuildsController } from '../../sample/03-web-and-worker/builds.controller.js';
import { startApp } from '../support/application.js';
import { captureLog } from '../support/captured-log.js';
import { Collector } from '../support/collector.js';
import { CommandProject } from '../support/command-project.js';
import { FedoraBroker, type FedoraBusSettings } from '../support/fedora-broker.js';
import { startMonitoredApp } from '../support/monitored-app.js';
import { PageClient } from '../support/page-client.js';

const DURABLE = { durable: true, autoDelete: false, exclusive: false, arguments: {} };
const TOPIC = 'org.fedoraproject.prod.bodhi';

let broker: FedoraBroker;

beforeAll(async () => {
  broker = await FedoraBroker.start();
  await broker.addAccount('bodhi');
  await broker.addAccount('koji');
});

afterAll(() => broker?.stop());

/** An application on one of the buses. */
async function serviceWith(options: FedoraMessagingModuleOptions): Promise<FedoraMessagingService> {
  return (await startApp({ options })).get(FedoraMessagingService);
}

/** The settings of an account's own queue, which an administrator has made. */
async function ownQueue(name: string): Promise<Pick<FedoraMessagingModuleOptions, 'queues' | 'bindings'>> {
  await broker.addQueue(name, [`${TOPIC}.#`]);
  return {
    queues: { [name]: { durable: true, autoDelete: false, exclusive: false, arguments: {} } },
    bindings: [{ queue: name, exchange: 'amq.topic', routingKeys: [`${TOPIC}.#`] }],
  };
}

/** A queue of the public bus, as its documentation shows it. */
function publicQueue(name: string): Pick<FedoraMessagingModuleOptions, 'queues' | 'bindings'> {
  return {
    queues: { [name]: { durable: false, autoDelete: true, exclusive: true, arguments: {} } },
    bindings: [{ queue: name, exchange: 'amq.topic', routingKeys: ['#'] }],
  };
}

/** The configuration file of the Python library, for a queue and the given certificates. */
function fedoraToml({ amqpUrl, tls }: FedoraBusSettings, queue: string): string {
  return `
amqp_url = "${amqpUrl}"
callback = "fedora_messaging.example:printer"

[tls]
ca_cert = "${tls.caCert}"
keyfile = "${tls.keyfile}"
certfile = "${tls.certfile}"

[client_properties]
app = "Example Application"
app_url = "https://github.com/fedora-infra/fedora-messaging"
app_contacts_email = ["somebody@example.org"]

[exchanges."amq.topic"]
type = "topic"
durable = true
auto_delete = false
arguments = {}

[queues.${queue}]
durable = false
auto_delete = true
exclusive = true
arguments = {}

[[bindings]]
queue = "${queue}"
exchange = "amq.topic"
routing_keys = ["#"]

[consumer_config]
example_key = "for my consumer"

[qos]
prefetch_size = 0
prefetch_count = 25

[log_config]
version = 1
disable_existing_loggers = true

[log_config.formatters.short]
format = "%(asctime)s %(levelname)s %(name)s: %(message)s"

[log_config.handlers.terminal]
class = "logging.StreamHandler"
formatter = "short"
stream = "ext://sys.stdout"

[log_config.loggers.fedora_messaging]
level = "INFO"
propagate = false
handlers = ["terminal"]

[log_config.loggers.twisted]
level = "WARNING"
propagate = false
handlers = ["terminal"]

[log_config.root]
level = "ERROR"
handlers = ["terminal"]
`;
}

describe("Fedora's private bus", () => {
  it('accepts messages of an account under its own topic', async () => {
    const seen = new Collector();
    const consuming = await serviceWith({
      ...broker.settings('bodhi'),
      ...(await ownQueue('bodhi-published')),
    });
    await consuming.consume((message: Message) => seen.add(message));
    await consuming.publish(new Message({ topic: `${TOPIC}.update.request.testing` }));
    expect((await seen.whenCount(1))[0]!.topic).toBe(`${TOPIC}.update.request.testing`);
  });

  it('accepts messages with the topic prefix of the settings', async () => {
    const service = await serviceWith({
      ...broker.settings('bodhi'),
      topicPrefix: 'org.fedoraproject.prod',
    });
    await service.publish(new Message({ topic: 'bodhi.update.edit' }));
    expect(service.statistics.published).toBe(1);
  });

  it("refuses another account's topic at once, and accepts the next message", async () => {
    const service = await serviceWith(broker.settings('koji'));
    await expect(service.publish(new Message({ topic: `${TOPIC}.update.edit` }))).rejects.toThrow(
      PublishForbidden,
    );
    await service.publish(new Message({ topic: 'org.fedoraproject.prod.koji.build' }));
    expect(service.statistics.published).toBe(1);
  });

  it('refuses a client without a certificate', async () => {
    const { amqpUrl, tls } = broker.settings('bodhi');
    const service = await serviceWith({
      amqpUrl: `${amqpUrl}?connection_attempts=1`,
      tls: { caCert: tls.caCert },
    });
    await expect(service.whenConnected()).rejects.toThrow(ConnectionException);
  });

  it('refuses a certificate for a virtual host without rights for its account', async () => {
    const { amqpUrl, ...others } = broker.settings('bodhi');
    const service = await serviceWith({
      ...others,
      amqpUrl: `${amqpUrl.replace('%2Fpubsub', '%2Fpublic_pubsub')}?connection_attempts=1`,
    });
    await expect(service.whenConnected()).rejects.toThrow(/public_pubsub/);
  });

  it('names the queue and the bindings that an administrator has to make', async () => {
    const service = await serviceWith({
      ...broker.settings('bodhi'),
      queues: { 'bodhi-missing': { durable: true, autoDelete: false, exclusive: false, arguments: {} } },
      bindings: [{ queue: 'bodhi-missing', exchange: 'amq.topic', routingKeys: [`${TOPIC}.#`] }],
    });
    const refusal = service.consume(() => undefined);
    await expect(refusal).rejects.toThrow(BadDeclaration);
    await expect(refusal).rejects.toThrow(
      /'bodhi-missing'.*ask the broker's administrators to create it with these settings, and to bind it: \{"exchange":"amq\.topic","routingKeys":\["org\.fedoraproject\.prod\.bodhi\.#"\]\}$/s,
    );
  });

  it('names the permission that a binding needs, and an account without it consumes a queue that others bind', async () => {
    await broker.addReader('reader');
    const { queues, bindings } = await ownQueue('reader-updates');
    const service = await serviceWith({ ...broker.settings('reader'), queues: queues! });
    await expect(service.consume(() => undefined, { bindings: bindings! })).rejects.toThrow(
      /"queue":"reader-updates".*the permissions to write to the queue.*administrators for the permissions, or for the binding/s,
    );
    await service.consume(() => undefined, { bindings: [] });
    expect(service.statistics.consuming).toBe(true);
  });

  it('hands a message on with its expiration', async () => {
    const seen = new Collector<unknown>();
    const service = await serviceWith({ ...broker.settings('bodhi'), ...(await ownQueue('bodhi-expiring')) });
    await service.consume((_, { properties }) => seen.add(properties.expiration));
    await service.publish(new Message({ topic: `${TOPIC}.expiring` }), { expiration: 60_000 });
    expect(await seen.whenCount(1)).toEqual(['60000']);
  });

  it('hands on a message of an unknown schema with the items of its filter headers', async () => {
    const seen = new Collector<Message>();
    const [topic, queue] = [`${TOPIC}.unknown`, 'bodhi-unknown'];
    await broker.addQueue(queue, [topic]);
    const service = await serviceWith(broker.settings('bodhi'));
    await service.consume((message: Message) => seen.add(message), {
      queues: { [queue]: DURABLE },
      bindings: [],
    });
    const headers = {
      fedora_messaging_schema: 'bodhi.heard-of-by-nobody',
      fedora_messaging_severity: 20,
      'sent-at': '2026-01-01T00:00:00+00:00',
      fedora_messaging_user_bob: true,
      fedora_messaging_rpm_kernel: true,
    };
    const [ofOtherPublisher] = loads(JSON.stringify({ topic, headers, id: randomUUID(), body: {} }));
    await service.publish(ofOtherPublisher!);
    const [message] = await seen.whenCount(1);
    expect([message!.usernames, message!.packages]).toEqual([['bob'], ['kernel']]);
    expect(message!.headers['fedora_messaging_schema']).toBe('bodhi.heard-of-by-nobody');
  });

  it('makes a returning consumer wait for a missing queue, and the application is not ready meanwhile', async () => {
    const lines = captureLog();
    const seen = new Collector();
    const service = await serviceWith({ ...broker.settings('bodhi'), ...(await ownQueue('bodhi-replaced')) });
    const [consumer] = await service.consume((message: Message) => seen.add(message));
    const missing = () => lines.filter(({ text }) => /could not subscribe.*bodhi-replaced/.test(text)).length;
    await broker.replaceQueue('bodhi', 'bodhi-replaced', async () => {
      await expect.poll(missing).toBeGreaterThan(1);
      expect(service.statistics.consuming).toBe(false);
      expect(consumer!.error).toBeUndefined();
    });
    await expect.poll(() => service.statistics.consuming).toBe(true);
    await service.publish(new Message({ topic: `${TOPIC}.again` }));
    await seen.whenCount(1);
  });

  it('refuses to make a queue', async () => {
    const service = await serviceWith({
      ...broker.settings('bodhi'),
      passiveDeclares: false,
      queues: { 'bodhi-own': { durable: true, autoDelete: false, exclusive: false, arguments: {} } },
      bindings: [{ queue: 'bodhi-own', exchange: 'amq.topic', routingKeys: [`${TOPIC}.#`] }],
    });
    await expect(service.consume(() => undefined)).rejects.toThrow(/passiveDeclares/);
  });

  it("refuses another account's queue", async () => {
    const options = await ownQueue('bodhi-of-its-own');
    const service = await serviceWith({ ...broker.settings('koji'), ...options });
    await expect(service.consume(() => undefined)).rejects.toThrow(/access to queue 'bodhi-of-its-own'/);
  });

  it('requeues a message on Nack, and the consumer goes on', async () => {
    const seen = new Collector();
    const service = await serviceWith({ ...broker.settings('bodhi'), ...(await ownQueue('bodhi-nacked')) });
    await service.consume((message: Message) => {
      seen.add(message);
      if (seen.items.length === 1) throw new Nack();
    });
    await service.publish(new Message({ topic: `${TOPIC}.nacked` }));
    const [first, second] = await seen.whenCount(2);
    expect(second!.id).toBe(first!.id);
  });

  it('retries a failed message in the process, where nothing can be declared, and drops it in the end', async () => {
    const attempts: number[] = [];
    const service = await serviceWith({ ...broker.settings('bodhi'), ...(await ownQueue('bodhi-retried')) });
    await service.consume(
      (_, { attempt }) => {
        attempts.push(attempt);
        throw new Error('broken');
      },
      { onError: 'retry', retry: { delays: [10, 20] } },
    );
    await service.publish(new Message({ topic: `${TOPIC}.retried` }));
    await expect.poll(() => service.statistics.consumed.failed).toBe(3);
    expect(attempts).toEqual([1, 2, 3]);
  });

  it.each([
    ['a retry in the broker', { in: 'broker' }, /ask the broker's administrators to create it/],
    [
      'a parking queue that is not there',
      { parkingQueue: 'bodhi-lost' },
      /'bodhi-lost'.*administrators to create it/s,
    ],
    ['a parking queue that may not be written to', { parkingQueue: 'bodhi-parked' }, /default exchange/],
  ] as const)(
    'refuses %s when the consumer starts, and names the missing permission',
    async (what, retry, reason) => {
      await broker.addQueue('bodhi-parked', []).catch(() => undefined);
      const queue = `bodhi-${what.replaceAll(' ', '-')}`;
      const service = await serviceWith({ ...broker.settings('bodhi'), ...(await ownQueue(queue)) });
      await expect(service.consume(() => undefined, { onError: 'retry', retry })).rejects.toThrow(reason);
      expect(service.consumers).toEqual([]);
    },
  );

  it('pauses and resumes a consumer', async () => {
    const seen = new Collector();
    const service = await serviceWith({ ...broker.settings('bodhi'), ...(await ownQueue('bodhi-paused')) });
    await service.consume((message: Message) => seen.add(message));
    await service.pause();
    await service.publish(new Message({ topic: `${TOPIC}.paused` }));
    expect(seen.items).toEqual([]);
    await service.resume();
    await seen.whenCount(1);
  });

  it('serves the state, the statistics and the metrics of an application', async () => {
    const { app, url, metrics } = await startMonitoredApp({
      options: {
        ...broker.settings('bodhi'),
        ...(await ownQueue('bodhi-monitored')),
        metrics: true,
      },
    });
    const service = app.get(FedoraMessagingService);
    await service.consume(() => undefined);
    await service.publish(new Message({ topic: `${TOPIC}.monitored` }));
    await expect.poll(() => service.statistics.consumed.processed).toBe(1);
    expect((await fetch(`${url}/ready`)).status).toBe(200);
    expect(await (await fetch(`${url}/ready`)).json()).toMatchObject({ consuming: true, published: 1 });
    expect((await metrics()).join('\n')).toMatch(
      /^fedora_messaging_outcomes_total\{.*queue="bodhi-monitored".*outcome="processed"\} 1$/m,
    );
  });

  it.each<['stop' | 'requeue' | 'drop' | 'a function', string]>([
    ['stop', 'goes back into its queue, and the consumer stops'],
    ['requeue', 'goes back into its queue, and comes again'],
    ['drop', 'goes to the dead-letter exchange of its queue'],
    ['a function', 'goes where the function says'],
  ])('has a failed message handled as the policy %s says: it %s', async (policy) => {
    const queue = `bodhi-failing-${policy.replace(' ', '-')}`;
    const dead = `${queue}-dead`;
    await broker.addQueue(dead, []);
    await broker.addQueue(queue, [`${TOPIC}.${queue}`], {
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': dead,
    });
    const service = await serviceWith(broker.settings('bodhi'));
    const options = (name: string): ConsumerOptions => ({ queues: { [name]: DURABLE }, bindings: [] });
    const handled: string[] = [];
    const [consumer] = await service.consume(
      () => {
        handled.push(queue);
        if (handled.length === 1) throw new Error('broken');
      },
      { ...options(queue), onError: policy === 'a function' ? () => 'drop' : policy },
    );
    await service.publish(new Message({ topic: `${TOPIC}.${queue}` }));
    const seen = new Collector<string>();
    if (policy === 'stop') await expect(consumer!.result).rejects.toThrow('broken');
    if (policy === 'requeue') await expect.poll(() => handled.length).toBe(2);
    else {
      const place = policy === 'stop' ? queue : dead;
      await service.consume(() => seen.add(place), options(place));
      await seen.whenCount(1);
    }
    expect(consumer!.isConsuming).toBe(policy !== 'stop');
  });

  it('parks a message after its last attempt, where an administrator made the queue and gave the permission', async () => {
    await broker.addAccount('robosignatory');
    await broker.permit('robosignatory', 'amq.default');
    await broker.addQueue('robosignatory-failures', []);
    await broker.addQueue('robosignatory', ['org.fedoraproject.prod.robosignatory.#']);
    const service = await serviceWith(broker.settings('robosignatory'));
    await service.consume(
      () => {
        throw new Error('broken');
      },
      {
        queues: { robosignatory: DURABLE },
        bindings: [],
        onError: 'retry',
        retry: { delays: [10], parkingQueue: 'robosignatory-failures' },
      },
    );
    await service.publish(new Message({ topic: 'org.fedoraproject.prod.robosignatory.signed' }));
    const parked = service.parkedMessages('robosignatory', { parkingQueue: 'robosignatory-failures' });
    await expect.poll(() => parked.list()).toMatchObject([{ error: 'broken', attempts: 2 }]);
  });
});

describe("the samples on Fedora's private bus", () => {
  beforeAll(async () => {
    await broker.addAccount('quick-start', 'quick-start');
    await broker.addQueue('quick-start-notifier', []);
    await broker.addAccount('sample', '(builds|updates|notifier)');
    await broker.addQueue('sample-notifier', []);
    await broker.addQueue('sample-builds', []);
  });

  const print = vi.spyOn(console, 'log');

  beforeEach(() => void print.mockClear().mockImplementation(() => undefined));
  afterAll(() => print.mockRestore());

  it('the notifier of the quick start tells of a requested update', async () => {
    const app = await startApp({ options: broker.settings('quick-start'), providers: [QuickStartNotifier] });
    await app.get(Publisher).publish(
      new UpdateRequested({
        body: { agent: 'bob', update: { alias: 'FEDORA-2026-1', builds: [{ nvr: 'kernel-6.12.1' }] } },
      }),
    );
    await expect.poll(() => app.get(FedoraMessagingService).statistics.published).toBe(2);
    expect(app.get(FedoraMessagingService).statistics.consumed.processed).toBe(1);
  });

  it('the notifier mails people, and retries refused mails in the process', async () => {
    const log = captureLog();
    const app = await startApp({
      options: { ...broker.settings('sample'), topologies: topologiesOf({}) },
      providers: [Notifier, MailServer],
    });
    for (const message of loads(readFileSync('sample/02-notifier/updates.jsonl', 'utf8')))
      await app.get(Publisher).publish(message);
    const consumed = () => app.get(FedoraMessagingService).statistics.consumed;
    await expect.poll(() => consumed().processed).toBe(3);
    expect(consumed()).toMatchObject({ failed: 1, dropped: 1 });
    expect(log.filter(({ text }) => text.includes('attempt 2 of 3 comes in'))).toHaveLength(1);
    expect(print.mock.calls.flat().toSorted()).toEqual([
      'mail to bob: bob submitted kernel',
      'mail to bob: carol commented on kernel: works for me',
      'nobody is told of updates.ejected',
    ]);
  });

  it('the worker builds what the web side asks for', async () => {
    const app = await startApp({
      options: broker.settings('sample'),
      providers: [Builder],
      controllers: [BuildsController],
    });
    const answer = await app.get(BuildsController).request({ package: 'kernel', agent: 'bob' });
    expect(answer.id).toMatch(/^[0-9a-f-]{36}$/);
    await expect.poll(() => app.get(FedoraMessagingService).statistics.consumed.processed).toBe(1);
    expect(print).toHaveBeenCalledWith(`worker built kernel for bob (${answer.id})`);
  });
});

describe("Fedora's public bus", () => {
  it('is consumed with a queue named by a UUID', async () => {
    const service = await serviceWith({ ...broker.publicSettings, ...publicQueue(randomUUID()) });
    await service.consume(() => undefined);
    expect(service.statistics.consuming).toBe(true);
  });

  it('refuses a queue with another name', async () => {
    const service = await serviceWith({ ...broker.publicSettings, ...publicQueue('my-queue') });
    await expect(service.consume(() => undefined)).rejects.toThrow(/my-queue/);
  });

  it('refuses published messages', async () => {
    const service = await serviceWith(broker.publicSettings);
    await expect(service.publish(new Message({ topic: 'x' }))).rejects.toThrow(PublishForbidden);
  });

  it('is consumed by the command with the configuration file of the Python library', async () => {
    const project = new CommandProject();
    const queue = randomUUID();
    writeFileSync(project.path('fedora.toml'), fedoraToml(broker.publicSettings, queue));
    const command = project.run(['--conf', 'fedora.toml', 'consume']);
    await expect.poll(() => broker.consumersOf(queue)).toBe(1);
    const administrator = await serviceWith(broker.administratorSettings);
    await administrator.publish(new Message({ topic: `${TOPIC}.update.edit` }));
    await command.whenText(`${TOPIC}.update.edit`);
    command.kill('SIGTERM');
    expect(await command.exit).toMatchObject({ code: 0 });
  });

  it('is consumed by the command with the configuration that init writes', async () => {
    const project = new CommandProject();
    const { amqpUrl, tls } = broker.publicSettings;
    const names = { caCert: 'cacert.pem', certfile: 'fedora-cert.pem', keyfile: 'fedora-key.pem' };
    for (const [name, file] of Object.entries(names)) {
      project.write(`certificates/${file}`, readFileSync(tls[name as keyof typeof tls], 'utf8'));
    }
    const init = project.run(['init', '--certificates', 'certificates', 'my.toml']);
    expect([await init.exit, init.errors]).toEqual([{ code: 0, signal: null }, '']);
    const written = project.read('my.toml');
    expect(written).toContain('amqps://fedora:@rabbitmq.fedoraproject.org/%2Fpublic_pubsub');
    project.write('my.toml', written.replace(/"amqps:[^"]*"/, JSON.stringify(amqpUrl)));
    const command = project.run(['--conf', 'my.toml', 'consume']);
    const [, queue] = /^\[queues\.(.*)\]$/m.exec(written)!;
    await expect.poll(() => broker.consumersOf(queue!)).toBe(1);
    const administrator = await serviceWith(broker.administratorSettings);
    await administrator.publish(new Message({ topic: `${TOPIC}.update.first-steps` }));
    await command.whenText(`${TOPIC}.update.first-steps`);
    command.kill('SIGTERM');
    expect(await command.exit).toMatchObject({ code: 0 });
  });

  it.each(['', 'passive_declares = true'])(
    'is watched by the command in a queue of its own, with the further line "%s" in the configuration file',
    async (line) => {
      const project = new CommandProject();
      const queue = randomUUID();
      project.write('fedora.toml', `${line}\n${fedoraToml(broker.publicSettings, queue)}`);
      const command = project.run(['--conf', 'fedora.toml', 'watch']);
      await command.whenLines(1);
      const page = await PageClient.open(/http:\/\/[\d.:]+/.exec(command.lines[0]!)![0]);
      const own = await page.until(
        ({ content }) => content.consumers?.find(({ state }) => state === 'consuming')?.queue,
      );
      expect(own).not.toBe(queue);
      const administrator = await serviceWith(broker.administratorSettings);
      await administrator.publish(new Message({ topic: `${TOPIC}.update.watched` }));
      expect(await page.until(({ content }) => content.messages?.[0]?.topic)).toBe(`${TOPIC}.update.watched`);
      command.kill('SIGTERM');
      expect(await command.exit).toMatchObject({ code: 0 });
    },
  );
});
