import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RabbitMq } from '../support/rabbitmq.js';
import { Traffic } from './support/traffic.js';

let nodes: [RabbitMq, RabbitMq, RabbitMq];

beforeAll(async () => {
  const cluster = await RabbitMq.start();
  nodes = [cluster, await RabbitMq.start({ cluster }), await RabbitMq.start({ cluster })];
});

afterAll(async () => {
  // The node whose port mapper the others use stops last.
  for (const node of [...(nodes ?? [])].reverse()) await node.stop();
});

const urlOf = (node: RabbitMq): string => `amqp://guest:guest@127.0.0.1:${node.port}/`;
const urls = (): string[] => nodes.map(urlOf);
const QUORUM = { arguments: { 'x-queue-type': 'quorum' } };

describe('no confirmed message is lost, and consumers go on, when', () => {
  it('nodes of the cluster are killed, one at a time, with a quorum queue and a list of URLs', async (context) => {
    const traffic = await Traffic.start({ options: { amqpUrl: urls() }, queueOptions: QUORUM });
    for (const node of nodes) {
      await node.kill('SIGKILL');
      // Publishing goes on without the node when the queue has another leader. Until then the broker rejects messages.
      await traffic.ledger.whenReceivedMore(200);
      await node.boot();
      await node.ctl('await_online_nodes', '3');
      traffic.ledger.faultOver();
      await traffic.ledger.whenRecovered();
    }
    // Until the queue has another leader, the broker rejects messages.
    const failures = /PublishReturned|rejected the message/;
    const proof = { disconnections: 2 };
    await traffic.finish(context, 'cluster: kill -9 of one node at a time, quorum queue', proof, failures);
  }, 420_000);

  it('the leader of its quorum queue moves', async (context) => {
    const queue = `leader-${randomUUID()}`;
    const traffic = await Traffic.start({ options: { amqpUrl: urls() }, queue, queueOptions: QUORUM });
    const leaders = new Set<string>();
    for (const node of nodes) {
      await node.ctl('eval', `rabbit_quorum_queue:transfer_leadership(element(2, rabbit_amqqueue:lookup(rabbit_misc:r(<<"/">>, queue, <<"${queue}">>))), '${node.name}').`); // prettier-ignore
      traffic.ledger.faultOver();
      await traffic.ledger.whenRecovered();
      await traffic.ledger.whenReceivedMore(100);
      leaders.add(await node.ctl('eval', `{ok, Q} = rabbit_amqqueue:lookup(rabbit_misc:r(<<"/">>, queue, <<"${queue}">>)), proplists:get_value(leader, rabbit_quorum_queue:info(Q, [leader])).`)); // prettier-ignore
    }
    expect(traffic.service.statistics.consuming).toBe(true);
    await traffic.finish(context, 'cluster: leader of the quorum queue moved', { seen: leaders.size > 1 });
  });

  it('the node of the classic queue is killed, and the application is connected to another node', async (context) => {
    const queue = `classic-${randomUUID()}`;
    const [home, ...others] = [nodes[1], nodes[0], nodes[2]];
    // The node that declares the queue keeps it.
    await (await Traffic.start({ options: { amqpUrl: urlOf(home) }, queue })).app.close();
    const traffic = await Traffic.start({ options: { amqpUrl: others.map(urlOf) }, queue });
    // While the queue is away, messages reach no queue, and the broker confirms them all the same.
    traffic.pause();
    await traffic.ledger.whenSettled();
    await home.kill('SIGKILL');
    await expect.poll(() => traffic.service.statistics.consuming, { timeout: 30_000 }).toBe(false);
    await home.boot();
    await expect.poll(() => traffic.service.statistics.consuming, { timeout: 60_000 }).toBe(true);
    traffic.ledger.faultOver();
    traffic.publishSteadily(200);
    await traffic.finish(context, 'cluster: kill -9 of the node of a classic queue', {
      awaited: 'consuming is false',
    });
  });

  it('the node of a server-named queue is restarted', async (context) => {
    const traffic = await Traffic.start({
      options: { amqpUrl: urls() },
      queue: '',
      queueOptions: { durable: false, autoDelete: true, exclusive: true },
    });
    const before = traffic.consumer.queue;
    traffic.pause();
    await traffic.ledger.whenSettled();
    // Both connections are to the first node that answers.
    await nodes[0].kill('SIGTERM');
    await expect.poll(() => traffic.consumer.queue, { timeout: 60_000 }).not.toBe(before);
    await nodes[0].boot();
    traffic.ledger.faultOver();
    traffic.publishSteadily(200);
    await traffic.finish(context, 'cluster: node of a server-named queue restarted', {
      seen: traffic.consumer.queue !== before,
    });
  });

  it('all nodes of its quorum queue are restarted, one after the other', async (context) => {
    const traffic = await Traffic.start({ options: { amqpUrl: urls() }, queueOptions: QUORUM });
    for (const node of nodes) {
      await node.kill('SIGTERM');
      await delay(1000);
      await node.boot();
      await node.ctl('await_online_nodes', '3');
      traffic.ledger.faultOver();
      await traffic.ledger.whenRecovered();
    }
    const failures = /PublishReturned|rejected the message/;
    await traffic.finish(context, 'cluster: rolling restart, quorum queue', { disconnections: 2 }, failures);
  });
});
