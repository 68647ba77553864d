import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestProcess } from '../support/child-process.js';
import { CommandProject } from '../support/command-project.js';
import { RabbitMq } from '../support/rabbitmq.js';
import { Traffic } from './support/traffic.js';

const ROUNDS = 4;

let broker: RabbitMq;
const url = (): string => `amqp://guest:guest@127.0.0.1:${broker.port}/`;

beforeAll(async () => {
  broker = await RabbitMq.start();
});

afterAll(() => broker?.stop());

/**
 * A printed line has been received, whatever happens to the process next. Each message takes a while, so a kill finds
 * one message in hand, and other messages that wait.
 */
const PRINT_RECEIPT = `
import { setTimeout } from 'node:timers/promises';
export const onMessage = async ({ id }, { redelivered }) => {
  await setTimeout(3);
  await new Promise((resolve) => process.stdout.write(id + ' ' + redelivered + '\\n', resolve));
};
`;

/** A project that consumes the messages of the traffic, through a durable queue. */
function projectFor({ topic }: Traffic): CommandProject {
  const project = new CommandProject();
  project.write(
    'config.toml',
    `amqp_url = "${url()}"
    queues."${topic}" = { durable = true, auto_delete = false, exclusive = false, arguments = {} }
    bindings = [{ queue = "${topic}", exchange = "amq.topic", routing_keys = ["${topic}"] }]`,
  );
  project.write('consumer.js', PRINT_RECEIPT);
  return project;
}

const ENDED = { awaited: 'the end of the process, with the signal or exit code that it must have' };

/** The exit code of a process after this signal. */
const EXITS = { SIGKILL: { code: null, signal: 'SIGKILL' }, SIGTERM: { code: 0, signal: null } } as const;

describe('no confirmed message is lost when', () => {
  it.for(['SIGKILL', 'SIGTERM'] as const)(
    'fedora-messaging consume gets %s under load, again and again',
    async (signal, context) => {
      const traffic = await Traffic.start({ options: { amqpUrl: url() }, consume: false });
      const project = projectFor(traffic);
      const start = (): TestProcess =>
        project.run(['consume', '--callback', './consumer.js:onMessage'], {
          onLine: (line) => traffic.onReceiptLine(line),
        });
      let command = start();
      await expect.poll(() => command.errors, { timeout: 60_000 }).toContain('for consuming');
      traffic.publishSteadily(200);
      for (let round = 0; round < ROUNDS; round++) {
        await traffic.ledger.whenReceivedMore(100 + Math.floor(Math.random() * 200));
        command.kill(signal);
        expect(await command.exit).toEqual(EXITS[signal]);
        command = start();
        traffic.ledger.faultOver();
        await traffic.ledger.whenRecovered();
      }
      const fault = `${signal} of fedora-messaging consume, ${ROUNDS} times`;
      // Only a kill interrupts a message, which then comes again: SIGTERM lets the message in hand finish.
      await traffic.finish(context, fault, signal === 'SIGKILL' ? { redeliveries: 1 } : ENDED);
    },
  );

  it.for(['SIGKILL', 'SIGTERM'] as const)(
    'fedora-messaging record gets %s under load: it goes on, and its file has only whole lines',
    async (signal, context) => {
      const traffic = await Traffic.start({ options: { amqpUrl: url() }, consume: false });
      const project = projectFor(traffic);
      const record = (): TestProcess => project.run(['record', 'out.jsonl']);
      project.write('out.jsonl', '');
      const lines = (): string[] => project.read('out.jsonl').split('\n').slice(0, -1);
      let read = 0;
      // A line that was seen before is a message that the broker has delivered again.
      const seen = new Set<string>();
      const receive = (): number => {
        for (const line of lines().slice(read)) {
          const { id } = JSON.parse(line) as { id: string };
          traffic.ledger.receive({ id, isRedelivered: seen.has(id) });
          seen.add(id);
          read++;
        }
        return read;
      };
      let command = record();
      await expect.poll(() => command.errors, { timeout: 60_000 }).toContain('for consuming');
      traffic.publishSteadily(200);
      for (let round = 0; round < ROUNDS; round++) {
        const before = receive();
        await expect.poll(receive, { timeout: 60_000, interval: 20 }).toBeGreaterThan(before + 100);
        command.kill(signal);
        expect(await command.exit).toEqual(EXITS[signal]);
        // The possible remains of a kill in the middle of a write; no test can wait for that moment.
        if (signal === 'SIGKILL') project.write('out.jsonl', `${project.read('out.jsonl')}{"body":{"sent`);
        command = record();
        traffic.ledger.faultOver();
      }
      traffic.pause();
      await expect
        .poll(() => (receive(), traffic.ledger.row('').lost), { timeout: 60_000, interval: 50 })
        .toBe(0);
      await traffic.publish();
      await expect.poll(() => (receive(), traffic.ledger.row('').lost), { timeout: 60_000 }).toBe(0);
      command.kill('SIGTERM');
      expect(await command.exit).toEqual(EXITS.SIGTERM);
      receive();
      expect(project.read('out.jsonl')).toMatch(/\n$/);
      if (signal === 'SIGKILL') expect(command.errors).toContain('an incomplete line');
      await traffic.finish(context, `${signal} of fedora-messaging record, ${ROUNDS} times`, ENDED);
      // After SIGTERM, the message in hand is recorded and acknowledged.
      if (signal === 'SIGTERM') expect(traffic.ledger.row('').duplicates).toBe(0);
    },
  );
});
