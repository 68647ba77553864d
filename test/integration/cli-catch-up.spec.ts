import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CommandProject } from '../support/command-project.js';
import {
  type Archived,
  FakeDatagrepper,
  FAULTS,
  idOf,
  messagesOfNewYear,
  NEW_YEAR,
} from '../support/fake-datagrepper.js';

const OK = { code: 0, signal: null };
const SINCE = ['--since', '2026-01-01T00:00Z'];
const CALLBACK = ['--callback', './consumer.js:onMessage'];

/** A project with a callback, and no broker. */
function projectWith(callback: string): CommandProject {
  const project = new CommandProject();
  project.configure({ url: 'amqp://127.0.0.1:1' });
  rewrite(project, callback);
  return project;
}

function rewrite(project: CommandProject, callback: string): void {
  project.write(
    'consumer.js',
    `import { setTimeout } from 'node:timers/promises';
    import { Drop, HaltConsumer, Nack } from 'nestjs-fedora-messaging';
    export async function onMessage(message, context) { const { index } = message.body; ${callback} }`,
  );
}

const PRINT = 'console.log(index);';

/** The arguments of a catch-up in an archive of the test's own. */
function from({ url }: FakeDatagrepper, ...args: string[]): string[] {
  return ['reconsume', '--datagrepper-url', url, '--interval', '0', ...args];
}

const numbers = (first: number, end: number): string[] =>
  Array.from({ length: end - first }, (_, index) => String(first + index));

describe('reconsume --since', () => {
  it('hands all messages since then to the callback, oldest first, without a broker', async () => {
    const archive = await FakeDatagrepper.start(messagesOfNewYear(150));
    const project = projectWith('console.log(index, message.id, message.queue, context.attempt);');
    const command = project.call(from(archive, ...CALLBACK, ...SINCE, '--category', 'bodhi'));
    expect(await command.exit).toEqual(OK);
    expect(command.lines).toEqual(numbers(0, 150).map((n) => `${n} ${idOf(Number(n))} null 1`));
    expect(command.errors).toContain('Handled 150 messages');
    expect(archive.requests[0]!.parameters.get('category')).toBe('bodhi');
  });

  it.each([
    ['throws', 'throw new Error("broken")', 13, /callback failed on the message .*broken/],
    ['throws Nack', 'throw new Nack()', 13, /would go back into the queue/],
    ['halts and gives back', 'throw new HaltConsumer({ exitCode: 7, requeue: true })', 7, /would halt/],
  ])('stops when the callback %s, and says where to go on', async (_, failure, code, said) => {
    const archive = await FakeDatagrepper.start(messagesOfNewYear(5));
    const project = projectWith(`${PRINT} if (index === 2) ${failure};`);
    const command = project.call(from(archive, ...CALLBACK, ...SINCE));
    expect([(await command.exit).code, command.lines]).toEqual([code, ['0', '1', '2']]);
    expect(command.errors).toMatch(said);
    expect(command.errors).toContain('To go on, use --since 2026-01-01T00:00:02+00:00');
  });

  it.each([
    ['throws Drop', 'throw new Drop()', [], 0, 5],
    ['throws, with --on-error drop', 'throw new Error("broken")', ['--on-error', 'drop'], 0, 5],
    ['throws Nack, with --on-error drop', 'throw new Nack()', ['--on-error', 'drop'], 0, 5],
    ['halts', 'throw new HaltConsumer({ exitCode: 7 })', [], 7, 3],
    ['cancels its consumer', 'await context.consumer.cancel()', [], 0, 3],
  ])('counts a message as done when the callback %s', async (_, end, args, code, count) => {
    const archive = await FakeDatagrepper.start(messagesOfNewYear(5));
    const project = projectWith(`${PRINT} if (index === 2) ${end};`);
    const command = project.call(from(archive, ...CALLBACK, ...SINCE, '--resume', 'state', ...args));
    expect([(await command.exit).code, command.lines]).toEqual([code, numbers(0, count)]);
    expect(project.read('state')).toContain(idOf(2));
    // Only a catch-up that has come to its end logs that.
    expect(project.read('state').includes('"until"')).toBe(count === 5);
  });

  it('leaves out a message that a consumer would reject, with a warning', async () => {
    const text = `{"id": "${idOf(9)}", "topic": "a.b", "body": {}, "headers": {"fedora_messaging_severity": 7}}`;
    const archive = await FakeDatagrepper.start([
      ...messagesOfNewYear(2),
      { id: idOf(9), topic: 'a.b', time: NEW_YEAR + 9, text },
    ]);
    const command = projectWith(PRINT).call(from(archive, ...CALLBACK, ...SINCE));
    expect([await command.exit, command.lines]).toEqual([OK, ['0', '1']]);
    expect(command.errors).toMatch(/severity.*left out|left out.*severity/);
  });

  it('finishes its message at a signal, and says where to go on', async () => {
    const archive = await FakeDatagrepper.start(messagesOfNewYear(5));
    const project = projectWith(
      `${PRINT} if (index === 2) await setTimeout(1000); console.log('done', index);`,
    );
    const command = project.call(from(archive, ...CALLBACK, ...SINCE));
    await command.whenText('2\n');
    command.kill('SIGTERM');
    expect(await command.exit).toEqual({ code: 143, signal: null });
    expect(command.lines.at(-1)).toBe('done 2');
    expect(command.errors).toContain('To go on, use --since 2026-01-01T00:00:02+00:00');
  });

  it('ends with 1 when Datagrepper fails, and says where to go on', async () => {
    const archive = await FakeDatagrepper.start(messagesOfNewYear(150));
    archive.faults.push((_, usual) => usual(), FAULTS.database);
    const command = projectWith(PRINT).call(from(archive, ...CALLBACK, ...SINCE, '--attempts', '1'));
    expect([(await command.exit).code, command.lines]).toEqual([1, numbers(0, 100)]);
    expect(command.errors).toContain('To go on, use --since 2026-01-01T00:01:39+00:00');
  });
});

describe('reconsume --resume', () => {
  it('goes on at the message that was not handled, and repeats no handled message', async () => {
    const archive = await FakeDatagrepper.start(messagesOfNewYear(250));
    const project = projectWith(`${PRINT} if (index === 130) throw new Error("broken");`);
    const args = from(archive, ...CALLBACK, ...SINCE, '--resume', 'state');
    const failed = project.call(args);
    expect([(await failed.exit).code, failed.lines.at(-1)]).toEqual([13, '130']);
    expect(failed.errors).toContain('The same command goes on: state has what was handled');
    rewrite(project, PRINT);
    const command = project.run(args);
    expect([await command.exit, command.lines]).toEqual([OK, numbers(130, 250)]);
  });

  it('goes on after a kill, and repeats at most one message', async () => {
    const archive = await FakeDatagrepper.start(
      messagesOfNewYear(250, { time: NEW_YEAR }).map((message, index) => ({
        ...message,
        body: { index },
      })),
    );
    const project = projectWith(`${PRINT} if (index === 99) await setTimeout(100_000);`);
    const args = from(archive, ...CALLBACK, ...SINCE, '--resume', 'state');
    const killed = project.run(args);
    await killed.whenText('99\n');
    killed.kill('SIGKILL');
    await killed.exit;
    rewrite(project, PRINT);
    const command = project.run(args);
    expect(await command.exit).toEqual(OK);
    const all = [...killed.lines, ...command.lines];
    expect(all).toHaveLength(251);
    expect(new Set(all)).toEqual(new Set(numbers(0, 250)));
  });

  it('goes on after its limit in the middle of messages of one time', async () => {
    const archive = await FakeDatagrepper.start(
      messagesOfNewYear(250).map((message) => ({ ...message, time: NEW_YEAR })),
    );
    const project = projectWith(PRINT);
    const args = from(archive, ...CALLBACK, ...SINCE, '--resume', 'state', '--limit', '90');
    const lines: string[] = [];
    for (const count of [90, 90, 70]) {
      const command = project.call(args);
      expect(await command.exit).toEqual(OK);
      expect(command.lines).toHaveLength(count);
      lines.push(...command.lines);
    }
    expect(new Set(lines)).toEqual(new Set(numbers(0, 250)));
  });

  it('hands over new messages, also late messages, and forgets old entries', async () => {
    const now = Math.floor(Date.now() / 1000);
    const archive = await FakeDatagrepper.start(
      messagesOfNewYear(3).map((message, index) => ({ ...message, time: now - [5000, 1000, 10][index]! })),
    );
    const project = projectWith(PRINT);
    const args = from(archive, ...CALLBACK, '--since', '2h', '--resume', 'state');
    const first = project.call(args);
    expect([await first.exit, first.lines]).toEqual([OK, numbers(0, 3)]);
    const [model] = messagesOfNewYear(1);
    archive.archive.push({ ...model!, id: idOf(7), time: now - 20, body: { index: 7 } });
    archive.archive.push({ ...model!, id: idOf(8), time: now - 4000, body: { index: 8 } });
    const second = project.call(args);
    expect([await second.exit, second.lines]).toEqual([OK, ['7']]);
    expect(project.read('state')).not.toContain(idOf(0));
    expect(project.read('state')).toContain(idOf(2));
  });

  it('hands over what comes after its end, when --until is in the future', async () => {
    const now = Math.floor(Date.now() / 1000);
    const [first, second] = messagesOfNewYear(2).map((message) => ({ ...message, time: now - 60 }));
    const archive = await FakeDatagrepper.start([first!]);
    const project = projectWith(PRINT);
    const args = from(archive, ...CALLBACK, '--since', '1h', '--until', '2100-01-01', '--resume', 'state');
    expect(await project.call(args).exit).toEqual(OK);
    archive.archive.push(second!);
    const command = project.call(args);
    expect([await command.exit, command.lines]).toEqual([OK, ['1']]);
  });

  it('goes on from a file whose last line is half written', async () => {
    const archive = await FakeDatagrepper.start(messagesOfNewYear(3));
    const project = projectWith(PRINT);
    const line = JSON.stringify({ handled: idOf(0), sentAt: '2026-01-01T00:00:00+00:00', by: 'callback' });
    project.write('state', `{"since":"2026-01-01T00:00:00Z"}\n${line}\n{"handled":"0000`);
    const command = project.call(from(archive, ...CALLBACK, '--resume', 'state'));
    expect([await command.exit, command.lines]).toEqual([OK, ['1', '2']]);
  });

  it('refuses a file of another kind, and does not change it', async () => {
    const archive = await FakeDatagrepper.start([]);
    const project = projectWith(PRINT);
    project.write('precious', 'text\n');
    const command = project.call(from(archive, ...CALLBACK, ...SINCE, '--resume', 'precious'));
    expect([(await command.exit).code, command.errors]).toEqual([
      2,
      expect.stringMatching(/line 1 of precious is not of a catch-up/),
    ]);
    expect(project.read('precious')).toBe('text\n');
  });
});

describe('reconsume --app', () => {
  const app = (failing = ''): string => `
import { Module } from '@nestjs/common';
import { Consumer, FedoraMessagingModule } from 'nestjs-fedora-messaging';

class Handlers {
  onBodhi({ body }) { console.log('bodhi', body.index); ${failing} }
  onEdit({ body }) { console.log('edit', body.index); }
  onAll({ body }) { console.log('all', body.index); }
}
function consumes(method, bindings) {
  const options = { queues: { [method]: { durable: true, autoDelete: false, exclusive: false, arguments: {} } }, bindings };
  Consumer(options)(Handlers.prototype, method, Object.getOwnPropertyDescriptor(Handlers.prototype, method));
}
const bound = (...routingKeys) => [{ exchange: 'amq.topic', routingKeys }];
consumes('onEdit', bound('#.edit', 'org.fedoraproject.*.koji.tag'));
consumes('onBodhi', bound('org.fedoraproject.prod.bodhi.#'));
consumes('onAll', []);
export class AppModule {}
Module({ imports: [FedoraMessagingModule.forRoot()], providers: [Handlers] })(AppModule);
export class Idle {}
Module({ imports: [FedoraMessagingModule.forRoot()] })(Idle);
export class OffBus {}
Module({})(OffBus);
`;
  const ARCHIVE: Archived[] = [
    ['bodhi.update.edit', 0],
    ['koji.tag', 1],
    ['bodhi.update.comment', 2],
    ['koji.tag.extra', 3],
  ].map(([topic, index]) => ({
    id: idOf(Number(index)),
    topic: `org.fedoraproject.prod.${topic}`,
    time: NEW_YEAR + Number(index),
    body: { index },
  }));

  function projectOf(source: string): CommandProject {
    const project = new CommandProject();
    project.configure({ url: 'amqp://127.0.0.1:1' });
    project.write('app.js', source);
    return project;
  }

  it('hands each message to the consumers whose bindings match its topic, which connect to no broker', async () => {
    const archive = await FakeDatagrepper.start(ARCHIVE);
    const command = projectOf(app()).call(from(archive, '--app', './app.js:AppModule', ...SINCE));
    expect([await command.exit, command.lines]).toEqual([
      OK,
      ['edit 0', 'bodhi 0', 'all 0', 'edit 1', 'all 1', 'bodhi 2', 'all 2', 'all 3'],
    ]);
    expect(command.errors).toContain('Handled 4 messages');
    expect(command.errors).not.toMatch(/ECONNREFUSED/);
  });

  it('goes on with the consumer that failed, and gives nothing to a consumer that has handled the message', async () => {
    const archive = await FakeDatagrepper.start(ARCHIVE);
    const project = projectOf(app('if (body.index === 0) throw new Error("broken");'));
    const args = from(archive, '--app', './app.js:AppModule', ...SINCE, '--resume', 'state');
    const failed = project.call(args);
    expect([(await failed.exit).code, failed.lines]).toEqual([13, ['edit 0', 'bodhi 0']]);
    expect(failed.errors).toContain('Handlers.onBodhi failed on the message');
    project.write('app.js', app());
    const command = project.run(args);
    expect([await command.exit, command.lines.slice(0, 3)]).toEqual([OK, ['bodhi 0', 'all 0', 'edit 1']]);
  });

  it('accepts the id of one message, too', async () => {
    const archive = await FakeDatagrepper.start(ARCHIVE);
    const command = projectOf(app()).call(from(archive, '--app', './app.js:AppModule', idOf(2)));
    expect([await command.exit, command.lines]).toEqual([OK, ['bodhi 2', 'all 2']]);
  });

  it.each(['Idle', 'OffBus'])('refuses a module that consumes nothing: %s', async (name) => {
    const archive = await FakeDatagrepper.start(ARCHIVE);
    const command = projectOf(app()).call(from(archive, '--app', `./app.js:${name}`, ...SINCE));
    expect([(await command.exit).code, command.errors]).toEqual([
      2,
      expect.stringContaining('consumes nothing'),
    ]);
    expect(archive.requests).toEqual([]);
  });
});

describe('reconsume --file', () => {
  it('hands over the messages that search has printed', async () => {
    const archive = await FakeDatagrepper.start(messagesOfNewYear(5));
    const project = projectWith(PRINT);
    const search = project.call(from(archive, ...SINCE, '--format', 'json').with(0, 'search'));
    expect(await search.exit).toEqual(OK);
    const command = project.call(['reconsume', ...CALLBACK, '--file', '-'], { input: search.output });
    expect([await command.exit, command.lines]).toEqual([OK, numbers(0, 5)]);
  });

  it('stops at a message that is not handled, and goes on there with --skip', async () => {
    const project = projectWith(`${PRINT} if (index === 1) throw new Error("broken");`);
    const line = (index: number): string => `${JSON.stringify({ topic: 'a', body: { index } })}\n`;
    project.write('in.jsonl', [0, 1, 2].map(line).join(''));
    const failed = project.call(['reconsume', ...CALLBACK, '--file', 'in.jsonl']);
    expect([(await failed.exit).code, failed.lines]).toEqual([13, ['0', '1']]);
    expect(failed.errors).toContain('To go on, use --skip 1');
    rewrite(project, PRINT);
    const command = project.run(['reconsume', ...CALLBACK, '--file', 'in.jsonl', '--skip', '1']);
    expect([await command.exit, command.lines]).toEqual([OK, ['1', '2']]);
  });

  it('ends with 2 at a line that is not a message', async () => {
    const project = projectWith(PRINT);
    project.write('in.jsonl', '{"topic": "a", "body": {"index": 0}}\n{}\n');
    const command = project.call(['reconsume', ...CALLBACK, '--file', 'in.jsonl']);
    expect([(await command.exit).code, command.lines]).toEqual([2, ['0']]);
    expect(command.errors).toMatch(/Line 2/);
  });
});

describe('reconsume', () => {
  it.each([
    [[], /needs the id of a message, --since TIME .* or --file FILE/],
    [['--resume', 'state'], /needs --since TIME the first time/],
    [[idOf(1), ...SINCE], /takes one of these/],
    [[idOf(1), '--category', 'bodhi'], /--category: cannot be used with the id/],
    [['--file', '-', '--category', 'bodhi'], /cannot be used with/],
  ])('refuses %j with exit code 2', async (args, reason) => {
    const project = projectWith(PRINT);
    const command = project.call(['reconsume', ...CALLBACK, ...args]);
    expect([(await command.exit).code, command.errors]).toEqual([2, expect.stringMatching(reason)]);
    expect(existsSync(project.path('state'))).toBe(false);
  });
});
