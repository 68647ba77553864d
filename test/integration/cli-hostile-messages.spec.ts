import { describe, expect, it } from 'vitest';
import { CommandProject } from '../support/command-project.js';
import { RawClient } from '../support/shared-rabbitmq.js';

/** Characters that would end a line, colour it, or reverse the text. JSON text may have the latter unescaped. */
const TURNING = '\u007f\u009b31m\u0085\u061c\u200e\u200f\u2028\u2029\u202a\u202e\u2066\u2069';
const FORGED = `\r\nFORGED\u001b[31m${TURNING}`;
// oxlint-disable-next-line no-control-regex -- these characters must be absent
const UNSAFE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

const CLASSES = `
import { Message, MessageSchema } from 'nestjs-fedora-messaging';

class Told extends Message {
  get summary() { return this.body.text; }
  get url() { return this.body.text; }
}
MessageSchema('hostile.told')(Told);

class Unwritable extends Message {
  validate() { throw new Error(this.body.text); }
  get summary() { return { toString: 1 }; }
  toString() { throw new Error(this.body.text); }
}
MessageSchema('hostile.unwritable')(Unwritable);

export function fail(message) {
  if (message.body.text !== 'end') throw new Error(message.body.text);
}
`;

/** A project with a queue of these messages, and an ordinary message at the end. */
async function projectOf(messages: { schema: string; headers?: object }[]): Promise<CommandProject> {
  const raw = await RawClient.open();
  const queue = await raw.queue('');
  for (const { schema, headers } of [...messages, { schema: 'base.message' }]) {
    raw.send(queue, `{"text":${JSON.stringify(FORGED)},"written\\u001b":"${TURNING}"}`, {
      headers: { fedora_messaging_schema: schema, fedora_messaging_severity: 20, ...headers },
    });
  }
  const project = new CommandProject();
  project.configure({ queue });
  project.install('hostile-messages', CLASSES);
  return project;
}

/** A table that amqplib reads as a table with a prototype. */
function tableWithPrototype(prototype: unknown): object {
  return Object.defineProperty({ n: 1 }, '__proto__', { value: prototype, enumerable: true });
}

describe('consume, with hostile messages,', () => {
  it.each([
    ['line', 2],
    ['long', 20],
    ['json', 2],
  ])('--format %s: prints no forged line and no control character from a message', async (format, lines) => {
    const project = await projectOf([{ schema: 'hostile.told', headers: { [FORGED]: FORGED } }]);
    const command = project.call(['--schemas', 'hostile-messages', 'consume', '--format', format]);
    await command.whenLines(lines);
    command.kill('SIGTERM');
    await command.exit;
    expect(command.lines.filter((line) => UNSAFE.test(line) || line.startsWith('FORGED'))).toEqual([]);
    expect(command.errors).not.toMatch(UNSAFE);
    if (format === 'long') return;
    expect(command.lines).toHaveLength(2);
    if (format !== 'json') return;
    for (const line of command.lines) {
      expect(JSON.parse(line)).toMatchObject({ body: { text: FORGED, 'written\u001b': TURNING } });
    }
  });

  it.each(['text', 'json'])('logs the error of a callback in its own lines, as %s', async (logFormat) => {
    const project = await projectOf([]);
    const command = project.call([
      '--log-format',
      logFormat,
      'consume',
      '--callback',
      'hostile-messages:fail',
    ]);
    expect(await command.exit).toMatchObject({ code: 13 });
    expect(command.errors).toContain('FORGED');
    expect(command.errors).not.toMatch(UNSAFE);
    const lines = command.errors.split('\n');
    expect(lines.filter((line) => line.startsWith('FORGED'))).toEqual([]);
    if (logFormat === 'json') for (const line of lines.filter(Boolean)) JSON.parse(line);
  });

  it("--format json: drops a message that can't be written, and goes on", async () => {
    const project = await projectOf([
      { schema: 'hostile.unwritable' },
      { schema: 'base.message', headers: { deep: [tableWithPrototype(Buffer.from('x'))] } },
    ]);
    const command = project.call(['--schemas', 'hostile-messages', 'consume', '--format', 'json']);
    await command.whenLines(2);
    command.kill('SIGTERM');
    expect(await command.exit).toEqual({ code: 0, signal: null });
    expect(JSON.parse(command.lines[0]!)).toMatchObject({ headers: { deep: [{ n: 1 }] } });
    expect(command.errors).toMatch(/is dropped.* the message can't be written: .*FORGED/);
  });

  it('--format line: goes on after a message whose class has no summary', async () => {
    const project = await projectOf([{ schema: 'hostile.unwritable' }]);
    const command = project.call(['--schemas', 'hostile-messages', 'consume', '--format', 'line']);
    await command.whenLines(2);
    command.kill('SIGTERM');
    expect(await command.exit).toEqual({ code: 0, signal: null });
  });
});

it("record drops a message that can't be written, and writes the next message", async () => {
  const project = await projectOf([
    { schema: 'hostile.unwritable' },
    { schema: 'base.message', headers: { table: tableWithPrototype(Buffer.from('x')) } },
  ]);
  const command = project.call(['--schemas', 'hostile-messages', 'record', '--limit', '2', 'it.jsonl']);
  expect(await command.exit).toEqual({ code: 0, signal: null });
  const lines = project.read('it.jsonl').trimEnd().split('\n');
  expect(lines).toHaveLength(2);
  expect(JSON.parse(lines[0]!)).toMatchObject({ headers: { table: { n: 1 } } });
  // A file has the text of the body as it came.
  expect(lines[1]).toContain(TURNING);
});
