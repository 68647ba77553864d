import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunningCommand } from '../support/running-command.js';
import { CommandProject } from '../support/command-project.js';
import { addUser, amqpUrl, RawClient, unique } from '../support/shared-rabbitmq.js';

const CALLBACKS = `
import { HaltConsumer } from 'nestjs-fedora-messaging';
export const halt = () => { throw new HaltConsumer(); };
export const halt42 = () => { throw new HaltConsumer({ exitCode: 42, reason: 'the answer' }); };
export const fail = () => { throw new Error('the callback is broken'); };
export const ignore = () => undefined;
export class NoHandler {}
export class Unmakable { constructor() { throw new Error('no database'); } handle() {} }
export const notCallable = 5;
export const noHandle = { handel() {} };
`;

/** A project that consumes a queue of the test's own, with a message in it. */
async function projectWithMessage(
  url?: string,
): Promise<{ project: CommandProject; queue: string; raw: RawClient }> {
  const raw = await RawClient.open();
  const queue = await raw.queue('');
  raw.send(queue, '{"n":1}');
  const project = new CommandProject();
  project.configure({ queue, url });
  project.write('callbacks.js', CALLBACKS);
  return { project, queue, raw };
}

const consume = (project: CommandProject, name: string): RunningCommand =>
  project.call(['consume', '--callback', `./callbacks.js:${name}`]);

async function expectExit(command: RunningCommand, code: number, said = ''): Promise<void> {
  expect({ ...(await command.exit), errors: command.errors }).toEqual({
    code,
    signal: null,
    errors: expect.stringContaining(said),
  });
}

describe('consume ends with', () => {
  it('0 when the callback halts its consumer, and the message is acknowledged', async () => {
    const { project, queue, raw } = await projectWithMessage();
    await expectExit(consume(project, 'halt'), 0);
    expect(await raw.count(queue)).toBe(0);
  });

  it('the code of a HaltConsumer', async () => {
    const { project } = await projectWithMessage();
    await expectExit(consume(project, 'halt42'), 42, 'the answer');
  });

  it('10 when the broker refuses a declaration', async () => {
    const { project, queue, raw } = await projectWithMessage();
    await raw.channel.deleteQueue(queue);
    await raw.channel.assertQueue(queue, { durable: true });
    await expectExit(consume(project, 'ignore'), 10, 'PRECONDITION_FAILED');
  });

  it('11 when registering the consumer fails with an unexpected error', async () => {
    const { project } = await projectWithMessage();
    await expectExit(consume(project, 'Unmakable'), 11, 'no database');
  });

  it('12 when the broker cancels the consumer', async () => {
    const { project, queue, raw } = await projectWithMessage();
    const command = consume(project, 'ignore');
    await command.whenErrors('Consuming the message');
    await raw.channel.deleteQueue(queue);
    await expectExit(command, 12, 'cancelled');
  });

  it('13 when the callback throws, and the message goes back', async () => {
    const { project, queue, raw } = await projectWithMessage();
    await expectExit(consume(project, 'fail'), 13, 'the callback is broken');
    expect((await raw.next(queue)).content.toString()).toBe('{"n":1}');
  });

  it('14 when its application gets no connection in the attempts of its URL', async () => {
    const project = new CommandProject();
    project.configure({ url: 'amqp://127.0.0.1:1/?connection_attempts=2&retry_delay=0.01' });
    project.write(
      'app.js',
      `import { Module } from '@nestjs/common';
      import { Consumer, FedoraMessagingModule } from 'nestjs-fedora-messaging';
      class Handlers { onMessage() {} }
      Consumer()(Handlers.prototype, 'onMessage', Object.getOwnPropertyDescriptor(Handlers.prototype, 'onMessage'));
      export class AppModule {}
      Module({ imports: [FedoraMessagingModule.forRoot()], providers: [Handlers] })(AppModule);`,
    );
    await expectExit(project.call(['consume', '--app', './app.js:AppModule']), 14, '2 of 2 attempts');
  });

  it('15 when the user may not read the queue', async () => {
    const user = await addUser({ configure: '.*', write: '.*', read: '^amq\\.topic$' });
    const { project } = await projectWithMessage(amqpUrl(user));
    await expectExit(consume(project, 'ignore'), 15, 'ACCESS_REFUSED');
  });

  it.each([
    ['an option that there is not', ['consume', '--no-such-option'], '--no-such-option'],
    ['a command that there is not', ['produce'], 'produce'],
    ['no command', [], 'Usage'],
    ['a configuration file that there is not', ['--conf', 'no-such.toml', 'consume'], 'no-such.toml'],
    ['a configuration file that is wrong', ['--conf', 'wrong.toml', 'consume'], "'amqp'"],
    ['a callback next to an application', ['consume', '--callback', 'a:b', '--app', 'a:b'], '--app'],
    ['a log level that there is not', ['--log-level', 'loud', 'consume'], 'critical'],
    ['a limit of nothing', ['record', '--limit', '0', 'out.jsonl'], '--limit'],
    ['a limit that is no number', ['record', '--limit', '1e3', 'out.jsonl'], '--limit'],
    ['schemas that there are not', ['--schemas', 'nowhere', 'schemas'], "'nowhere'"],
    ['a file that can not be written', ['record', 'no-such-folder/out.jsonl'], 'no-such-folder'],
    ['a file that there is not', ['publish', 'no-such.jsonl'], 'no-such.jsonl'],
    ['a limit of the shutdown that is no number', ['consume', '--shutdown-timeout', 'soon'], 'whole number'],
  ])('2 on %s', async (_, args, said) => {
    const project = new CommandProject();
    project.configure();
    project.write('wrong.toml', 'amqp = 5\n');
    await expectExit(project.call(args), 2, said);
  });

  it.each([
    ['without an export', ['--callback', './callbacks.js'], 'MODULE:EXPORT'],
    ['of a module that there is not', ['--callback', 'nowhere:onMessage'], "'nowhere'"],
    ['of a file that there is not', ['--callback', './nowhere.js:f'], 'nowhere.js'],
    ['of a --callback-file that there is not', ['--callback-file', 'nowhere.js'], 'nowhere.js'],
    ['that is not exported', ['--callback', './callbacks.js:nothing'], 'nothing of that name'],
    ['that is no function', ['--callback', './callbacks.js:notCallable'], 'a number'],
    ['that is a class without handle()', ['--callback', './callbacks.js:NoHandler'], 'handle(message)'],
    ['that is an object without handle()', ['--callback', './callbacks.js:noHandle'], 'handle(message)'],
    ['whose module fails', ['--callback', './broken.js:f'], 'it is broken'],
  ])('1 on a callback %s, before it connects', async (_, args, said) => {
    const project = new CommandProject();
    project.configure({ url: 'amqp://127.0.0.1:1/?retry_delay=60' });
    project.write('callbacks.js', CALLBACKS);
    project.write('broken.js', "throw new Error('it is broken');\n");
    const command = project.call(['consume', ...args]);
    await expectExit(command, 1, said);
    expect(command.errors).not.toContain('127.0.0.1');
  });

  it("1 when the callback of the configuration file can't be loaded", async () => {
    const project = new CommandProject();
    project.configure({ more: 'callback = "nowhere:onMessage"' });
    await expectExit(project.call(['consume']), 1, "'nowhere'");
  });
});

describe('publish ends with', () => {
  const LINE = '{"topic": "cli.exit", "body": {}}\n';

  it('0 when all messages are published', async () => {
    const project = new CommandProject();
    project.configure();
    const command = project.call(['publish', '-'], { input: LINE + LINE });
    await expectExit(command, 0, 'Published 2 messages');
    expect(command.lines).toEqual(Array(2).fill('Publishing message with topic cli.exit'));
  });

  it('1 on another error: an exchange that exists with other settings', async () => {
    const raw = await RawClient.open();
    const exchange = unique('exchange');
    await raw.channel.assertExchange(exchange, 'fanout', { durable: false, autoDelete: true });
    await raw.queue(exchange);
    const project = new CommandProject();
    project.configure({ more: `[exchanges."${exchange}"]\ntype = "topic"\n` });
    await expectExit(project.call(['publish', '-'], { input: LINE }), 1, 'PRECONDITION_FAILED');
  });

  it('2 when a message is invalid', async () => {
    const project = new CommandProject();
    project.configure();
    const command = project.call(['publish', '-'], { input: `${LINE}{"topic": "cli.exit"}\n` });
    await expectExit(command, 2, 'Line 2');
  });

  it('111 when the broker refuses the login', async () => {
    const project = new CommandProject();
    project.configure({ url: amqpUrl('guest', 'wrong') });
    await expectExit(project.call(['publish', '-'], { input: LINE }), 111, 'ACCESS_REFUSED');
  });

  it('121 when the broker rejects the message', async () => {
    const raw = await RawClient.open();
    const topic = unique('cli');
    const args = { 'x-max-length': 1, 'x-overflow': 'reject-publish' };
    await raw.queue('amq.topic', topic, { arguments: args });
    const project = new CommandProject();
    project.configure();
    const line = LINE.replace('cli.exit', topic);
    await expectExit(project.call(['publish', '-'], { input: line }), 0);
    await expectExit(project.call(['publish', '-'], { input: line }), 121, 'rejected');
  });

  it('121 when the user may not publish', async () => {
    const user = await addUser({ configure: '.*', write: '^nothing$', read: '.*' });
    const project = new CommandProject();
    project.configure({ url: amqpUrl(user) });
    await expectExit(project.call(['publish', '-'], { input: LINE }), 121, 'ACCESS_REFUSED');
  });
});

describe('the command line', () => {
  it.each([
    ['--version', /^\d+\.\d+\.\d+$/],
    ['--help', /^Usage: fedora-messaging/],
  ])('ends with 0 on %s', async (option, said) => {
    const command = new CommandProject().run([option]);
    await expectExit(command, 0);
    expect(command.lines[0]).toMatch(said);
  });

  it.each([
    ['its help', ['consume', '--help'], 0],
    ['what options are wrong', ['consume', '--nothing'], 2],
  ])('prints %s without loading Nest, which takes most of a second', async (_, args, code) => {
    const project = new CommandProject();
    // The file where Node lists the modules that it has loaded.
    const NODE_V8_COVERAGE = project.path('loaded');
    expect(await project.run(args, { env: { NODE_V8_COVERAGE } }).exit).toMatchObject({ code });

    const loaded = readdirSync(NODE_V8_COVERAGE)
      .map((name) => readFileSync(join(NODE_V8_COVERAGE, name), 'utf8'))
      .join('');
    expect(loaded).toContain('cli/program.js');
    expect(loaded).not.toContain('@nestjs/');
  });
});
