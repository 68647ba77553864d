import { describe, expect, it } from 'vitest';
import { loads } from '../../lib/index.js';
import { CommandProject } from '../support/command-project.js';
import { ParkedQueue } from '../support/parked-queue.js';
import type { RunningCommand } from '../support/running-command.js';
import { RawClient } from '../support/shared-rabbitmq.js';

const OK = { code: 0, signal: null };
const ids = (count: number): string[] => Array.from({ length: count }, (_, n) => `id-${n + 1}`);

/** The last line on standard error. */
const lastError = ({ errors }: RunningCommand): string | undefined => errors.trimEnd().split('\n').at(-1);

/** A project of a user, with parked messages. */
async function projectWith(
  parkedIds: readonly string[],
): Promise<{ project: CommandProject; at: ParkedQueue }> {
  const at = await ParkedQueue.declare();
  await at.park(parkedIds);
  const project = new CommandProject();
  project.configure();
  return { project, at };
}

describe('the command parked', () => {
  it('lists for each message the time of parking, the number of attempts, id, topic and error', async () => {
    const { project, at } = await projectWith(['a', 'b']);
    const command = project.call(['parked', at.queue], { env: { TZ: 'UTC' } });
    expect(await command.exit).toEqual(OK);
    expect(command.output).toBe(
      [
        'PARKED               ATTEMPTS  ID  TOPIC       ERROR',
        '2026-01-02 03:04:05  6         a   topic.of.a  broken by a',
        '2026-01-02 03:04:05  6         b   topic.of.b  broken by b',
        '',
      ].join('\n'),
    );
    await at.whenParked(2);
  });

  it('lists JSON objects, one per line, up to the limit', async () => {
    const { project, at } = await projectWith(ids(3));
    const command = project.call(['parked', '--format', 'json', '--limit', '2', at.queue]);
    expect(await command.exit).toEqual(OK);
    expect(command.lines.map((line) => JSON.parse(line) as object)).toEqual(
      ids(2).map((id) => ({
        id,
        topic: `topic.of.${id}`,
        error: `broken by ${id}`,
        attempts: 6,
        parkedAt: '2026-01-02T03:04:05.678Z',
      })),
    );
    expect(command.errors).toContain('There may be more than these 2: --limit lists them');
  });

  it('prints no control characters', async () => {
    const { project, at } = await projectWith([]);
    await at.park(['a'], { 'x-retry-error': 'two\nlines \u001b[31mred\u202e', 'x-retry-topic': 'a\u009b' });
    const table = project.call(['parked', at.queue]);
    expect(await table.exit).toEqual(OK);
    expect(table.lines[1]).toMatch(/a\\u009b +two lines \\u001b\[31mred\\u202e$/);
    await at.whenParked(1);
    const json = project.call(['parked', '--format', 'json', at.queue]);
    expect(await json.exit).toEqual(OK);
    expect(json.output).toContain('two\\nlines \\u001b[31mred\\u202e');
  });

  it('says that no message is parked', async () => {
    const { project, at } = await projectWith([]);
    const command = project.call(['parked', at.queue]);
    expect([await command.exit, command.output, lastError(command)]).toEqual([
      OK,
      '',
      `No message of queue '${at.queue}' is parked`,
    ]);
  });

  it('gives back a message by its id, and then all messages', async () => {
    const { project, at } = await projectWith(ids(3));
    const one = project.call(['parked', at.queue, '--give-back', '--id', 'id-2']);
    expect([await one.exit, lastError(one)]).toEqual([OK, '1 message given back']);
    const all = project.call(['parked', '--parking-queue', at.parking, at.queue, '--give-back', '--all']);
    expect([await all.exit, lastError(all)]).toEqual([OK, '2 messages given back']);
    expect(await at.idsIn(at.queue)).toEqual(['id-2', 'id-1', 'id-3']);
  });

  it('saves a file that publish reads, and drops a message when it is written', async () => {
    const { project, at } = await projectWith(ids(3));
    const saving = project.call(['parked', at.queue, '--save', 'saved.jsonl', '--drop', '--all']);
    expect([await saving.exit, lastError(saving)]).toEqual([OK, '3 messages saved and dropped']);
    expect(await at.raw.count(at.parking)).toBe(0);
    expect(loads(project.read('saved.jsonl')).map(({ id }) => id)).toEqual(ids(3));

    const received = await at.raw.queue('amq.topic', 'topic.of.*');
    const publishing = project.call(['publish', 'saved.jsonl']);
    expect(await publishing.exit).toEqual(OK);
    expect(await at.idsIn(received)).toEqual(ids(3));
  });

  it('prints the messages that it saves, and drops messages', async () => {
    const { project, at } = await projectWith(ids(3));
    const saving = project.call(['parked', at.queue, '--save', '-', '--id', 'id-3']);
    expect(await saving.exit).toEqual(OK);
    expect(loads(saving.output).map(({ id }) => id)).toEqual(['id-3']);
    await at.whenParked(3);
    const dropping = project.call(['parked', at.queue, '--drop', '--id', 'id-1']);
    expect([await dropping.exit, lastError(dropping)]).toEqual([OK, '1 message dropped']);
    expect(await at.idsIn(at.parking)).toEqual(['id-2', 'id-3']);
  });

  it.each<[number, string, string[]]>([
    [2, '--id ID or --all', ['--drop']],
    [2, '--give-back, --save FILE or --drop', ['--all']],
    [2, "'--id <id>' cannot be used with option '--all'", ['--drop', '--id', 'x', '--all']],
    [2, "'--give-back' cannot be used with option '--drop'", ['--drop', '--give-back', '--all']],
    [2, "'--limit <count>'", ['--drop', '--limit', '5', '--all']],
    [2, 'no-such-folder', ['--save', 'no-such-folder/x', '--all']],
    [1, "There is no message with the id 'x'", ['--drop', '--id', 'x']],
    [1, "There is no queue 'none'", ['--parking-queue', 'none']],
  ])('ends with %i and %s on %j', async (code, said, args) => {
    const { project, at } = await projectWith(ids(2));
    const command = project.call(['parked', at.queue, ...args]);
    expect({ ...(await command.exit), errors: command.errors }).toEqual({
      code,
      signal: null,
      errors: expect.stringContaining(said),
    });
    await at.whenParked(2);
  });

  it('ends with 14 when the broker refuses the login', async () => {
    const { project } = await projectWith([]);
    project.configure({ url: 'amqp://127.0.0.1:1/' });
    const command = project.call(['parked', 'any']);
    expect(await command.exit).toMatchObject({ code: 14 });
  });

  it('ends with 121 when the queue does not accept a message, which stays parked', async () => {
    const { project, at } = await projectWith(ids(2));
    await at.raw.channel.deleteQueue(at.queue);
    const command = project.call(['parked', at.queue, '--give-back', '--all']);
    expect(await command.exit).toMatchObject({ code: 121 });
    await at.whenParked(2);
  });
});

describe('the command parked, killed in the middle,', () => {
  const COUNT = 2_000;

  /**
   * Waits until all messages are found, in one place or both: messages of a killed command come back when the broker
   * notices.
   */
  async function expectNoneLost(at: ParkedQueue, found: string[]): Promise<void> {
    for (let all = found; ;) {
      all = [...all, ...(await at.idsIn(at.parking))];
      if (new Set(all).size < COUNT) continue;
      expect(new Set(all)).toEqual(new Set(ids(COUNT)));
      // Only the message in hand may come twice.
      expect(all.length).toBeLessThanOrEqual(COUNT + 1);
      return;
    }
  }

  it('loses no message that it lists, and leaves all in their places', async () => {
    const { project, at } = await projectWith(ids(COUNT));
    const command = project.run(['parked', at.queue, '--limit', String(COUNT)]);
    // By then the command has had some messages in hand for a while.
    await expect.poll(() => at.raw.count(at.parking), { interval: 1 }).toBeLessThan(COUNT - 100);
    command.kill('SIGKILL');
    expect(await command.exit).toMatchObject({ signal: 'SIGKILL' });
    expect(command.output).toBe('');
    await at.whenParked(COUNT);
    expect(await at.idsIn(at.parking)).toEqual(ids(COUNT));
  });

  it('loses no message that it gives back', async () => {
    const { project, at } = await projectWith(ids(COUNT));
    const { channel } = await RawClient.open();
    const command = project.run(['parked', at.queue, '--give-back', '--all']);
    const received: string[] = [];
    await channel.consume(
      at.queue,
      (message) => {
        received.push(String(message!.properties.messageId));
        if (received.length === 50) command.kill('SIGKILL');
      },
      { noAck: true },
    );
    expect(await command.exit).toMatchObject({ signal: 'SIGKILL' });
    await channel.checkQueue(at.queue);
    expect(received.length).toBeLessThan(COUNT);
    await expectNoneLost(at, received);
  });

  it('loses no message that it saves and drops', async () => {
    const { project, at } = await projectWith(ids(COUNT));
    const saved: string[] = [];
    const command = project.run(['parked', at.queue, '--save', '-', '--drop', '--all'], {
      onLine: (line) => {
        saved.push((JSON.parse(line) as { id: string }).id);
        if (saved.length === 50) command.kill('SIGKILL');
      },
    });
    expect(await command.exit).toMatchObject({ signal: 'SIGKILL' });
    expect(saved.length).toBeLessThan(COUNT);
    await expectNoneLost(at, saved);
  });
});
