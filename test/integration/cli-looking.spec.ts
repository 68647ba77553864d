import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { TestProcess } from '../support/child-process.js';
import { CommandProject } from '../support/command-project.js';
import { FakeDatagrepper, messagesOfNewYear } from '../support/fake-datagrepper.js';
import { RawClient } from '../support/shared-rabbitmq.js';

const OK = { code: 0, signal: null };

/** Message classes, in the compiled form of a package. */
const CLASSES = `
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsPositive, IsString, ValidateNested } from 'class-validator';
import { Message, MessageSchema, Severity } from 'nestjs-fedora-messaging';

const decorate = (target, property, ...decorators) => decorators.forEach((decorator) => decorator(target.prototype, property));

class Build {}
decorate(Build, 'nvr', IsString());
decorate(Build, 'size', IsPositive());
class UpdateBody {}
decorate(UpdateBody, 'agent', IsString());
decorate(UpdateBody, 'karma', IsOptional(), IsInt());
decorate(UpdateBody, 'builds', ValidateNested({ each: true }), Type(() => Build));

class Update extends Message {
  get summary() { return this.body.agent.toUpperCase() + ' submitted\\n\\u001b[31mred'; }
  get url() { return 'https://example.org/' + this.body.agent; }
  toString() { return 'An update\\nby ' + this.body.agent + '\\u0007'; }
}
MessageSchema('looking.update', { package: 'looking-messages', topic: 'looking.update', body: UpdateBody })(Update);

class Old extends Message {}
MessageSchema('looking.old', {
  severity: Severity.WARNING,
  deprecated: true,
  bodySchema: { $schema: 'http://json-schema.org/draft-04/schema#', type: 'object', required: ['x'] },
})(Old);
`;

const HEADERS = {
  fedora_messaging_schema: 'looking.update',
  fedora_messaging_severity: 30,
  'sent-at': '2026-01-02T03:04:05+00:00',
};
const BODY = '{"agent":"bob","builds":[]}';

async function projectWithMessage(): Promise<{ project: CommandProject; raw: RawClient }> {
  const raw = await RawClient.open();
  const queue = await raw.queue('');
  raw.send(queue, BODY, { headers: HEADERS });
  const project = new CommandProject();
  project.configure({ queue });
  project.install('looking-messages', CLASSES);
  return { project, raw };
}

/** The output of consuming the only message. */
async function printed(project: CommandProject, count: number, args: string[], env = {}): Promise<string[]> {
  const command = project.call(['--schemas', 'looking-messages', 'consume', ...args], {
    env: { TZ: 'UTC', ...env },
  });
  await command.whenLines(count);
  command.kill('SIGTERM');
  expect(await command.exit).toEqual(OK);
  return command.lines;
}

const LINE = '2026-01-02 03:04:05  WARNING  QUEUE  BOB submitted \\u001b[31mred  https://example.org/bob';

describe('consume without a callback', () => {
  it('prints a line for each message, without control characters: time, severity, topic, summary, url', async () => {
    const { project } = await projectWithMessage();
    const [line] = await printed(project, 1, []);
    expect(line!.replace(/raw-\w+/, 'QUEUE')).toBe(LINE);
  });

  it('prints messages in full with --format long', async () => {
    const { project } = await projectWithMessage();
    expect(await printed(project, 3, ['--format', 'long'])).toEqual(['An update', 'by bob\\u0007', '']);
  });

  it('prints messages as JSON with --format json, in the form of files; the log is elsewhere', async () => {
    const { project } = await projectWithMessage();
    const [line, ...more] = await printed(project, 1, ['--format', 'json']);
    expect(JSON.parse(line!)).toMatchObject({ body: JSON.parse(BODY) as object, headers: HEADERS });
    expect(more).toEqual([]);
  });

  it("prints messages in full when the file has the callback of the Python library's example", async () => {
    const { project, raw } = await projectWithMessage();
    const queue = await raw.queue('');
    raw.send(queue, BODY, { headers: HEADERS });
    project.configure({ queue, more: 'callback = "fedora_messaging.example:printer"' });
    expect(await printed(project, 3, [])).toEqual(['An update', 'by bob\\u0007', '']);
  });
});

it('consume ends quietly when nobody reads its output, and the message goes back', async () => {
  const { project, raw } = await projectWithMessage();
  const queue = await raw.queue('');
  for (let n = 0; n < 1_000; n++) raw.send(queue, BODY, { headers: HEADERS });
  project.configure({ queue });
  const main = 'node_modules/nestjs-fedora-messaging/dist/cli/main.js';
  const command = TestProcess.start(
    'sh',
    ['-c', `{ "${process.execPath}" ${main} --conf config.toml consume; echo "exit $?" >&2; } | head -1`],
    { cwd: project.folder },
  );
  expect(await command.exit).toEqual(OK);
  expect(command.lines).toHaveLength(1);
  expect(command.errors).toMatch(/exit 1$/m);
  expect(command.errors).not.toContain('EPIPE');
  await expect.poll(() => raw.count(queue)).toBeGreaterThan(0);
});

/** Whether util-linux's script is installed, which gives a command a terminal. */
const hasTerminal = ((): boolean => {
  try {
    return execFileSync('script', ['--version'], { stdio: 'pipe' }).toString().includes('util-linux');
  } catch {
    return false;
  }
})();

describe.skipIf(!hasTerminal)('the command on a terminal', () => {
  const ESCAPE = '\u001b[';

  function runOnTerminal(
    project: CommandProject,
    args: string,
    env: Record<string, string> = {},
  ): TestProcess {
    const command = `${process.execPath} node_modules/nestjs-fedora-messaging/dist/cli/main.js --conf config.toml ${args}`;
    return TestProcess.start('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
      cwd: project.folder,
      env: { TERM: 'xterm', NO_COLOR: '', ...env },
    });
  }

  it('shows severities in colour, unless NO_COLOR is set', async () => {
    for (const [env, isColourful] of [
      [{}, true],
      [{ NO_COLOR: '1' }, false],
    ] as const) {
      const { project } = await projectWithMessage();
      const command = runOnTerminal(project, '--log-level critical consume', env);
      await command.whenLines(1);
      command.kill('SIGTERM');
      expect(command.lines[0]!.includes(`${ESCAPE}33mWARNING`)).toBe(isColourful);
      expect(command.lines[0]!.includes(ESCAPE)).toBe(isColourful);
    }
  });

  it('shows progress: publish by the size of the file, record by the limit or as a count', async () => {
    const { project, raw } = await projectWithMessage();
    const queue = await raw.queue('');
    project.configure({ queue });
    for (let n = 0; n < 3; n++) raw.send(queue, '{}');
    project.write('in.jsonl', '{"topic":"cli.terminal","body":{}}\n'.repeat(100));
    const published = runOnTerminal(project, 'publish in.jsonl');
    expect(await published.exit).toEqual(OK);
    expect(published.lines.join('\n')).toMatch(
      /\[#{30}\] 100% {2}Published 100 messages in [\d.]+ s \([\d,]+\/s\)/,
    );
    const limited = runOnTerminal(project, 'record --limit 2 out.jsonl');
    expect(await limited.exit).toEqual(OK);
    expect(limited.lines.join('\n')).toMatch(/\[#{30}\] 100% {2}Recorded 2 of 2 messages/);
    const counted = runOnTerminal(project, 'record out.jsonl');
    await expect.poll(() => project.read('out.jsonl').split('\n').length).toBe(4);
    await counted.whenText('Recorded 1 messages');
  });

  it('shows how many messages of Datagrepper search has read, below the printed messages', async () => {
    const archive = await FakeDatagrepper.start(messagesOfNewYear(150));
    const project = new CommandProject();
    project.configure();
    const command = runOnTerminal(
      project,
      `search --datagrepper-url ${archive.url} --interval 0 --since 2026-01-01T00:00Z`,
    );
    expect(await command.exit).toEqual(OK);
    expect(command.lines.filter((line) => line.includes('bodhi.update.edit'))).toHaveLength(150);
    expect(command.lines.at(-1)).toMatch(/\[#{30}\] 100% {2}Found 150 messages in/);
  });

  it('clears the progress bar for a log line, and draws it again behind the line', async () => {
    const { project, raw } = await projectWithMessage();
    const queue = await raw.queue('');
    project.configure({ queue });
    for (const body of ['{}', 'no JSON', '{}']) raw.send(queue, body);
    const recorded = runOnTerminal(project, 'record --limit 2 out.jsonl');
    expect(await recorded.exit).toEqual(OK);
    expect(recorded.output.replaceAll(`\r${ESCAPE}K`, '<CLEAR>')).toMatch(
      /Recorded 1 of 2 messages[^\n]*<CLEAR>[^\r\n]*the message of queue '[^\n]*' is rejected[^\n]*\n<CLEAR>\[#{15}-{15}\] {2}50% {2}Recorded 1 of 2/,
    );
  });
});

describe('validate', () => {
  const line = (body: unknown, schema = 'looking.update', more = {}): string =>
    `${JSON.stringify({ topic: 'a.b', body, headers: { ...HEADERS, fedora_messaging_schema: schema }, ...more })}\n`;

  it('ends with 0 when every line conforms to its schema', async () => {
    const { project } = await projectWithMessage();
    project.write('in.jsonl', line(JSON.parse(BODY)) + line({ x: 1 }, 'looking.old'));
    const command = project.call(['--schemas', 'looking-messages', 'validate', 'in.jsonl']);
    expect([await command.exit, command.lines, command.errors]).toEqual([OK, [], '2 messages, 0 invalid\n']);
  });

  it('prints every failure of every failing line with its path, and ends with 2', async () => {
    const { project } = await projectWithMessage();
    project.write(
      'in.jsonl',
      line({ agent: 5, builds: [{ nvr: 'kernel-6-1', size: -1 }] }) +
        line(JSON.parse(BODY)) +
        line({}, 'looking.old') +
        'no JSON\n\n' +
        line(JSON.parse(BODY), 'looking.update', { topic: 'x'.repeat(256) }) +
        line({}, 'nobody.knows'),
    );
    const command = project.call(['--schemas', 'looking-messages', 'validate', 'in.jsonl']);
    expect((await command.exit).code).toBe(2);
    expect(command.lines).toEqual([
      'in.jsonl:1: /body/agent must be a string',
      'in.jsonl:1: /body/builds/0/size must be a positive number',
      "in.jsonl:3: /body must have required property 'x'",
      'in.jsonl:4: is not JSON',
      'in.jsonl:5: is empty, but must be a JSON object',
      'in.jsonl:6: /topic must be at most 255 bytes long, but has 256',
    ]);
    expect(command.errors).toContain('The schema nobody.knows is not known');
    expect(command.errors).toContain('7 messages, 5 invalid');
  });

  it('knows the schemas that the configuration file names', async () => {
    const { project } = await projectWithMessage();
    project.configure({ more: 'schemas = ["looking-messages"]' });
    const command = project.call(['validate', '-'], { input: line({}) });
    expect((await command.exit).code).toBe(2);
    expect(command.lines).toContain('-:1: /body/agent must be a string');
  });
});

describe('schemas', () => {
  it('lists the known schemas', async () => {
    const { project } = await projectWithMessage();
    const command = project.call(['--schemas', 'looking-messages', 'schemas']);
    expect(await command.exit).toEqual(OK);
    expect(command.lines.map((row) => row.split(/ {2,}/))).toEqual([
      ['NAME', 'TOPIC', 'SEVERITY', 'PACKAGE', 'DEPRECATED', 'CLASS'],
      ['base.message', '-', 'INFO', 'fedora_messaging', 'no', 'Message'],
      ['looking.old', '-', 'WARNING', '-', 'yes', 'Old'],
      ['looking.update', 'looking.update', 'INFO', 'looking-messages', 'no', 'Update'],
    ]);
  });

  it('prints a schema as JSON Schema, also when it was written with class-validator', async () => {
    const { project } = await projectWithMessage();
    const command = project.call(['--schemas', 'looking-messages', 'schemas', 'looking.update']);
    expect(await command.exit).toEqual(OK);
    expect(JSON.parse(command.lines.join('\n'))).toEqual({
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'object',
      properties: {
        agent: { type: 'string' },
        karma: { type: 'integer' },
        builds: { type: 'array', items: { $ref: '#/definitions/Build' } },
      },
      required: ['agent', 'builds'],
      definitions: {
        Build: {
          type: 'object',
          properties: { nvr: { type: 'string' }, size: { type: 'number', exclusiveMinimum: 0 } },
          required: ['nvr', 'size'],
        },
      },
    });
  });

  it('ends with 2 for an unknown schema, and names the known schemas', async () => {
    const { project } = await projectWithMessage();
    const command = project.call(['--schemas', 'looking-messages', 'schemas', 'no.such']);
    expect((await command.exit).code).toBe(2);
    expect(command.errors).toContain('base.message, looking.update, looking.old');
  });
});
