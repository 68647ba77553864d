import { Agent, get } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ConsumerCanceled, FedoraMessagingService, Message } from '../../lib/index.js';
import { TestProcess } from '../support/child-process.js';
import { Collector } from '../support/collector.js';
import { startMonitoredApp } from '../support/monitored-app.js';
import {
  addUser,
  amqpUrl,
  closeConnections,
  RawClient,
  TEMPORARY,
  unique,
} from '../support/shared-rabbitmq.js';

describe('/metrics on RabbitMQ', () => {
  it('counts reconnections, and keeps the label of a server-named queue whose name changes', async () => {
    const user = await addUser({ configure: '.*', write: '.*', read: '.*' });
    const { app, metrics } = await startMonitoredApp({ options: { amqpUrl: amqpUrl(user) } });
    const service = app.get(FedoraMessagingService);
    const topic = unique('metrics');
    const seen = new Collector();
    const [consumer] = await service.consume((message: Message) => seen.add(message), {
      queues: { '': { durable: false, autoDelete: true, exclusive: true, arguments: {} } },
      bindings: [{ exchange: 'amq.topic', routingKeys: [topic] }],
    });
    await service.publish(new Message({ topic, body: {} }));
    await seen.whenCount(1);
    const firstName = consumer!.queue;
    await closeConnections(user);
    await expect.poll(() => consumer!.queue).not.toBe(firstName);
    await service.publish(new Message({ topic, body: {} }));
    await seen.whenCount(2);

    const received = (await metrics()).filter((line) => line.startsWith('fedora_messaging_received_total'));
    expect(received).toEqual([
      'fedora_messaging_received_total{bus="default",queue="server-named",consumer="callback"} 2',
    ]);
    expect(await metrics()).toEqual(
      expect.arrayContaining([
        'fedora_messaging_reconnections_total{bus="default",connection="publishing"} 1',
        'fedora_messaging_reconnections_total{bus="default",connection="consuming"} 1',
        'fedora_messaging_connection_up{bus="default",connection="consuming"} 1',
      ]),
    );
  });

  it('counts invalid deliveries, and consumers that have stopped', async () => {
    const { app, metrics } = await startMonitoredApp({ options: { amqpUrl: amqpUrl() } });
    const raw = await RawClient.open();
    const queue = unique('metrics');
    const [consumer] = await app
      .get(FedoraMessagingService)
      .consume(() => undefined, { queues: { [queue]: TEMPORARY }, bindings: [] });
    raw.send(queue, 'no JSON');
    const of = `{bus="default",queue="${queue}",consumer="callback"`;
    await expect.poll(metrics).toContain(`fedora_messaging_outcomes_total${of},outcome="invalid"} 1`);
    expect(await metrics()).toEqual(
      expect.arrayContaining([
        'fedora_messaging_validation_failures_total{bus="default",direction="received"} 1',
        `fedora_messaging_received_total${of}} 0`,
        'fedora_messaging_stopped_consumers{bus="default"} 0',
      ]),
    );
    await raw.channel.deleteQueue(queue);
    await expect(consumer!.result).rejects.toThrow(ConsumerCanceled);
    expect(await metrics()).toContain('fedora_messaging_stopped_consumers{bus="default"} 1');
  });
});

describe('a process with monitoring', () => {
  it('ends on SIGTERM although a client keeps its connection open', async () => {
    const consumer = TestProcess.app('monitored', { AMQP_URL: amqpUrl() });
    await expect.poll(() => consumer.lines.at(-1)).toBe('ready');
    const listens = consumer.lines.find((line) => line.includes('Monitoring listens on'))!;
    const url = `http://${/127\.0\.0\.1:\d+/.exec(listens)![0]}`;
    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    const body = await new Promise<string>((resolve, reject) => {
      get(`${url}/ready`, { agent }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString())).once('end', () => resolve(text));
      }).once('error', reject);
    });
    expect(JSON.parse(body)).toMatchObject({ consuming: true });
    consumer.kill('SIGTERM');
    expect(await consumer.exit).toEqual({ code: null, signal: 'SIGTERM' });
    expect(consumer.errors).toBe('');
  });
});
