import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { evaluate } from './broker-evaluator.js';
import { findOrInstallRabbitMq } from './rabbitmq-installation.js';
import {
  type Command,
  DockerRuntime,
  LocalRuntime,
  nodeName,
  type NodeFiles,
  type Runtime,
} from './rabbitmq-runtime.js';

const run = promisify(execFile);

const BOOT_POLL_MS = 100;
const MAX_STARTS = 3;

/** The PEM files of a broker with TLS. */
export interface BrokerTls {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  /** Whether a client certificate is the only way to log in. Default: a password works, too. */
  readonly isOnlyLogin?: boolean;
}

/** The options of a private RabbitMQ. */
export interface RabbitMqOptions {
  /** Lines of rabbitmq.conf, next to the lines that tests need. */
  config?: string[];
  plugins?: string[];
  /** A node whose cluster this one joins. */
  cluster?: RabbitMq;
  /** Turns on a TLS listener, which asks for client certificates and uses them as users. */
  tls?: BrokerTls;
  /** The folder in which its own folder is made. Default: the system's folder for temporary files. */
  parent?: string;
}

/** A private RabbitMQ for tests: its folder, its ports on loopback, its cookie, its name. */
export class RabbitMq {
  private constructor(
    private readonly node: NodeFiles,
    private readonly runtime: Runtime,
  ) {}

  /** Starts a RabbitMQ. If another test's node has taken a free port in the meantime, it starts on other ports. */
  static async start(options: RabbitMqOptions = {}): Promise<RabbitMq> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await RabbitMq.startOnce(options);
      } catch (error) {
        if (attempt === MAX_STARTS || !/econnrefused|eaddrinuse/.test(String(error))) throw error;
      }
    }
  }

  private static async startOnce(options: RabbitMqOptions): Promise<RabbitMq> {
    const installation = findOrInstallRabbitMq();
    const [port, tls, dist, epmd, evaluator] = (await freePorts(5)) as [
      number,
      number,
      number,
      number,
      number,
    ];
    const folder = mkdtempSync(join(options.parent ?? tmpdir(), 'fedora-messaging-rabbitmq-'));
    const { ca, cert, key } = options.tls ?? {};
    const files = [ca, cert, key].filter((file) => file !== undefined);
    const { cluster } = options;
    if (cluster && installation.kind === 'docker') {
      throw new Error('A cluster of nodes needs RabbitMQ installed: install the package rabbitmq-server');
    }
    const node: NodeFiles = {
      folder,
      home: cluster?.node.home ?? join(folder, 'home'),
      isGuest: cluster !== undefined,
      port,
      ports: { tls, dist, evaluator, epmd: cluster?.node.ports.epmd ?? epmd },
      files,
    };
    const runtime =
      installation.kind === 'local'
        ? new LocalRuntime(installation.bin, node)
        : new DockerRuntime(installation.image, node);
    writeFiles(node, runtime.address, options);
    const broker = new RabbitMq(node, runtime);
    try {
      await broker.boot();
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
    if (cluster) await broker.join(cluster);
    return broker;
  }

  get port(): number {
    return this.node.port;
  }

  /** Its name in a cluster. */
  get name(): string {
    return nodeName(this.node);
  }

  get tlsPort(): number {
    return this.node.ports.tls;
  }

  /** The port where it evaluates Erlang; undefined when only rabbitmqctl reaches it. */
  get evaluatorPort(): number | undefined {
    return this.runtime.evaluatorPort;
  }

  /** The command that runs rabbitmqctl on this broker, also from another process. */
  get ctlCommand(): Command {
    return this.runtime.ctl;
  }

  /** Runs rabbitmqctl. */
  ctl(...args: string[]): Promise<string> {
    return runCtl(this.runtime.ctl, args);
  }

  /** The value of an Erlang expression in the broker: a binary as its text, other values as Erlang writes them. */
  evaluate(expression: string): Promise<string> {
    const { evaluatorPort } = this;
    return evaluatorPort === undefined ? this.ctl('eval', expression) : evaluate(evaluatorPort, expression);
  }

  /** Makes the broker block publishing, as when it is short of memory. Resolves when all connections know. */
  async raiseMemoryAlarm(): Promise<void> {
    await this.evaluate('rabbit_alarm:set_alarm({{resource_limit, memory, node()}, []}).');
    await this.whenConnectionsKnow();
  }

  /** Makes the broker accept messages again. Resolves when all connections know. */
  async clearMemoryAlarm(): Promise<void> {
    await this.evaluate('rabbit_alarm:clear_alarm({resource_limit, memory, node()}).');
    await this.whenConnectionsKnow();
  }

  /** A connection that answers has read the alarm before, so the broker does not read what it publishes next. */
  private async whenConnectionsKnow(): Promise<void> {
    await this.evaluate('length(rabbit_networking:connection_info_all([state])).');
  }

  /** Makes a user, with its name as password, that may configure, write and read the matching names. */
  async addUser(name: string, configure: string, write: string, read: string): Promise<void> {
    await this.ctl('add_user', name, name);
    await this.ctl('set_permissions', name, configure, write, read);
  }

  /** Starts the broker, also again after a kill. */
  async boot(): Promise<void> {
    const { exited } = this.runtime.start();
    const isOver = new AbortController();
    try {
      await Promise.race([exited, this.untilBooted(isOver.signal)]);
    } finally {
      isOver.abort();
    }
  }

  private async untilBooted(isOver: AbortSignal): Promise<void> {
    while (!isOver.aborted) {
      try {
        return await this.assertBooted();
      } catch {
        await setTimeout(BOOT_POLL_MS);
      }
    }
  }

  /** Rejects while the broker boots. */
  private async assertBooted(): Promise<void> {
    if (this.evaluatorPort === undefined)
      await this.ctl('wait', join(this.node.folder, 'pid'), '--timeout', '60');
    else await this.evaluate('ok.');
  }

  private async join({ node }: RabbitMq): Promise<void> {
    // A node that is stopped right after its start may never answer.
    await this.ctl('wait', join(this.node.folder, 'pid'), '--timeout', '60');
    await this.ctl('stop_app');
    await this.ctl('join_cluster', nodeName(node));
    await this.ctl('start_app');
  }

  /** Ends the broker's process. Its stored data stays. */
  kill(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    return this.runtime.kill(signal);
  }

  /** Stops the broker, and removes everything it had. */
  async stop(): Promise<void> {
    await this.kill('SIGTERM');
    await this.runtime.cleanUp();
    rmSync(this.node.folder, { recursive: true, force: true });
  }
}

/** Runs rabbitmqctl by a command that another process has given. */
export async function runCtl({ command, args, env }: Command, more: string[]): Promise<string> {
  const { stdout } = await run(command, [...args, '--quiet', ...more], { env });
  return stdout;
}

function writeFiles({ folder, port, ports }: NodeFiles, address: string, options: RabbitMqOptions): void {
  for (const name of ['data', 'log', 'home']) mkdirSync(join(folder, name));
  writeFileSync(
    join(folder, 'rabbitmq.conf'),
    [
      `listeners.tcp.local = ${address}:${port}`,
      'loopback_users = none',
      'disk_free_limit.absolute = 1MB',
      'log.file = false',
      'log.console = true',
      'log.console.level = warning',
      ...(options.tls ? tlsConfig(`${address}:${ports.tls}`, options.tls) : []),
      ...(options.config ?? []),
      '',
    ].join('\n'),
  );
  const plugins = [...(options.plugins ?? []), ...(options.tls ? ['rabbitmq_auth_mechanism_ssl'] : [])];
  writeFileSync(join(folder, 'enabled_plugins'), `[${plugins.join(',')}].\n`);
}

function tlsConfig(listener: string, { ca, cert, key, isOnlyLogin = false }: BrokerTls): string[] {
  return [
    `listeners.ssl.local = ${listener}`,
    `ssl_options.cacertfile = ${ca}`,
    `ssl_options.certfile = ${cert}`,
    `ssl_options.keyfile = ${key}`,
    'ssl_options.verify = verify_peer',
    `ssl_options.fail_if_no_peer_cert = ${isOnlyLogin}`,
    'ssl_options.versions.1 = tlsv1.2',
    'ssl_cert_login_from = common_name',
    'auth_mechanisms.1 = EXTERNAL',
    ...(isOnlyLogin ? [] : ['auth_mechanisms.2 = PLAIN']),
  ];
}

/** Free ports of loopback. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  return Promise.all(
    servers.map(async (server) => {
      const { port } = server.address() as { port: number };
      await new Promise((resolve) => server.close(resolve));
      return port;
    }),
  );
}
