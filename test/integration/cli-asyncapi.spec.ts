import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { asyncApiProblems } from '../support/asyncapi-problems.js';
import { TestProcess } from '../support/child-process.js';
import type { HostedCommand } from '../support/command-host.js';
import { CommandProject } from '../support/command-project.js';

const OK = { code: 0, signal: null };

const APP = `
import { Module } from '@nestjs/common';
import { Consumer, FedoraMessagingModule, Message, MessageSchema } from 'nestjs-fedora-messaging';

export class Sent extends Message {}
MessageSchema('asyncapi.sent', { topic: 'asyncapi.sent' })(Sent);
export class Other extends Message {}
MessageSchema('asyncapi.other', { topic: 'asyncapi.other' })(Other);

class Handlers {
  onModuleInit() { console.log('started'); }
  onMessage() {}
}
Consumer()(Handlers.prototype, 'onMessage', Object.getOwnPropertyDescriptor(Handlers.prototype, 'onMessage'));
export class AppModule {}
Module({ imports: [FedoraMessagingModule.forRoot()], providers: [Handlers] })(AppModule);
export class OffBus {}
Module({})(OffBus);
`;

/** An application on a broker that does not exist. */
function projectWithApp(): CommandProject {
  const project = new CommandProject();
  const url = 'amqp://bob:s3cret@broker.invalid/%2Fpublic';
  project.configure({ url, more: '[monitoring]\nport = 1\naddress = "192.0.2.1"' });
  project.install('asyncapi-app', APP);
  return project;
}

async function run(project: CommandProject, ...args: string[]): Promise<HostedCommand> {
  const command = project.call(['asyncapi', ...args]);
  await command.exit;
  return command;
}

it('asyncapi prints the document of a Nest module, without passwords, and starts nothing', async () => {
  const project = projectWithApp();
  project.write(
    'package.json',
    JSON.stringify({ type: 'module', name: 'notifier', version: '1.2.3', description: '', license: 'MIT' }),
  );
  const command = await run(project, '--app', 'asyncapi-app:AppModule');
  expect([await command.exit, command.errors]).toEqual([OK, '']);
  expect(await asyncApiProblems(command.output)).toEqual([]);
  expect(JSON.parse(command.output)).toMatchObject({
    asyncapi: '3.0.0',
    info: { title: 'notifier', version: '1.2.3', license: { name: 'MIT' } },
    servers: { default: { host: 'broker.invalid:5672', pathname: '/%2Fpublic' } },
    operations: {
      'Handlers.onMessage': { action: 'receive' },
      'send.asyncapi.sent': { action: 'send' },
      'send.asyncapi.other': { action: 'send' },
    },
  });
  expect(command.output).not.toMatch(/bob|s3cret/);
});

it('asyncapi --output writes JSON or YAML, as the extension says; without a package.json the module is the title', async () => {
  const project = projectWithApp();
  for (const file of ['asyncapi.json', 'asyncapi.yaml']) {
    const command = await run(project, '--app', 'asyncapi-app:AppModule', '--output', file);
    expect([await command.exit, command.output, command.errors]).toEqual([OK, '', '']);
  }
  const yaml = project.read('asyncapi.yaml');
  expect(await asyncApiProblems(yaml)).toEqual([]);
  expect(yaml).toMatch(/^asyncapi: 3\.0\.0\ninfo:\n {2}title: AppModule\n {2}version: 0\.0\.0\n/);
  expect(parse(yaml)).toEqual(JSON.parse(project.read('asyncapi.json')));
});

it('asyncapi --output with a YAML file says how to install the package yaml if it is missing, and writes nothing', async () => {
  const project = projectWithApp();
  project.write(
    'without-yaml.js',
    "import { register } from 'node:module'; register('./hooks.js', import.meta.url);",
  );
  project.write(
    'hooks.js',
    `export function resolve(specifier, context, next) {
      if (specifier !== 'yaml') return next(specifier, context);
      throw Object.assign(new Error('no such package'), { code: 'ERR_MODULE_NOT_FOUND' });
    }`,
  );
  const command = project.run(['asyncapi', '--app', 'asyncapi-app:AppModule', '--output', 'asyncapi.yaml'], {
    env: { NODE_OPTIONS: `--import ${pathToFileURL(project.path('without-yaml.js')).href}` },
  });
  expect((await command.exit).code).toBe(2);
  expect(command.errors).toContain(
    'option --output: YAML needs the package yaml, which is not installed: npm install yaml',
  );
  expect(existsSync(project.path('asyncapi.yaml'))).toBe(false);
});

it('asyncapi --sends names the published schemas, and --no-sends says that there are none', async () => {
  const project = projectWithApp();
  for (const [args, expected] of [
    [
      ['--sends', 'asyncapi.sent'],
      ['Handlers.onMessage', 'send.asyncapi.sent'],
    ],
    [['--no-sends'], ['Handlers.onMessage']],
  ] as const) {
    const command = await run(project, '--app', 'asyncapi-app:AppModule', ...args);
    const { operations } = JSON.parse(command.output) as { operations: object };
    expect(Object.keys(operations)).toEqual(expected);
  }
});

it.each([
  [['--app', 'asyncapi-app:OffBus'], 'must import FedoraMessagingModule'],
  [['--app', 'asyncapi-app:AppModule', '--output', 'a.txt'], "'a.txt' must end in .json, .yaml, .yml"],
  [['--app', 'asyncapi-app:AppModule', '--output', 'no/a.json'], 'option --output: ENOENT'],
  [
    ['--app', 'asyncapi-app:AppModule', '--sends', 'nobody.knows'],
    "no schema 'nobody.knows' with a topic; the known schemas with a topic are asyncapi.sent, asyncapi.other",
  ],
  [[], '--app <module:class>'],
])('asyncapi ends with 2 on wrong options, and names the fault: %j', async (args, said) => {
  const command = await run(projectWithApp(), ...args);
  expect((await command.exit).code).toBe(2);
  expect([command.errors, command.output]).toEqual([expect.stringContaining(said), '']);
});

it('programs make the same document with the entry nestjs-fedora-messaging/asyncapi', async () => {
  const project = projectWithApp();
  project.write(
    'describe.js',
    `
import { NestFactory } from '@nestjs/core';
import { FedoraMessagingModule } from 'nestjs-fedora-messaging';
import { AsyncApiGenerator } from 'nestjs-fedora-messaging/asyncapi';
const module = FedoraMessagingModule.forRoot({ amqpUrl: 'memory://x' });
const app = await NestFactory.createApplicationContext(module, { logger: false });
console.log(new AsyncApiGenerator(app).generate({ title: 'mine', version: '1' }).info.title);
await app.close();
`,
  );
  const script = TestProcess.start(process.execPath, ['describe.js'], { cwd: project.folder });
  expect([await script.exit, script.output]).toEqual([OK, 'mine\n']);
});
