import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where distributions put RabbitMQ's own scripts; those in the PATH may insist on another user. */
const FOLDERS = [process.env['RABBITMQ_BIN'], '/usr/lib/rabbitmq/bin', '/usr/local/lib/rabbitmq/bin'];

/** How a private RabbitMQ is to be started. */
export interface RabbitMqOptions {
  /** Lines of rabbitmq.conf, next to those the tests need. */
  config?: string[];
  plugins?: string[];
  /** PEM files; turns on a TLS listener, which asks for client certificates and takes them for users. */
  tls?: { ca: string; cert: string; key: string };
}

/** A RabbitMQ of the tests' own, on ports of its own, on loopback only. */
export class RabbitMq {
  private process: ChildProcess | undefined;

  private constructor(
    private readonly folder: string,
    private readonly environment: NodeJS.ProcessEnv,
    private readonly bin: string,
    readonly port: number,
    readonly tlsPort: number,
  ) {}

  static async start(options: RabbitMqOptions = {}): Promise<RabbitMq> {
    const bin = FOLDERS.find((folder) => folder && existsSync(join(folder, 'rabbitmq-server')));
    if (!bin) {
      throw new Error(
        'These tests need RabbitMQ: install it (apt-get install rabbitmq-server), or set RABBITMQ_BIN to the folder of rabbitmq-server and rabbitmqctl',
      );
    }
    const [port, tlsPort, distPort, epmdPort] = await freePorts(4);
    const folder = mkdtempSync(join(tmpdir(), 'fedora-messaging-rabbitmq-'));
    for (const name of ['data', 'log', 'home']) mkdirSync(join(folder, name));
    writeFileSync(
      join(folder, 'rabbitmq.conf'),
      [
        `listeners.tcp.local = 127.0.0.1:${port}`,
        'loopback_users = none',
        'disk_free_limit.absolute = 1MB',
        'log.file = false',
        'log.console = true',
        'log.console.level = warning',
        ...(options.tls ? tlsConfig(tlsPort!, options.tls) : []),
        ...(options.config ?? []),
        '',
      ].join('\n'),
    );
    const plugins = [...(options.plugins ?? []), ...(options.tls ? ['rabbitmq_auth_mechanism_ssl'] : [])];
    writeFileSync(join(folder, 'enabled_plugins'), `[${plugins.join(',')}].\n`);
    const environment = {
      PATH: process.env['PATH'],
      LANG: 'C.UTF-8',
      HOME: join(folder, 'home'),
      RABBITMQ_NODENAME: `test${port}@localhost`,
      RABBITMQ_MNESIA_BASE: join(folder, 'data'),
      RABBITMQ_LOG_BASE: join(folder, 'log'),
      RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
      RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
      RABBITMQ_CONF_ENV_FILE: join(folder, 'no-such-file'),
      RABBITMQ_DIST_PORT: String(distPort),
      RABBITMQ_PID_FILE: join(folder, 'pid'),
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1} +sbwt none',
      ERL_EPMD_ADDRESS: '127.0.0.1',
      ERL_EPMD_PORT: String(epmdPort),
    };
    const broker = new RabbitMq(folder, environment, bin, port!, tlsPort!);
    await broker.boot();
    return broker;
  }

  /** The URL of a user on a virtual host. */
  url(user = 'guest', password = user, vhost = '/'): string {
    return `amqp://${encodeURIComponent(user)}:${encodeURIComponent(password)}@127.0.0.1:${this.port}/${encodeURIComponent(vhost)}`;
  }

  /** What runs rabbitmqctl on this broker, also from another process. */
  get ctlCommand(): { command: string; env: Record<string, string> } {
    return { command: join(this.bin, 'rabbitmqctl'), env: this.environment as Record<string, string> };
  }

  /** Runs rabbitmqctl. */
  async ctl(...args: string[]): Promise<string> {
    const { command, env } = this.ctlCommand;
    const { stdout } = await run(command, ['--quiet', ...args], { env });
    return stdout;
  }

  /** Makes a user that may configure, write and read what matches the patterns. */
  async addUser(name: string, configure: string, write: string, read: string, vhost = '/'): Promise<void> {
    await this.ctl('add_user', name, name);
    await this.ctl('set_permissions', '-p', vhost, name, configure, write, read);
  }

  /** Stops the broker, and lets go of all it had. */
  async stop(): Promise<void> {
    await this.kill('SIGTERM');
    await this.stopEpmd();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Ends the broker's process; what it had stored stays. */
  async kill(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const { process: server } = this;
    this.process = undefined;
    if (!server || server.exitCode !== null) return;
    const exited = new Promise((resolve) => server.once('exit', resolve));
    const pid = Number(readFileSync(join(this.folder, 'pid'), 'utf8'));
    process.kill(pid, signal);
    await exited;
  }

  /** Starts the broker, also again. */
  async boot(): Promise<void> {
    const server = spawn(join(this.bin, 'rabbitmq-server'), [], {
      env: this.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.process = server;
    let output = '';
    for (const stream of [server.stdout, server.stderr]) {
      stream.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-20_000)));
    }
    const exited = new Promise<never>((_, reject) => {
      server.once('exit', (code) => reject(new Error(`RabbitMQ ended (${code}):\n${output}`)));
    });
    exited.catch(() => undefined);
    await Promise.race([
      exited,
      this.ctl('wait', join(this.folder, 'pid'), '--timeout', '60').catch((error: Error) => {
        throw new Error(`RabbitMQ did not start: ${error.message}\n${output}`);
      }),
    ]);
  }

  private async stopEpmd(): Promise<void> {
    // The port mapper is shared by nobody: its port is this broker's own.
    await run('epmd', ['-port', this.environment['ERL_EPMD_PORT']!, '-kill']).catch(() => undefined);
  }
}

function tlsConfig(port: number, { ca, cert, key }: { ca: string; cert: string; key: string }): string[] {
  return [
    `listeners.ssl.local = 127.0.0.1:${port}`,
    `ssl_options.cacertfile = ${ca}`,
    `ssl_options.certfile = ${cert}`,
    `ssl_options.keyfile = ${key}`,
    'ssl_options.verify = verify_peer',
    'ssl_options.fail_if_no_peer_cert = false',
    'ssl_options.versions.1 = tlsv1.2',
    'ssl_cert_login_from = common_name',
    'auth_mechanisms.1 = PLAIN',
    'auth_mechanisms.2 = EXTERNAL',
  ];
}

async function freePorts(count: number): Promise<number[]> {
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
