import { EventEmitter } from 'node:events';
import type { AmqpUrl } from '../../config/index.js';
import { ConnectionException } from '../../exceptions/index.js';
import type { LibraryLogger } from '../../logging/index.js';
import { LONGEST_TIMEOUT } from '../../time-limits/index.js';
import type { ConnectOptions, OpenConnection } from '../port.js';
import { isConnectionRefusal, isLoginRefused } from '../reply-code.js';
import { openConnection, reasonOf } from '../transports.js';
import { BackOff } from './back-off.js';
import { describeUrl, describeUrls, failureOfAll } from './broker-urls.js';
import { CLOSE_TIMEOUT, closed } from './closing.js';

/** Events of a connection. */
export interface ConnectionEvents {
  /** The connection is up, for the first time or again. */
  connected: [connection: OpenConnection];
  /** The connection was lost; the next one is being made. */
  disconnected: [reason: string];
  /** The broker closed the connection because it refused an operation. `disconnected` follows. */
  refused: [refusal: Error];
  /** The broker takes no more messages: it is short of memory or disk. */
  blocked: [reason: string];
  /** The broker takes messages again. */
  unblocked: [];
}

/** How a connection is tried. */
interface RetryPolicy {
  /** How many attempts; Infinity: no limit. */
  readonly attempts: number;
  /** Returns the next pause between two attempts, in milliseconds. */
  readonly pause: () => number;
}

/**
 * The shortest pause between two attempts for the first connection, in milliseconds, even if `retry_delay` is shorter.
 */
const SHORTEST_RETRY_DELAY = 10;

const LOGIN_ADVICE =
  ". Correct the user, the password, the client certificate or the virtual host, or ask the broker's administrators for access";

/**
 * A connection that comes back by itself. The caller chooses how often the first connection is tried: `connect()` tries
 * as often as the URL's `connection_attempts` says, `keepConnecting()` tries for ever. A refused login ends both. Later
 * connections are tried for ever, with growing delays, until {@link close}. Each attempt tries the URLs in turn.
 */
export class BrokerConnection extends EventEmitter<ConnectionEvents> {
  private readonly stopped = new AbortController();
  private opened: OpenConnection | undefined;
  private wasUp = false;
  /** The attempt that is under way. All callers share it. */
  private attempting: Promise<OpenConnection> | undefined;
  private connecting: Promise<OpenConnection> | undefined;
  private keeping: Promise<OpenConnection> | undefined;
  private failedBecause: string | undefined;
  private agreedHeartbeat = 0;
  private blockedBecause: string | undefined;
  private blockedTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly urls: readonly [AmqpUrl, ...AmqpUrl[]],
    private readonly purpose: 'publishing' | 'consuming',
    private readonly options: ConnectOptions,
    private readonly reconnecting: BackOff,
    private readonly logger: LibraryLogger,
  ) {
    super();
    // Each consumer adds a listener, and there may be hundreds.
    this.setMaxListeners(0);
  }

  /** Whether the connection is up. */
  get isUp(): boolean {
    return this.opened !== undefined;
  }

  /** Whether the connection is up, or is being made. */
  get isUsed(): boolean {
    return this.opened !== undefined || this.connecting !== undefined || this.keeping !== undefined;
  }

  /** Why there is no connection; undefined when it is up, or when nothing has failed yet. */
  get failure(): string | undefined {
    return this.failedBecause;
  }

  /** The interval between heartbeats of the latest connection, in seconds; 0: no heartbeats. */
  get heartbeat(): number {
    return this.agreedHeartbeat;
  }

  /** Why the broker takes no messages now; undefined when it takes them. */
  get blocked(): string | undefined {
    return this.blockedBecause;
  }

  /**
   * Returns the connection that is up, or else the next one. The first connection is tried `connection_attempts` times.
   *
   * @throws ConnectionException when the first connection fails, or after {@link close}
   */
  connect(): Promise<OpenConnection> {
    if (this.opened) return Promise.resolve(this.opened);
    if (this.wasUp) return this.keepConnecting();
    const { connectionAttempts, retryDelay } = this.urls[0];
    const milliseconds = Math.min(Math.max(retryDelay * 1000, SHORTEST_RETRY_DELAY), LONGEST_TIMEOUT);
    this.connecting ??= this.persist({ attempts: connectionAttempts, pause: () => milliseconds }).finally(
      () => (this.connecting = undefined),
    );
    return this.connecting;
  }

  /**
   * Returns the connection that is up, or else the next one, which is tried for ever.
   *
   * @throws ConnectionException when the broker refuses the login of the first connection, or after {@link close}
   */
  keepConnecting(): Promise<OpenConnection> {
    if (this.opened) return Promise.resolve(this.opened);
    return this.keeping ?? this.startKeeping();
  }

  /** Closes the connection for good. */
  async close(): Promise<void> {
    if (this.stopped.signal.aborted) return;
    this.stopped.abort();
    clearTimeout(this.blockedTimer);
    const { opened } = this;
    this.opened = undefined;
    if (opened) await closeInTime(opened);
  }

  private startKeeping(after = Promise.resolve()): Promise<OpenConnection> {
    const pause = (): number => this.reconnecting.next();
    const keeping = after
      .then(() => this.persist({ attempts: Infinity, pause }))
      .finally(() => {
        if (this.keeping === keeping) this.keeping = undefined;
      });
    return (this.keeping = keeping);
  }

  /** Makes attempts until the connection is up, or until the first connection has failed `attempts` times. */
  private async persist({ attempts, pause }: RetryPolicy): Promise<OpenConnection> {
    const ofAll = attempts === Infinity ? '' : ` of ${attempts}`;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.attempt();
      } catch (error) {
        if (error instanceof ConnectionException) throw error;
        if (attempt >= attempts && !this.wasUp) throw this.exception(error, ` (${attempt}${ofAll} attempts)`);
        const milliseconds = pause();
        const what = this.wasUp ? 'Reconnecting' : 'Connecting';
        this.logger.warn(
          `${what} for ${this.purpose} failed, attempt ${attempt}${ofAll}: ${reasonOf(error)}; trying again in ${seconds(milliseconds)} s`,
        );
        await this.pause(milliseconds);
      }
    }
  }

  /**
   * Makes one attempt. Callers share an attempt that is under way.
   *
   * @throws ConnectionException when trying again would not help: the login of the first connection was refused
   */
  private attempt(): Promise<OpenConnection> {
    if (this.opened) return Promise.resolve(this.opened);
    this.attempting ??= this.openInTurn()
      .catch((error: unknown) => {
        if (this.stopped.signal.aborted) throw closedException(this.purpose);
        this.failedBecause = `can't connect to ${describeUrls(this.urls)}: ${reasonOf(error)}`;
        // Only a login that never worked is taken for wrong: later, the broker may be wrong.
        throw isLoginRefused(error) && !this.wasUp ? this.exception(error, '', LOGIN_ADVICE) : error;
      })
      .finally(() => (this.attempting = undefined));
    return this.attempting;
  }

  private exception(cause: unknown, attempts = '', advice = ''): ConnectionException {
    return new ConnectionException(
      `Can't connect to ${describeUrls(this.urls)} for ${this.purpose}${attempts}: ${reasonOf(cause)}${advice}`,
      { cause },
    );
  }

  /** Tries each URL once, until a broker answers. */
  private async openInTurn(): Promise<OpenConnection> {
    const failures = new Map<AmqpUrl, unknown>();
    for (const url of this.urls) {
      if (this.stopped.signal.aborted) throw closedException(this.purpose);
      try {
        return await this.open(url);
      } catch (error) {
        if (this.urls.length > 1) this.logger.debug(`${describeUrl(url)}: ${reasonOf(error)}`);
        failures.set(url, error);
      }
    }
    throw failureOfAll(failures);
  }

  private async open(url: AmqpUrl): Promise<OpenConnection> {
    const opened = await openConnection(url, this.options);
    if (this.stopped.signal.aborted) {
      await closeInTime(opened);
      throw closedException(this.purpose);
    }
    this.opened = opened;
    this.wasUp = true;
    this.failedBecause = undefined;
    const openedAt = performance.now();
    this.agreedHeartbeat = opened.heartbeat;
    const { model } = opened;
    let lastError: Error | undefined;
    model.on('error', (error: Error) => (lastError = error));
    model.on('close', (error?: Error) => this.lost(opened, error ?? lastError, openedAt));
    model.on('blocked', (reason: string) => this.onBlocked(opened, reason, url.blockedConnectionTimeout));
    model.on('unblocked', () => this.onUnblocked());
    this.logger.log(`Connected to ${describeUrl(url)} for ${this.purpose}`);
    this.emit('connected', opened);
    return opened;
  }

  private lost(opened: OpenConnection, error: Error | undefined, openedAt: number): void {
    if (this.opened !== opened) return;
    this.opened = undefined;
    this.reconnecting.lasted(performance.now() - openedAt);
    this.blockedBecause = undefined;
    clearTimeout(this.blockedTimer);
    const reason = error ? reasonOf(error) : 'the broker closed it';
    opened.cutAfter(CLOSE_TIMEOUT);
    this.logger.warn(`The connection for ${this.purpose} was lost: ${reason}; reconnecting`);
    this.failedBecause = `the connection was lost: ${reason}`;
    // A caller that waits gets the failure itself. The catch is for the case without callers.
    this.startKeeping(this.pause(this.reconnecting.next())).catch(() => undefined);
    if (isConnectionRefusal(error)) this.emit('refused', error!);
    this.emit('disconnected', reason);
  }

  private onBlocked(opened: OpenConnection, reason: string, timeout: number | undefined): void {
    this.blockedBecause = reason;
    this.logger.warn(`The broker takes no messages: ${reason}`);
    clearTimeout(this.blockedTimer);
    if (timeout !== undefined && timeout * 1000 <= LONGEST_TIMEOUT) {
      this.blockedTimer = setTimeout(() => void closeInTime(opened), timeout * 1000);
    }
    this.emit('blocked', reason);
  }

  private onUnblocked(): void {
    this.blockedBecause = undefined;
    clearTimeout(this.blockedTimer);
    this.logger.log('The broker takes messages again');
    this.emit('unblocked');
  }

  /** Waits for a time. The wait ends early when the connection is up or closed. */
  private pause(milliseconds: number): Promise<void> {
    const { signal } = this.stopped;
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.off('connected', end);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      this.once('connected', end);
      signal.addEventListener('abort', end);
    });
  }
}

function closedException(purpose: string): ConnectionException {
  return new ConnectionException(`The application has closed the connection for ${purpose}`);
}

/** A pause in seconds, rounded for the log. */
function seconds(milliseconds: number): number {
  return Number((milliseconds / 1000).toPrecision(2));
}

/** Closes a connection in a limited time: a peer that is gone does not answer the closing handshake. */
async function closeInTime(connection: OpenConnection): Promise<void> {
  connection.cutAfter(CLOSE_TIMEOUT);
  await closed(connection.model);
}
