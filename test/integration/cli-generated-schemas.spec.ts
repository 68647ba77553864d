import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { CommandProject } from '../support/command-project.js';
import { findOrInstallPython } from '../support/python.js';

const SAMPLE = fileURLToPath(new URL('../../sample/04-fedora-watcher/', import.meta.url));
const GENERATED = join(
  inject('packageFolder'),
  'sample/dist/04-fedora-watcher/schemas/bakery-messages/index.js',
);
const OK = { code: 0, signal: null };
const INVALID = { code: 2, signal: null };

const broken = (body: object): string =>
  JSON.stringify({
    topic: 'bakery.oven.broken',
    id: '4b7a2f5e-5f0c-4d0e-9d0a-3f8a1c6f0a01',
    headers: { fedora_messaging_schema: 'bakery.oven.broken.v1', fedora_messaging_severity: 30 },
    body,
  });

function commandProject(): CommandProject {
  const project = new CommandProject();
  project.configure();
  return project;
}

describe('the generated code of sample 04', () => {
  beforeAll(findOrInstallPython, 300_000);

  it('is what `schemas import --check` would generate', async () => {
    const project = commandProject();
    const source = join(SAMPLE, 'python/bakery-messages');
    const out = join(SAMPLE, 'schemas');
    const command = project.call(['schemas', 'import', source, '--out', out, '--check']);
    expect(await command.exit).toEqual(OK);
    expect(command.output).toContain('members: 9 translated, 0 not');
    expect(command.output).toContain('0 files written, 5 up to date, 0 not');
  });
});

describe('the command, with generated classes in --schemas', () => {
  it('lists them, and prints the schema of one', async () => {
    const project = commandProject();
    const list = project.call(['--schemas', GENERATED, 'schemas']);
    expect(await list.exit).toEqual(OK);
    for (const name of ['bakery.order.placed.v1', 'bakery.order.ready.v1', 'bakery.oven.broken.v1'])
      expect(list.output).toContain(name);
    const one = project.call(['--schemas', GENERATED, 'schemas', 'bakery.oven.broken.v1']);
    expect(await one.exit).toEqual(OK);
    expect(one.output).toContain('The temperature in degrees Celsius');
  });

  it('validates messages that keep their schema', async () => {
    const project = commandProject();
    const file = project.write('good.jsonl', `${broken({ agent: 'mia', oven: 'cake', degrees: 41.5 })}\n`);
    const command = project.call(['--schemas', GENERATED, 'validate', file]);
    expect(await command.exit).toEqual(OK);
  });

  it('tells where a message violates its schema', async () => {
    const project = commandProject();
    const lines = [broken({ agent: 'mia', oven: 'pizza' }), broken({ oven: 'cake' })];
    const file = project.write('bad.jsonl', `${lines.join('\n')}\n`);
    const command = project.call(['--schemas', GENERATED, 'validate', file]);
    expect(await command.exit).toEqual(INVALID);
    expect(command.output + command.errors).toContain('/body/oven');
    expect(command.output + command.errors).toContain('agent');
  });
});
