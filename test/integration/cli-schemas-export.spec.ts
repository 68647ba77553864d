import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { CommandProject } from '../support/command-project.js';
import { findOrInstallPython } from '../support/python.js';

const OK = { code: 0, signal: null };
const GENERAL = { code: 1, signal: null };
const USAGE = { code: 2, signal: null };

const MESSAGES = `
import { Message, MessageSchema, Severity } from 'nestjs-fedora-messaging';
export class Sold extends Message { get summary() { return 'sold'; } }
MessageSchema('kiosk.sold', {
  package: 'kiosk_messages', topic: 'kiosk.sold', severity: Severity.WARNING,
  bodySchema: { type: 'object', required: ['item'] },
})(Sold);
`;
/** A further class of the same module. */
const RETURNED = `
export class Returned extends Message {}
MessageSchema('kiosk.returned', { package: 'kiosk_messages', topic: 'kiosk.returned' })(Returned);
`;
const OTHERS = `
import { Message, MessageSchema } from 'nestjs-fedora-messaging';
export class Other extends Message {}
MessageSchema('other.message', { package: 'other_messages', topic: 'other' })(Other);
`;

beforeAll(findOrInstallPython, 300_000);

interface Run {
  readonly exit: unknown;
  readonly output: string;
  readonly errors: string;
}

/** A process keeps the message classes that it has imported: a command that imports some has a process of its own. */
async function run(project: CommandProject, ...args: string[]): Promise<Run> {
  const command = args.includes('--schemas') ? project.run(args) : project.call(args);
  return { exit: await command.exit, output: command.output, errors: command.errors };
}

function kiosk(): CommandProject {
  const project = new CommandProject();
  project.configure();
  project.write('package.json', JSON.stringify({ type: 'module', version: '1.2.0', license: 'MIT' }));
  project.write('messages.js', MESSAGES);
  project.write('others.js', OTHERS);
  return project;
}

describe('schemas export --python FOLDER', () => {
  it('writes a Python package of the classes of --schemas, which `schemas export SOURCE` reads', async () => {
    const project = kiosk();
    const args = ['--schemas', './messages.js', 'schemas', 'export', '--python', 'python'];
    expect(await run(project, ...args)).toEqual({
      exit: OK,
      output:
        'kiosk_messages/__init__.py: written\nkiosk_messages/sold.py: written\npyproject.toml: written\n',
      errors: '',
    });
    expect((await run(project, ...args)).output).toBe(
      'kiosk_messages/__init__.py: up to date\nkiosk_messages/sold.py: up to date\npyproject.toml: up to date\n',
    );
    const read = await run(project, 'schemas', 'export', './python', '--interpreter', 'python3');
    expect(read.exit).toEqual(OK);
    expect(JSON.parse(read.output)).toMatchObject({
      packages: [{ name: 'kiosk_messages', version: '1.2.0', license: 'MIT' }],
      problems: [],
    });
    expect(read.output).toContain('"schemaNames":["kiosk.sold"]');
  });

  it('keeps a file that somebody edited, writes all other files, and ends with exit code 1', async () => {
    const project = kiosk();
    const args = ['--schemas', './messages.js', 'schemas', 'export', '--python', 'python'];
    await run(project, ...args);
    const file = project.path('python/kiosk_messages/sold.py');
    const edited = readFileSync(file, 'utf8').replace('super().summary', '"mine"');
    writeFileSync(file, edited);
    project.write('messages.js', `${MESSAGES}${RETURNED}`);
    expect(await run(project, ...args)).toEqual({
      exit: GENERAL,
      output: [
        'kiosk_messages/__init__.py: updated',
        'kiosk_messages/returned.py: written',
        'kiosk_messages/sold.py: edited, so it stays as it is',
        'pyproject.toml: updated',
        '',
      ].join('\n'),
      errors: '',
    });
    expect(readFileSync(file, 'utf8')).toBe(edited);
  });

  it('asks for --package when the classes are of several packages, and for a folder for each package', async () => {
    const project = kiosk();
    const args = '--schemas ./messages.js --schemas ./others.js schemas export --python python'.split(' ');
    expect(await run(project, ...args)).toMatchObject({
      exit: USAGE,
      errors: expect.stringContaining('kiosk_messages, other_messages. Choose one with --package'),
    });
    expect((await run(project, ...args, '--package', 'other_messages')).exit).toEqual(OK);
    expect(readdirSync(project.path('python')).sort()).toEqual(['other_messages', 'pyproject.toml']);
    expect(await run(project, ...args, '--package', 'kiosk_messages')).toMatchObject({
      exit: USAGE,
      errors: expect.stringContaining(
        "pyproject.toml: of the project 'other_messages', not of 'kiosk_messages'",
      ),
    });
    expect(await run(project, ...args, '--package', 'third')).toMatchObject({
      exit: USAGE,
      errors: expect.stringContaining("no message class is of the package 'third'"),
    });
  });

  it('says what is missing: the folder, the message classes, or the source', async () => {
    const project = kiosk();
    expect(await run(project, 'schemas', 'export')).toMatchObject({
      exit: USAGE,
      errors: expect.stringContaining('--python FOLDER, or a source'),
    });
    expect(await run(project, 'schemas', 'export', '--python', 'python3')).toMatchObject({
      exit: USAGE,
      errors: expect.stringContaining('name their module with --schemas'),
    });
    expect(readdirSync(project.folder)).not.toContain('python3');
    for (const option of ['--package', '--python']) {
      expect(await run(project, 'schemas', 'export', './python', option, 'a')).toMatchObject({
        exit: USAGE,
        errors: expect.stringContaining("The Python that runs a source is '--interpreter <command>'"),
      });
    }
  });
});
