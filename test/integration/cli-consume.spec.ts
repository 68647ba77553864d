import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { TestProcess } from '../support/child-process.js';
import { CommandProject } from '../support/command-project.js';
import {
  amqpUrl,
  listBindings,
  listConnections,
  listQueues,
  RawClient,
  unique,
} from '../support/shared-rabbitmq.js';

/** A queue of the test's own with messages `{"n":1}` and so on, and a project that consumes it. */
async function projectWith(
  messages: number,
  more: { installed?: string[]; config?: string } = {},
): Promise<{ project: CommandProject; queue: string; raw: RawClient }> {
  const raw = await RawClient.open();
  const queue = await raw.queue('');
  for (let n = 1; n <= messages; n++) raw.send(queue, JSON.stringify({ n }));
  const project = new CommandProject(more.installed);
  project.configure({ queue, more: more.config });
  return { project, queue, raw };
}

const OK = { code: 0, signal: null };

const ESM = `
import { HaltConsumer } from 'nestjs-fedora-messaging';
export function onMessage(message) {
  console.log('handled', message.body.n);
  throw new HaltConsumer();
}
export default onMessage;
`;
const COMMONJS = `
const { HaltConsumer } = require('nestjs-fedora-messaging');
exports.onMessage = (message) => {
  console.log('handled', message.body.n);
  throw new HaltConsumer();
};
`;
const TYPESCRIPT = `
import { HaltConsumer, type Message } from 'nestjs-fedora-messaging';
enum Verb { Handled = 'handled' }
export async function onMessage(message: Message<{ n: number }>): Promise<void> {
  console.log(Verb.Handled, message.body.n);
  throw new HaltConsumer();
}
`;

describe('a callback of the command may be', () => {
  it.each([
    ['a function of an ES module', 'consumer.mjs', ESM, ['--callback', './consumer.mjs:onMessage']],
    ['named without its extension', 'consumer.mjs', ESM, ['--callback', './consumer:onMessage']],
    ['named without ./', 'consumer.mjs', ESM, ['--callback', 'consumer.mjs:onMessage']],
    ['a function of a CommonJS module', 'consumer.cjs', COMMONJS, ['--callback', './consumer.cjs:onMessage']],
    ['in a file', 'consumer.mjs', ESM, ['--callback-file', 'consumer.mjs#onMessage']],
    ['in a file, after a colon', 'consumer.mjs', ESM, ['--callback-file', './consumer.mjs:onMessage']],
    ["a file's default export", 'consumer.mjs', ESM, ['--callback-file', 'consumer.mjs']],
    ['TypeScript', 'consumer.ts', TYPESCRIPT, ['--callback', './consumer.ts:onMessage'], ['tsx']],
    [
      'a file of TypeScript',
      'consumer.mts',
      TYPESCRIPT,
      ['--callback-file', 'consumer.mts#onMessage'],
      ['tsx'],
    ],
    [
      'a function of an installed package',
      'node_modules/my-consumers/index.js',
      ESM,
      ['--callback', 'my-consumers:onMessage'],
    ],
  ])('%s', async (_, file, source, args, installed: string[] = []) => {
    const { project } = await projectWith(1, { installed });
    project.write(file, source);
    // A package of that kind may have an entry for import only.
    project.write(
      'node_modules/my-consumers/package.json',
      '{"name": "my-consumers", "type": "module", "exports": {".": {"import": "./index.js"}}}',
    );
    // The runner of TypeScript stays in its process.
    const command =
      installed.length > 0 ? project.run(['consume', ...args]) : project.call(['consume', ...args]);
    expect([await command.exit, command.errors]).toEqual([OK, expect.stringContaining('halts')]);
    expect(command.lines).toEqual(['handled 1']);
  });

  it('a class, which is instantiated once', async () => {
    const { project } = await projectWith(2);
    project.write(
      'consumer.js',
      `import { HaltConsumer } from 'nestjs-fedora-messaging';
      export class Handler {
        constructor() { console.log('made'); }
        async handle(message) {
          console.log('handled', message.body.n);
          if (message.body.n === 2) throw new HaltConsumer();
        }
      }`,
    );
    const command = project.call(['consume', '--callback', './consumer.js:Handler']);
    expect(await command.exit).toEqual(OK);
    expect(command.lines).toEqual(['made', 'handled 1', 'handled 2']);
  });

  it.each([
    ['an object with handle()', 'export const onMessage = { n: 0, handle(message) { this.n++; CALL } };'],
    [
      'a class as compilers to old JavaScript make it',
      'export function onMessage() { this.n = 1; }\nonMessage.prototype.handle = function (message) { CALL };',
    ],
  ])('%s', async (_, source) => {
    const { project } = await projectWith(1);
    const call = "console.log('handled', message.body.n, this.n); throw new HaltConsumer();";
    project.write(
      'consumer.js',
      `import { HaltConsumer } from 'nestjs-fedora-messaging';\n${source.replace('CALL', call)}`,
    );
    const command = project.call(['consume', '--callback', './consumer.js:onMessage']);
    expect([await command.exit, command.lines]).toEqual([OK, ['handled 1 1']]);
  });

  it('in a file, which wins over --callback', async () => {
    const { project } = await projectWith(1);
    project.write('consumer.js', ESM);
    const command = project.call([
      'consume',
      '--callback',
      'nowhere:nothing',
      '--callback-file',
      'consumer.js',
    ]);
    expect([await command.exit, command.lines]).toEqual([OK, ['handled 1']]);
  });

  it('TypeScript with decorators, with the tsconfig.json next to it', async () => {
    const { project, raw, queue } = await projectWith(0, { installed: ['tsx'] });
    project.write('tsconfig.json', '{"compilerOptions": {"experimentalDecorators": true}}');
    project.write(
      'consumer.ts',
      `import { IsInt } from 'class-validator';
      import { HaltConsumer, Message, MessageSchema } from 'nestjs-fedora-messaging';
      class Body { @IsInt() n!: number; }
      @MessageSchema('cli.typescript', { body: Body })
      class Numbered extends Message<Body> {}
      export const onMessage = (message: Message): void => {
        console.log(message instanceof Numbered && message.body instanceof Body);
        throw new HaltConsumer();
      };`,
    );
    const headers = { fedora_messaging_schema: 'cli.typescript', fedora_messaging_severity: 20 };
    raw.send(queue, '{"n":"none"}', { headers });
    raw.send(queue, '{"n":1}', { headers });
    const command = project.run(['consume', '--callback', './consumer.ts:onMessage']);
    expect([await command.exit, command.errors]).toEqual([
      OK,
      expect.stringContaining('/body/n must be an integer'),
    ]);
    expect(command.lines).toEqual(['true']);
  });

  it("of the project's own copy of the package, also when the command of another copy is run", async () => {
    const { project } = await projectWith(1);
    project.write('consumer.js', ESM);
    const other = mkdtempSync(join(inject('packageFolder'), '../other-package-'));
    onTestFinished(() => rmSync(other, { recursive: true }));
    cpSync(inject('packageFolder'), other, { recursive: true });
    const command = TestProcess.start(
      process.execPath,
      [
        join(other, 'dist/cli/main.js'),
        '--conf',
        'config.toml',
        'consume',
        '--callback',
        './consumer.js:onMessage',
      ],
      { cwd: project.folder },
    );
    expect([await command.exit, command.errors]).toEqual([OK, expect.stringContaining('halts')]);
  });

  it('named in the configuration file', async () => {
    const { project } = await projectWith(1, { config: 'callback = "./consumer.js:onMessage"' });
    project.write('consumer.js', ESM);
    const command = project.call(['consume']);
    expect(await command.exit).toEqual(OK);
    expect(command.lines).toEqual(['handled 1']);
  });

  it('TypeScript only if something runs it: the error says what to install', async () => {
    const { project } = await projectWith(1);
    project.write('consumer.ts', TYPESCRIPT);
    const command = project.run(['consume', '--callback', './consumer.ts:onMessage']);
    expect((await command.exit).code).toBe(1);
    // Newer versions of Node run TypeScript, but no enums.
    expect(command.errors).toMatch(/install tsx/);
  });
});

describe('consume --app', () => {
  const APP = `
import { Module } from '@nestjs/common';
import { Consumer, FedoraMessagingModule, HaltConsumer } from 'nestjs-fedora-messaging';

class Handlers {
  onMessage(message) {
    console.log('handled', message.body.n);
    if (message.body.n === 1) throw new HaltConsumer({ exitCode: 9 });
    if (message.body.n === 2) throw new Error('the handler is broken');
  }
}
Consumer()(Handlers.prototype, 'onMessage', Object.getOwnPropertyDescriptor(Handlers.prototype, 'onMessage'));
export class AppModule {}
Module({ imports: [FedoraMessagingModule.forRoot()], providers: [Handlers] })(AppModule);
export class OffBus {}
Module({})(OffBus);
export class Idle {}
Module({ imports: [FedoraMessagingModule.forRoot()] })(Idle);
`;

  it('runs the handlers of a Nest module, which end it as a callback does', async () => {
    const { project, queue, raw } = await projectWith(1);
    project.write('app.js', APP);
    const halted = project.call(['consume', '--app', './app.js:AppModule']);
    expect(await halted.exit).toEqual({ code: 9, signal: null });
    expect(halted.lines).toEqual(['handled 1']);
    raw.send(queue, '{"n":2}');
    const failed = project.call(['consume', '--app', './app.js:AppModule']);
    expect(await failed.exit).toEqual({ code: 13, signal: null });
    expect(failed.errors).toContain('the handler is broken');
    expect(failed.errors.match(/Consuming the message "[-0-9a-f]{36}" with topic/g)).toHaveLength(1);
  });

  it('reads the file that --conf names, and ends with 0 on SIGTERM', async () => {
    const { project, queue, raw } = await projectWith(0);
    project.write('app.js', APP);
    const env = { FEDORA_MESSAGING_CONF: '' };
    const command = project.run(['--conf', 'config.toml', 'consume', '--app', './app.js:AppModule'], { env });
    raw.send(queue, '{"n":3}');
    await command.whenLines(1);
    command.kill('SIGTERM');
    expect(await command.exit).toEqual(OK);
    expect(command.lines).toEqual(['handled 3']);
    expect(await raw.count(queue)).toBe(0);
  });

  it.each([
    ['OffBus', 'must import FedoraMessagingModule'],
    ['Idle', 'consumes nothing'],
  ])("refuses a module that can't consume: %s", async (name, said) => {
    const { project } = await projectWith(0);
    project.write('app.js', APP);
    const command = project.call(['consume', '--app', `./app.js:${name}`]);
    expect((await command.exit).code).toBe(2);
    expect(command.errors).toContain(said);
  });
});

describe('the topology of consume', () => {
  it('is replaced by --routing-key, --queue-name and --exchange, and the broker shows --app-name', async () => {
    const raw = await RawClient.open();
    const [exchange, queue, app] = [unique('exchange'), unique('queue'), unique('app')];
    await raw.channel.assertExchange(exchange, 'topic', { durable: false, autoDelete: true });
    await raw.queue(exchange, 'keeps.the.exchange');
    const project = new CommandProject();
    project.configure({ queue: unique('configured') });
    project.write('consumer.js', ESM);
    const command = project.call([
      'consume',
      '--callback=./consumer.js:onMessage',
      `--app-name=${app}`,
      `--exchange=${exchange}`,
      `--queue-name=${queue}`,
      '--routing-key=a.*',
      '--routing-key=b',
    ]);
    await expect.poll(listBindings).toContainEqual([exchange, 'b', queue]);
    const bindings = (await listBindings()).filter(([, , destination]) => destination === queue);
    expect(bindings.toSorted()).toEqual([
      ['', queue, queue],
      [exchange, 'a.*', queue],
      [exchange, 'b', queue],
    ]);
    const queues = await listQueues('name', 'durable', 'auto_delete', 'exclusive');
    expect(queues).toContainEqual([queue, 'false', 'true', 'true']);
    expect(await listConnections('client_properties')).toContainEqual([expect.stringContaining(app)]);
    raw.channel.publish(exchange, 'a.x', Buffer.from('{"n":5}'), { contentEncoding: 'utf-8', headers: {} });
    expect(await command.exit).toEqual(OK);
    expect(command.lines).toEqual(['handled 5']);
  });
});

describe('consume, on a signal', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    '%s, finishes and acknowledges its message, gives other messages back, and ends with 0',
    async (signal) => {
      const { project, queue, raw } = await projectWith(3);
      project.write(
        'consumer.js',
        `import { existsSync } from 'node:fs';
        export async function onMessage(message) {
          console.log('begun', message.body.n);
          while (!existsSync('go')) await new Promise((resolve) => setTimeout(resolve, 20));
          console.log('finished', message.body.n);
        }`,
      );
      const command = project.run(['consume', '--callback', './consumer.js:onMessage']);
      await command.whenLines(1);
      command.kill(signal);
      await whenNoLongerConsumed(raw, queue);
      project.write('go', '');
      expect(await command.exit).toEqual(OK);
      expect(command.lines).toEqual(['begun 1', 'finished 1']);
      await expect.poll(() => raw.count(queue)).toBe(2);
    },
  );

  const HANGING = `export const onMessage = (message) => {
    console.log('begun', message.body.n);
    return new Promise(() => setInterval(() => undefined, 1000));
  };`;

  it('during a handler that hangs, ends after --shutdown-timeout with 0, and the message goes back', async () => {
    const { project, queue, raw } = await projectWith(2);
    project.write('consumer.js', HANGING);
    const args = ['consume', '--callback', './consumer.js:onMessage', '--shutdown-timeout', '300'];
    const command = project.run(args);
    await command.whenLines(1);
    command.kill('SIGTERM');
    expect(await command.exit).toEqual(OK);
    expect(command.errors).toContain('within 300 ms');
    await expect.poll(() => raw.count(queue)).toBe(2);
  });

  it.each([
    ['SIGTERM', 'SIGTERM', 143],
    ['SIGTERM', 'SIGINT', 130],
    ['SIGINT', 'SIGINT', 130],
  ] as const)(
    '%s during a handler that hangs, ends at once on a second signal, %s, with %i',
    async (first, second, code) => {
      const { project, queue, raw } = await projectWith(2);
      project.write('consumer.js', HANGING);
      // A timeout so long that the test fails if the command waits for it.
      const args = ['consume', '--callback', './consumer.js:onMessage', '--shutdown-timeout', '600000'];
      const command = project.run(args);
      await command.whenLines(1);
      command.kill(first);
      await whenNoLongerConsumed(raw, queue);
      command.kill(second);
      expect(await command.exit).toEqual({ code, signal: null });
      await expect.poll(() => raw.count(queue)).toBe(2);
    },
  );

  it('before there is a connection, ends at once', async () => {
    const project = new CommandProject();
    project.configure({ url: 'amqp://127.0.0.1:1/?connection_attempts=1000&retry_delay=60' });
    const command = project.run(['consume']);
    await command.whenErrors('127.0.0.1:1');
    command.kill('SIGTERM');
    expect(await command.exit).toEqual(OK);
  });
});

describe('the command without a broker', () => {
  it.each([
    ['consume', ['consume']],
    ['record', ['record', 'out.jsonl']],
  ])(
    '%s tries to connect without a limit, with a log line for each attempt, whatever connection_attempts says',
    async (_, args) => {
      const project = new CommandProject();
      project.configure({ url: 'amqp://127.0.0.1:1/?connection_attempts=1&retry_delay=0.01' });
      const command = project.call(args);
      for (const attempt of [1, 2, 20]) await command.whenErrors(`attempt ${attempt}:`);
      command.kill('SIGTERM');
      expect(await command.exit).toEqual(OK);
    },
  );
});

/** Resolves when a queue has no consumer: the command has noticed a signal. */
async function whenNoLongerConsumed(raw: RawClient, queue: string): Promise<void> {
  await expect.poll(async () => (await raw.channel.checkQueue(queue)).consumerCount).toBe(0);
}

describe('the log of consume', () => {
  const HANDLER = `
import { Logger } from '@nestjs/common';
import { HaltConsumer } from 'nestjs-fedora-messaging';
export function onMessage(message) {
  for (const name of ['Mine', 'other']) {
    const logger = new Logger(name);
    for (const level of ['debug', 'log', 'warn', 'error']) logger[level](level + ' of ' + name);
  }
  throw new HaltConsumer();
}
`;
  const CONSUME = ['consume', '--callback', './consumer.js:onMessage'];

  async function logOf(config: string, ...options: string[]): Promise<string> {
    const { project } = await projectWith(1, { config });
    project.write('consumer.js', HANDLER);
    const command = project.call([...options, ...CONSUME]);
    expect([await command.exit, command.lines]).toEqual([OK, []]);
    return command.errors;
  }

  const saidBy = (log: string): string[] => [...log.matchAll(/\w+ of (?:Mine|other)/g)].map(([said]) => said);

  it('has a line for each consumed message, and only warnings of everything else', async () => {
    const log = await logOf('');
    expect(log.match(/Consuming the message "[-0-9a-f]{36}" with topic/g)).toHaveLength(1);
    expect(saidBy(log)).toEqual(['warn of Mine', 'error of Mine', 'warn of other', 'error of other']);
  });

  it('has the level of --log-level', async () => {
    expect(saidBy(await logOf('', '--log-level', 'DEBUG'))).toHaveLength(8);
    const quiet = await logOf('', '--log-level', 'error');
    expect(saidBy(quiet)).toEqual(['error of Mine', 'error of other']);
    expect(quiet).not.toContain('Consuming');
  });

  it("uses the levels of the file's log_config, and says once which parts it can't use", async () => {
    const log = await logOf(`
[log_config]
version = 1
disable_existing_loggers = true
[log_config.formatters.simple]
format = "[%(levelname)s %(name)s] %(message)s"
[log_config.loggers.fedora_messaging]
level = "WARNING"
propagate = false
[log_config.loggers.Mine]
level = "DEBUG"
[log_config.root]
level = "ERROR"
handlers = ["console"]
`);
    expect(saidBy(log)).toEqual([
      'debug of Mine',
      'log of Mine',
      'warn of Mine',
      'error of Mine',
      'error of other',
    ]);
    expect(log).not.toContain('Consuming');
    expect(
      log.match(/have no effect, because only its levels are used: formatters, handlers, propagate/g),
    ).toHaveLength(1);
  });

  it('has a JSON object per line with --log-format json', async () => {
    const lines = (await logOf('', '--log-format', 'json')).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as object)).toContainEqual(
      expect.objectContaining({ level: 'warn', context: 'Mine', message: 'warn of Mine' }),
    );
  });

  it('hides the password when the broker refuses the login, which ends the command', async () => {
    const { project } = await projectWith(1);
    project.configure({ url: amqpUrl('guest', 'very-secret') });
    const command = project.call(['consume']);
    expect((await command.exit).code).toBe(14);
    expect(command.errors).not.toContain('very-secret');
  });
});
