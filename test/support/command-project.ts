import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject, onTestFinished } from 'vitest';
import { type ProcessOptions, TestProcess } from './child-process.js';
import { type HostedCommand, runHosted } from './command-host.js';
import { amqpUrl } from './shared-rabbitmq.js';

const NODE_MODULES = fileURLToPath(new URL('../../node_modules/', import.meta.url));

/** The packages that a user's modules may import, next to this package. */
const INSTALLED = ['@nestjs', 'class-transformer', 'class-validator', 'reflect-metadata', 'rxjs'];

/** The folder of a user of the `fedora-messaging` command. It is removed when the test ends. */
export class CommandProject {
  readonly folder = mkdtempSync(join(tmpdir(), 'fedora-messaging-command-'));

  /** @param more further installed packages */
  constructor(more: string[] = []) {
    onTestFinished(() => rmSync(this.folder, { recursive: true, force: true }));
    mkdirSync(this.path('node_modules'));
    for (const name of [...INSTALLED, ...more])
      symlinkSync(join(NODE_MODULES, name), this.path(`node_modules/${name}`));
    symlinkSync(inject('packageFolder'), this.path('node_modules/nestjs-fedora-messaging'));
    this.write('package.json', JSON.stringify({ private: true, type: 'module' }));
  }

  path(file: string): string {
    return join(this.folder, file);
  }

  write(file: string, text: string): string {
    mkdirSync(dirname(this.path(file)), { recursive: true });
    writeFileSync(this.path(file), text);
    return this.path(file);
  }

  read(file: string): string {
    return readFileSync(this.path(file), 'utf8');
  }

  /**
   * Installs a package with one module, which is the same module in all projects of a test file: commands that share a
   * process load its message classes once.
   */
  install(name: string, source: string): void {
    symlinkSync(sharedPackage(name, source), this.path(`node_modules/${name}`));
  }

  /** Writes a configuration file on the shared RabbitMQ, with a queue that is not bound to anything. */
  configure(options: { url?: string; queue?: string; more?: string } = {}): string {
    const { url = amqpUrl(), queue, more = '' } = options;
    const ofQueue = queue === undefined ? '' : TEMPORARY_QUEUE.replaceAll('QUEUE', queue);
    return this.write('config.toml', `amqp_url = "${url}"\n${more}\n${ofQueue}`);
  }

  /**
   * Runs the command in the folder, in a process that the commands of a test file share. Use it for a command that runs
   * alone, and whose message classes come from packages that are installed here.
   */
  call(
    args: readonly string[],
    { env, input = '' }: Pick<ProcessOptions, 'env' | 'input'> = {},
  ): HostedCommand {
    return runHosted({ args, input, folder: this.folder, env: { ...process.env, ...this.env, ...env } });
  }

  /** Starts the command in the folder, in its own process: for signals, terminals, and exits of a process. */
  run(args: readonly string[], options: ProcessOptions = {}): TestProcess {
    const main = join(inject('packageFolder'), 'dist/cli/main.js');
    return TestProcess.start(process.execPath, [main, ...args], {
      cwd: this.folder,
      ...options,
      env: { ...this.env, ...options.env },
    });
  }

  private get env(): Record<string, string> {
    return { FEDORA_MESSAGING_CONF: this.path('config.toml') };
  }
}

/** By name. */
const sharedPackages = new Map<string, string>();

/** The folder of a package, which is removed with the build of this run. */
function sharedPackage(name: string, source: string): string {
  const known = sharedPackages.get(name);
  if (known !== undefined) return known;
  const modules = join(mkdtempSync(join(inject('packageFolder'), '../installed-')), 'node_modules');
  const folder = join(modules, name);
  mkdirSync(folder, { recursive: true });
  symlinkSync(inject('packageFolder'), join(modules, 'nestjs-fedora-messaging'));
  writeFileSync(join(folder, 'package.json'), '{"type": "module", "main": "index.js"}');
  writeFileSync(join(folder, 'index.js'), source);
  sharedPackages.set(name, folder);
  return folder;
}

const TEMPORARY_QUEUE = `
[queues.QUEUE]
durable = false
auto_delete = false
exclusive = false
arguments = {}

[[bindings]]
queue = "QUEUE"
exchange = "amq.topic"
routing_keys = ["QUEUE"]
`;
