import { execFile } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TSC = join(ROOT, 'node_modules/.bin/tsc');

/** What a user writes; the same source becomes ESM in the one project and CommonJS in the other. */
const APPLICATION = `
import 'reflect-metadata';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { IsString } from 'class-validator';
import { Consumer, FedoraMessagingModule, Message, MessageSchema, Publisher } from 'nestjs-fedora-messaging';
import { mockSends, TestingBroker } from 'nestjs-fedora-messaging/testing';

const broker = new TestingBroker();

class GreetingBody {
  @IsString() text!: string;
}

@MessageSchema('package.greeting', { topic: 'package.greeting', body: GreetingBody })
class Greeting extends Message<GreetingBody> {
  override get summary(): string {
    return this.body.text.toUpperCase();
  }
}

@Injectable()
class Greeter {
  static greeted: (summary: string) => void;

  constructor(private readonly publisher: Publisher) {}

  @Consumer({ bindings: [{ exchange: 'amq.topic', routingKeys: ['package.#'] }], messages: [Greeting] })
  onGreeting(message: Greeting): void {
    Greeter.greeted(message.summary);
  }

  greet(text: string): Promise<void> {
    return this.publisher.publish(new Greeting({ body: { text } }));
  }
}

@Module({ imports: [FedoraMessagingModule.forRoot({ amqpUrl: broker.amqpUrl })], providers: [Greeter] })
class AppModule {}

async function main(): Promise<void> {
  const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
  const greeted = new Promise<string>((resolve) => (Greeter.greeted = resolve));
  await app.get(Greeter).greet('hello');
  console.log(await greeted);
  const [greeting] = await mockSends(app, [Greeting], () => app.get(Greeter).greet('hello again'));
  console.log(greeting.summary, broker.published().length);
  await app.close();
  await broker.close();
}

void main();
`;

/** Without the optional prom-client, which no user has to install. */
const WITHOUT_METRICS = `
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FedoraMessagingModule, type FedoraMessagingModuleOptions } from 'nestjs-fedora-messaging';

const start = (options: FedoraMessagingModuleOptions) => {
  @Module({ imports: [FedoraMessagingModule.forRoot({ amqpUrl: 'memory://package', ...options })] })
  class AppModule {}
  const logger = { log: (line: string) => lines.push(line), warn() {}, error() {} };
  return NestFactory.createApplicationContext(AppModule, { logger, abortOnError: false });
};
const lines: string[] = [];

async function main(): Promise<void> {
  const app = await start({ monitoring: { port: 0, address: '127.0.0.1' } });
  const [, where] = /^Monitoring listens on (.*)$/m.exec(lines.join('\\n'))!;
  const live = await fetch('http://' + where + '/live');
  const metrics = await fetch('http://' + where + '/metrics');
  console.log(live.status, metrics.status, await metrics.text());
  await app.close();
  await start({ metrics: true }).catch((error: Error) => console.log(error.name, error.message));
}

void main();
`;

/** With the optional `@nestjs/terminus`. */
const WITH_TERMINUS = `
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { FedoraMessagingModule } from 'nestjs-fedora-messaging';
import { FedoraMessagingHealthIndicator } from 'nestjs-fedora-messaging/terminus';

class AppModule {}
Module({
  imports: [FedoraMessagingModule.forRoot({ amqpUrl: 'memory://package' }), TerminusModule],
  providers: [FedoraMessagingHealthIndicator],
})(AppModule);
const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
console.log(app.get(FedoraMessagingHealthIndicator).isHealthy('messaging').messaging.status);
await app.close();
`;

let folder: string;
let tarball: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fedora-messaging-package-'));
  await run('npm', ['pack', '--pack-destination', folder], { cwd: ROOT });
  tarball = join(
    folder,
    readdirSync(folder).find((name) => name.endsWith('.tgz'))!,
  );
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function versionOf(devDependency: string): string {
  const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  return devDependencies[devDependency]!;
}

/** A project that has the package, its peers, and more packages. */
async function install(name: string, type: string, ...more: string[]): Promise<string> {
  const project = join(folder, name);
  mkdirSync(join(project, 'src'), { recursive: true });
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'user', private: true, type }));
  const peers = [
    '@nestjs/common',
    '@nestjs/core',
    'class-transformer',
    'class-validator',
    'reflect-metadata',
    'rxjs',
    '@types/node',
  ].map((peer) => `${peer}@${versionOf(peer)}`);
  const options = ['--prefer-offline', '--no-audit', '--no-fund'];
  await run('npm', ['install', ...options, tarball, ...peers, ...more], { cwd: project });
  return project;
}

/** Compiles src to dist. */
async function compile(project: string): Promise<void> {
  const compilerOptions = {
    target: 'ES2023',
    module: 'NodeNext',
    types: ['node'],
    strict: true,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    rootDir: 'src',
    outDir: 'dist',
  };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
  await run(TSC, ['-p', project]).catch((error: { stdout: string }) => {
    throw new Error(error.stdout);
  });
}

describe('the package', () => {
  it('holds the built library and its documents, and nothing else', async () => {
    const { stdout } = await run('tar', ['-tzf', tarball]);
    const files = stdout.trim().split('\n');
    expect(files).toEqual(
      expect.arrayContaining([
        'package/dist/index.js',
        'package/dist/index.d.ts',
        'package/README.md',
        'package/LICENSE',
        'package/CHANGELOG.md',
        'package/fm-consumer@.service',
      ]),
    );
    expect(
      files.filter(
        (file) =>
          !/^package\/(dist\/.*\.(js|d\.ts)|fm-consumer@\.service|package\.json|README\.md|LICENSE|CHANGELOG\.md)$/.test(
            file,
          ),
      ),
    ).toEqual([]);
  });

  it('has nothing in its types that is internal', async () => {
    const { stdout: types } = await run('tar', ['-xOzf', tarball, '--wildcards', '*.d.ts']);
    expect(types).toContain('class Message<');
    expect(types).not.toContain('@internal');
    expect(types).not.toContain('[INTERNALS]');
  });

  it.each([
    ['ESM', 'module'],
    ['CommonJS', 'commonjs'],
  ])(
    'installs into an empty %s project, compiles against its types, and works',
    async (_, type) => {
      const version = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string })
        .version;
      const terminus = type === 'module' ? [`@nestjs/terminus@${versionOf('@nestjs/terminus')}`] : [];
      const project = await install(type, type, ...terminus);
      writeFileSync(join(project, 'src/main.ts'), APPLICATION);
      writeFileSync(join(project, 'src/without-metrics.ts'), WITHOUT_METRICS);
      await compile(project);
      const { stdout } = await run(process.execPath, ['dist/main.js'], { cwd: project });
      expect(stdout).toBe('HELLO\nHELLO AGAIN 1\n');
      // The command, as npm has installed it.
      const command = await run('node_modules/.bin/fedora-messaging', ['--version'], { cwd: project });
      expect(command.stdout).toBe(`${version}\n`);
      const without = await run(process.execPath, ['dist/without-metrics.js'], { cwd: project });
      const missing = 'needs? the package prom-client, which is not installed: npm install prom-client@15\n';
      expect(without.stdout).toMatch(
        new RegExp(`^200 501 Metrics ${missing}\nConfigurationException The options: 'metrics' ${missing}$`),
      );
      if (type !== 'module') return;
      writeFileSync(join(project, 'with-terminus.js'), WITH_TERMINUS);
      const health = await run(process.execPath, ['with-terminus.js'], { cwd: project });
      expect(health.stdout).toBe('up\n');
    },
    180_000,
  );
});

describe('nestjs-fedora-messaging/testing', () => {
  let project: string;

  beforeAll(async () => {
    project = await install(
      'runners',
      'module',
      `@nestjs/testing@${versionOf('@nestjs/testing')}`,
      'jest@^30',
    );
    copyFileSync(join(ROOT, 'test/runners/greeter.test.ts'), join(project, 'src/greeter.test.ts'));
    await compile(project);
    // Vitest would take both.
    rmSync(join(project, 'src'), { recursive: true });
    writeFileSync(join(project, 'jest.config.json'), JSON.stringify({ transform: {} }));
  }, 600_000);

  it.each([
    ['node:test', ['--test', '--test-reporter=tap', 'dist/greeter.test.js']],
    ['Jest', ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js']],
    ['Vitest', [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--globals']],
  ])(
    'works under %s, which shows the difference between messages sent and expected',
    async (_, args) => {
      const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, NODE_OPTIONS: undefined };
      await run(process.execPath, args, { cwd: project, env });
      const failed = await run(process.execPath, args, {
        cwd: project,
        env: { ...env, SHOW_DIFFERENCE: '1' },
      }).then(
        () => expect.fail('the test that differs has passed'),
        ({ stdout, stderr }: { stdout: string; stderr: string }) => stdout + stderr,
      );
      expect(failed).toMatch(/2 passed|# pass 2/);
      expect(failed).toMatch(/1 failed|# fail 1/);
      expect(failed).toContain('Message 1 of 1 is not the expected one: it differs in body.');
      expect(failed).toMatch(/name"?: ['"]Ada['"][^]*name"?: ['"]Bob['"]/);
    },
    120_000,
  );
});
