import { describe, expect, it } from 'vitest';
import { CommandProject } from '../support/command-project.js';
import { addUser, amqpUrl, listConnections, RawClient, unique } from '../support/shared-rabbitmq.js';

const OK = { code: 0, signal: null };
const NOWHERE = 'amqp://127.0.0.1:1/?retry_delay=60';
const ALL = { configure: '.*', write: '.*', read: '.*' };

describe('the option --amqp-url', () => {
  it('wins over the configuration file, before and after the sub-command', async () => {
    const raw = await RawClient.open();
    const topic = unique('amqp-url');
    const queue = await raw.queue('amq.topic', topic);
    const project = new CommandProject();
    project.configure({ url: NOWHERE });
    const line = `{"topic": "${topic}", "body": {}}\n`;
    for (const args of [
      ['--amqp-url', amqpUrl(), 'publish', '-'],
      ['publish', '-', '--amqp-url', amqpUrl()],
      ['--amqp-url', NOWHERE, '--amqp-url', amqpUrl(), 'publish', '-'],
    ]) {
      const command = project.call(args, { input: line });
      expect([await command.exit, command.errors]).toEqual([OK, expect.anything()]);
    }
    expect(await raw.count(queue)).toBe(3);
  });

  it('never shows its password in the log, also at the level debug', async () => {
    const raw = await RawClient.open();
    const queue = await raw.queue('');
    const user = await addUser(ALL);
    const project = new CommandProject();
    project.configure({ url: NOWHERE, queue });
    const command = project.call(['--log-level', 'debug', '--amqp-url', amqpUrl(user), 'consume']);
    await command.whenErrors('consumes queue');
    expect((await listConnections('user')).flat()).toContain(`<<"${user}">>`);
    command.kill('SIGTERM');
    expect(await command.exit).toEqual(OK);
    expect(command.errors).not.toContain(user);
  });

  it.each([
    ['http://u:s3cret@h/', "option --amqp-url): starts with 'http:', but must start with amqp:"],
    ['amqp://u:s3cret@h:port/', 'option --amqp-url): the port must be a number'],
    ['amqp://u:s3cret@h/?no_such=1', "option --amqp-url): unknown option 'no_such'"],
    ['', 'option --amqp-url): is not a URL; it must have the form'],
  ])("'%s' is refused with the right form in the error, without the password", async (url, said) => {
    const command = new CommandProject().call(['--amqp-url', url, 'schemas']);
    expect(await command.exit).toMatchObject({ code: 2 });
    expect(command.errors).toContain(said);
    expect(command.errors).not.toContain('s3cret');
  });

  it.each([['consume'], ['asyncapi']])(
    'is refused by %s next to --app, whose module names its broker',
    async (name) => {
      const command = new CommandProject().call([
        name,
        '--app',
        './app.js:AppModule',
        '--amqp-url',
        'memory://x',
      ]);
      expect(await command.exit).toMatchObject({ code: 2 });
      expect(command.errors).toContain('option --amqp-url: cannot be used with --app');
    },
  );
});
