import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  BadDeclaration,
  ConnectionException,
  FedoraMessagingService,
  type FedoraMessagingModuleOptions,
  Message,
  Nack,
  PublishForbidden,
} from '../../lib/index.js';
import { startApp } from '../support/application.js';
import { captureLog } from '../support/captured-log.js';
import { Collector } from '../support/collector.js';
import { CommandProject } from '../support/command-project.js';
import { FedoraBroker, type FedoraBusSettings } from '../support/fedora-broker.js';

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

  it('names the queue that an administrator has to make', async () => {
    const service = await serviceWith({
      ...broker.settings('bodhi'),
      queues: { 'bodhi-missing': { durable: true, autoDelete: false, exclusive: false, arguments: {} } },
      bindings: [{ queue: 'bodhi-missing', exchange: 'amq.topic', routingKeys: [`${TOPIC}.#`] }],
    });
    const refusal = service.consume(() => undefined);
    await expect(refusal).rejects.toThrow(BadDeclaration);
    await expect(refusal).rejects.toThrow(/'bodhi-missing'.*ask the broker's administrators to create it/s);
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

  it('serves the state of the application', async () => {
    const service = await serviceWith({
      ...broker.settings('bodhi'),
      ...(await ownQueue('bodhi-monitored')),
    });
    await service.consume(() => undefined);
    expect(service.statistics.consuming).toBe(true);
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
});
