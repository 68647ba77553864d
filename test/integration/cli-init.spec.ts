import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CommandProject } from '../support/command-project.js';
import { amqpUrl, unique } from '../support/shared-rabbitmq.js';

const OK = { code: 0, signal: null };

describe('init', () => {
  it('writes a configuration with which the command consumes from a broker on this machine', async () => {
    const project = new CommandProject();
    const init = project.call(['init', '--bus', 'local']);
    expect([await init.exit, init.errors]).toEqual([OK, '']);
    expect(init.lines).toEqual([
      'fedora-messaging.toml is for RabbitMQ on this machine. See its messages with',
      '  $ fedora-messaging --conf fedora-messaging.toml consume',
    ]);
    const written = project.read('fedora-messaging.toml');
    expect(written).toContain('amqp_url = "amqp://localhost"');
    project.write('my.toml', written.replace('amqp://localhost', amqpUrl()));
    const command = project.run(['--conf', 'my.toml', 'consume']);
    const [, queue] = /^\[queues\.(.*)\]$/m.exec(written)!;
    await command.whenErrors(queue!);
    const topic = unique('init.first');
    const publish = project.call(['--conf', 'my.toml', 'publish', '-'], {
      input: `${JSON.stringify({ topic, body: {} })}\n`,
    });
    expect(await publish.exit).toEqual(OK);
    await command.whenText(topic);
    command.kill('SIGTERM');
    expect(await command.exit).toEqual(OK);
  });

  it('prints it with - as the file', async () => {
    const project = new CommandProject();
    const command = project.call(['init', '--bus', 'local', '-']);
    expect([await command.exit, command.output]).toEqual([OK, expect.stringContaining('[[bindings]]')]);
    expect(existsSync(project.path('-'))).toBe(false);
  });

  it.each([
    ['a file that is there already', ['--bus', 'local', 'mine.toml'], /mine\.toml exists already, and stays/],
    ['a folder that is not there', ['--bus', 'local', 'no/where.toml'], /no\/where\.toml can't be written/],
    ['a folder without certificates', ['--certificates', '.', 'new.toml'], /cacert\.pem is missing/],
    ['certificates for a bus that needs none', ['--bus', 'local', '--certificates', '.'], /needs none/],
    ['a bus that it does not know', ['--bus', 'debian'], /Allowed choices are fedora, fedora\.stg, local/],
  ])('refuses %s with exit code 2, and changes nothing', async (_, args, reason) => {
    const project = new CommandProject();
    project.write('mine.toml', 'mine');
    const command = project.call(['init', ...args]);
    expect([(await command.exit).code, command.errors]).toEqual([2, expect.stringMatching(reason)]);
    expect(project.read('mine.toml')).toBe('mine');
    expect(existsSync(project.path('new.toml'))).toBe(false);
  });
});
