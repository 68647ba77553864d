import { execFile, spawn } from 'node:child_process';
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { evaluatorOn } from './broker-evaluator.js';

const run = promisify(execFile);

/** A command, with its environment. */
export interface Command {
  readonly command: string;
  readonly args: string[];
  readonly env: Record<string, string>;
}

/** The files and ports of a RabbitMQ node. Its folder has rabbitmq.conf. */
export interface NodeFiles {
  readonly folder: string;
  /** The folder where the Erlang cookie is made. The nodes of a cluster share it. */
  readonly home: string;
  /** Whether it uses the port mapper of another node of its cluster. */
  readonly isGuest: boolean;
  readonly port: number;
  readonly ports: {
    readonly dist: number;
    readonly epmd: number;
    readonly tls: number;
    readonly evaluator: number;
  };
  /** Files that the configuration names. */
  readonly files: readonly string[];
}

/** The node's name in Erlang. */
export function nodeName({ port }: NodeFiles): string {
  return `test${port}@localhost`;
}

/** A way to run a node. */
export interface Runtime {
  /** The address that the node listens on. */
  readonly address: string;
  /** The command that runs rabbitmqctl on it. */
  readonly ctl: Command;
  /** The port where the node evaluates Erlang; undefined when only rabbitmqctl reaches it. */
  readonly evaluatorPort: number | undefined;
  /** Starts the node. Rejects with its output if it ends. */
  start(): { exited: Promise<never> };
  /** Ends the node's process, and resolves when it has ended. */
  kill(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Ends the processes that were started next to the node. */
  cleanUp(): Promise<void>;
}

/** Runs RabbitMQ's own scripts, which work as any user. */
export class LocalRuntime implements Runtime {
  readonly address = '127.0.0.1';
  private ended: Promise<void> | undefined;

  constructor(
    private readonly bin: string,
    private readonly node: NodeFiles,
  ) {}

  get ctl(): Command {
    return { command: join(this.bin, 'rabbitmqctl'), args: [], env: this.env };
  }

  get evaluatorPort(): number {
    return this.node.ports.evaluator;
  }

  start(): { exited: Promise<never> } {
    writeFileSync(this.evaluatorFile, evaluatorOn(this.evaluatorPort));
    const server = spawn(join(this.bin, 'rabbitmq-server'), [], {
      env: this.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [server.stdout, server.stderr]) {
      stream.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-20_000)));
    }
    this.ended = new Promise((resolve) => server.once('exit', () => resolve()));
    const exited = this.ended.then(() => {
      throw new Error(`RabbitMQ ended:\n${output}`);
    });
    exited.catch(() => undefined);
    return { exited };
  }

  async kill(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const { ended } = this;
    if (!ended) return;
    this.ended = undefined;
    const pidFile = join(this.node.folder, 'pid');
    process.kill(Number(readFileSync(pidFile, 'utf8')), signal);
    await ended;
    rmSync(pidFile, { force: true });
  }

  async cleanUp(): Promise<void> {
    if (this.node.isGuest) return;
    // Erlang's port mapper stays behind; its port is this node's own.
    await run('epmd', ['-port', String(this.node.ports.epmd), '-kill']).catch(() => undefined);
  }

  private get evaluatorFile(): string {
    return join(this.node.folder, 'evaluator.erl');
  }

  private get env(): Record<string, string> {
    const { folder, home, ports } = this.node;
    return {
      PATH: process.env['PATH'] ?? '',
      LANG: 'C.UTF-8',
      HOME: home,
      RABBITMQ_NODENAME: nodeName(this.node),
      RABBITMQ_MNESIA_BASE: join(folder, 'data'),
      RABBITMQ_LOG_BASE: join(folder, 'log'),
      RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
      RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
      RABBITMQ_CONF_ENV_FILE: join(folder, 'no-such-file'),
      RABBITMQ_PID_FILE: join(folder, 'pid'),
      RABBITMQ_DIST_PORT: String(ports.dist),
      // RabbitMQ splits it at each space.
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: `-kernel inet_dist_use_interface {127,0,0,1} +sbwt none -eval file:eval("${this.evaluatorFile}")`,
      ERL_EPMD_ADDRESS: '127.0.0.1',
      ERL_EPMD_PORT: String(ports.epmd),
    };
  }
}

/** Runs RabbitMQ in a container, whose ports are published on loopback. */
export class DockerRuntime implements Runtime {
  readonly address = '0.0.0.0';
  readonly evaluatorPort = undefined;
  private readonly name: string;

  constructor(
    private readonly image: string,
    private readonly node: NodeFiles,
  ) {
    this.name = `fedora-messaging-test-${node.port}`;
  }

  get ctl(): Command {
    const env = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' };
    return { command: 'docker', args: ['exec', this.name, 'rabbitmqctl'], env };
  }

  start(): { exited: Promise<never> } {
    const { folder, port, ports, files } = this.node;
    // RabbitMQ in the container is another user.
    chmodSync(folder, 0o777);
    const mounts = [folder, ...new Set(files.map((file) => dirname(file)))];
    const variables = {
      RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
      RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
      RABBITMQ_PID_FILE: join(folder, 'pid'),
    };
    const exited = run('docker', [
      'run',
      '--name',
      this.name,
      '--hostname',
      'localhost',
      ...[port, ports.tls].flatMap((published) => ['--publish', `127.0.0.1:${published}:${published}`]),
      ...mounts.flatMap((mount) => ['--volume', `${mount}:${mount}`]),
      ...Object.entries(variables).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
      this.image,
    ]).then(({ stdout, stderr }) => {
      throw new Error(`RabbitMQ ended:\n${stdout}\n${stderr}`);
    });
    exited.catch(() => undefined);
    return { exited };
  }

  async kill(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    await run('docker', ['kill', '--signal', signal, this.name]).catch(() => undefined);
    await run('docker', ['wait', this.name]).catch(() => undefined);
  }

  async cleanUp(): Promise<void> {
    await run('docker', ['rm', '--force', '--volumes', this.name]).catch(() => undefined);
  }
}
