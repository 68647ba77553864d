import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { MonitoringOptions } from '../config/index.js';
import { ConfigurationException, describeError, shownValue, stackOf } from '../exceptions/index.js';
import type { LibraryLogger } from '../logging/index.js';
import type { MetricsRegistry } from './metrics-registry.js';
import type { Statistics } from './statistics.js';

const PATHS: readonly string[] = ['/live', '/ready', '/metrics'];
const JSON_TYPE = 'application/json';
const TEXT_TYPE = 'text/plain; charset=utf-8';

const NO_PROM_CLIENT =
  'Metrics need the package prom-client, which is not installed: npm install prom-client@15\n';

/** Further connections get no answer: probes and scrapers are few, so a client that opens more is at fault. */
const MAX_CONNECTIONS = 100;
/** Each open page has a stream, and a browser opens up to six connections: they leave room for probes. */
const MAX_CONNECTIONS_WITH_PAGE = 400;
/** How long the headers of a request may take to arrive, and how long the whole request. */
const HEADERS_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 10_000;
/** How often connections are checked for these timeouts. */
const CHECK_INTERVAL_MS = 1_000;
/** The limit for all headers of a request. */
const MAX_HEADER_BYTES = 8 * 1024;
/** Browsers send the cookies of the host, which may be those of other programs, too. 16 KiB is the default of Node. */
const MAX_HEADER_BYTES_WITH_PAGE = 16 * 1024;

/** A part of the server that other code serves: all paths that monitoring itself does not have. */
export interface ServedPage {
  /** Answers a request. It never throws. */
  handle(request: IncomingMessage, response: ServerResponse, path: string): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/**
 * Answers probes and scrapes over HTTP: `/live` and `/ready` as the Python library does, and `/metrics`. As in the
 * Python library, `/ready` always answers with 200; its body says whether the consumers are consuming.
 */
export class MonitoringServer {
  private server: Server | undefined;
  /** The collection that is running; scrapes that arrive meanwhile share it. */
  private collecting: Promise<string> | undefined;

  constructor(
    private readonly options: MonitoringOptions,
    /** Undefined if prom-client is not installed. */
    private readonly metrics: MetricsRegistry | undefined,
    private readonly logger: LibraryLogger,
    /** The live page; undefined when it is off. */
    private readonly page?: ServedPage,
  ) {}

  /**
   * Listens, if the options have a port.
   *
   * @throws ConfigurationException when it can't listen there
   */
  async start(statistics: () => Statistics): Promise<void> {
    const { port, address = '' } = this.options;
    if (port === undefined || this.server) return;
    const server = createServer(
      {
        headersTimeout: HEADERS_TIMEOUT_MS,
        requestTimeout: REQUEST_TIMEOUT_MS,
        connectionsCheckingInterval: CHECK_INTERVAL_MS,
        maxHeaderSize: this.page ? MAX_HEADER_BYTES_WITH_PAGE : MAX_HEADER_BYTES,
      },
      (request, response) => void this.handle(request, response, statistics),
    );
    server.maxConnections = this.page ? MAX_CONNECTIONS_WITH_PAGE : MAX_CONNECTIONS;
    this.server = server;
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, address === '' ? undefined : address, resolve);
      });
    } catch (error) {
      this.server = undefined;
      throw cantListen(error as NodeJS.ErrnoException, port, address);
    }
    server.on('error', (error) => this.logger.warn(`Monitoring failed: ${error.message}`));
    this.logger.log(`Monitoring listens on ${describe(server.address() as AddressInfo)}`);
    if (this.page) this.logger.log(`The live page is at ${this.pageUrl}`);
  }

  /** The address of the live page; undefined while the server does not listen, or serves no page. */
  get pageUrl(): string | undefined {
    if (!this.page || !this.server?.listening) return undefined;
    return `http://${describe(this.server.address() as AddressInfo)}/`;
  }

  /** Stops listening, and closes open connections. */
  async stop(): Promise<void> {
    const { server } = this;
    if (!server) return;
    this.server = undefined;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  private async handle(
    request: IncomingMessage,
    response: ServerResponse,
    statistics: () => Statistics,
  ): Promise<void> {
    const path = (request.url ?? '').replace(/\?.*$/s, '');
    if (this.page && !PATHS.includes(path.replace(/\/$/, ''))) {
      await this.page.handle(request, response, path);
      return;
    }
    const answered = this.answer(request.method, path.replace(/\/$/, ''), statistics);
    const { status, type, body } = await answered.catch((error: unknown) => {
      this.logger.error(
        `Monitoring can't answer ${shownValue(request.url)}: ${describeError(error)}`,
        stackOf(error),
      );
      return { status: 500, type: TEXT_TYPE, body: 'Internal server error\n' };
    });
    response.writeHead(status, {
      'content-type': type,
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
      ...(status === 405 && { allow: 'GET, HEAD' }),
    });
    response.end(body);
  }

  private async answer(
    method: string | undefined,
    path: string,
    statistics: () => Statistics,
  ): Promise<Answer> {
    if (!PATHS.includes(path)) {
      return { status: 404, type: TEXT_TYPE, body: `Not found. The paths are ${PATHS.join(', ')}\n` };
    }
    if (method !== 'GET' && method !== 'HEAD') {
      return { status: 405, type: TEXT_TYPE, body: `${path} takes GET and HEAD only\n` };
    }
    if (path === '/metrics') return this.answerMetrics();
    const state = path === '/live' ? { status: 'OK' } : statistics();
    return { status: 200, type: JSON_TYPE, body: spacedJson(state) };
  }

  private async answerMetrics(): Promise<Answer> {
    if (!this.metrics) return { status: 501, type: TEXT_TYPE, body: NO_PROM_CLIENT };
    return { status: 200, type: this.metrics.contentType, body: await this.collect(this.metrics) };
  }

  private collect(metrics: MetricsRegistry): Promise<string> {
    this.collecting ??= metrics.metrics().finally(() => (this.collecting = undefined));
    return this.collecting;
  }
}

/** JSON with the spaces that Python writes. Only for objects whose texts do not contain JSON. */
function spacedJson(value: object): string {
  return `${JSON.stringify(value, null, 1).replace(/,\n +/g, ', ').replace(/\n */g, '')}\n`;
}

function cantListen(error: NodeJS.ErrnoException, port: number, address: string): ConfigurationException {
  const where = address === '' ? `port ${port} of all interfaces` : `port ${port} of ${address}`;
  const advice: Record<string, string> = {
    EADDRINUSE: "another program uses the port: choose another 'monitoring.port', or stop that program",
    EACCES: "this user may not use the port: choose a 'monitoring.port' above 1023",
    EADDRNOTAVAIL: "'monitoring.address' must be an address of this machine, or empty for all",
    ENOTFOUND: "'monitoring.address' must be an address of this machine, or empty for all",
    EAI_AGAIN: "'monitoring.address' must be an address of this machine, or empty for all",
  };
  return new ConfigurationException(
    `Monitoring can't listen on ${where}: ${advice[error.code ?? ''] ?? 'see the reason'} (${error.message})`,
    { cause: error },
  );
}

function describe({ address, port, family }: AddressInfo): string {
  return family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`;
}
