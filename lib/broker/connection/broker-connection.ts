import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { AmqpUrl } from '../../config/index.js';
import { ConnectionException } from '../../exceptions/index.js';
import { LibraryLogger } from '../../logging/index.js';
import { type ConnectOptions, heartbeatOf, socketOf } from '../amqplib/index.js';
import { BackOff } from './back-off.js';
import { CLOSE_TIMEOUT, closed } from './closing.js';
import type { ChannelModel } from '../port.js';
import { reasonOf } from '../amqplib/index.js';
import { isLoginRefused } from '../reply-code.js';
import { openConnection } from '../transports.js';

/** What a connection tells. */
export interface ConnectionEvents {
  /** It is up, for the first time or again. */
  connected: [model: ChannelModel];
  /** It was lost; the next one is on its way. */
  disconnected: [reason: string];
  /** The broker takes no more messages: it is short of memory or disk. */
  blocked: [reason: string];
  /** The broker takes messages again. */
  unblocked: [];
}

/** The first connection is tried no more often than this, in milliseconds, whatever `retry_delay` says. */
const SHORTEST_RETRY_DELAY = 10;

/**
 * A connection that comes back by itself. The first one is tried as often as the URL's
 * `connection_attempts` says (a negative number: for ever); later ones for ever, with growing delays, until it is closed. The URLs are
 * tried in turn.
 */
export class BrokerConnection extends EventEmitter<ConnectionEvents> {
  private readonly logger = new LibraryLogger();
  private readonly stopped = new AbortController();
  private model: ChannelModel | undefined;
  private connecting: Promise<ChannelModel> | undefined;
  private agreedHeartbeat = 0;
  private blockedBecause: string | undefined;
  private blockedTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly urls: readonly [AmqpUrl, ...AmqpUrl[]],
    private readonly purpose: 'publishing' | 'consuming',
    private readonly options: ConnectOptions,
    private readonly reconnecting: BackOff,
  ) {
    super();
    // One listener for each consumer, and there may be hundreds.
    this.setMaxListeners(0);
  }

  /** Whether it is up. */
  get isUp(): boolean {
    return this.model !== undefined;
  }

  /** Whether it is up, or wanted up. */
  get isUsed(): boolean {
    return this.model !== undefined || this.connecting !== undefined;
  }

  /** In seconds, how often the latest connection and the broker tell each other that they live; 0 where they don't. */
  get heartbeat(): number {
    return this.agreedHeartbeat;
  }

  /** Why the broker takes no messages at the moment; undefined when it does. */
  get blocked(): string | undefined {
    return this.blockedBecause;
  }

  /**
   * The connection that is up, or else the next one. Starts connecting if nothing has yet.
   *
   * @throws ConnectionException when the first connection fails, or when this has been closed
   */
  connect(): Promise<ChannelModel> {
    if (this.model) return Promise.resolve(this.model);
    this.connecting ??= this.connectFirst().finally(() => (this.connecting = undefined));
    return this.connecting;
  }

  /** Closes the connection for good. */
  async close(): Promise<void> {
    if (this.stopped.signal.aborted) return;
    this.stopped.abort();
    clearTimeout(this.blockedTimer);
    const { model } = this;
    this.model = undefined;
    if (model) await closeWithin(model, CLOSE_TIMEOUT);
  }

  private async connectFirst(): Promise<ChannelModel> {
    const { connectionAttempts, retryDelay } = this.urls[0];
    const isEndless = connectionAttempts === Infinity;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.openInTurn();
      } catch (error) {
        if (this.stopped.signal.aborted) throw closedException(this.purpose);
        const reason = reasonOf(error);
        // Waiting for ever is for a broker that is away; one that refuses the login is there.
        if (attempt >= connectionAttempts || (isEndless && isLoginRefused(error))) {
          throw new ConnectionException(
            `Can't connect to ${this.urls.map(describe).join(' or ')} for ${this.purpose} (${isEndless ? attempt : `${attempt} of ${connectionAttempts}`} attempts): ${reason}`,
            { cause: error },
          );
        }
        this.logger.warn(
          `Connecting for ${this.purpose} failed, attempt ${attempt}${isEndless ? '' : ` of ${connectionAttempts}`}: ${reason}; trying again in ${retryDelay} s`,
        );
        // For ever is no reason to do nothing else.
        await this.pause(Math.max(retryDelay * 1000, SHORTEST_RETRY_DELAY));
      }
    }
  }

  private async reconnect(): Promise<ChannelModel> {
    for (;;) {
      await this.pause(this.reconnecting.next());
      try {
        return await this.openInTurn();
      } catch (error) {
        if (this.stopped.signal.aborted) throw closedException(this.purpose);
        this.logger.warn(`Reconnecting for ${this.purpose} failed: ${reasonOf(error)}; trying again`);
      }
    }
  }

  /** One attempt: each URL once, until one answers. */
  private async openInTurn(): Promise<ChannelModel> {
    const failures = new Map<AmqpUrl, unknown>();
    for (const url of this.urls) {
      if (this.stopped.signal.aborted) throw closedException(this.purpose);
      try {
        return await this.open(url);
      } catch (error) {
        if (this.urls.length > 1) this.logger.debug(`${describe(url)}: ${reasonOf(error)}`);
        failures.set(url, error);
      }
    }
    throw failureOf(failures);
  }

  private async open(url: AmqpUrl): Promise<ChannelModel> {
    const model = await openConnection(url, this.options);
    if (this.stopped.signal.aborted) {
      await closeWithin(model, CLOSE_TIMEOUT);
      throw closedException(this.purpose);
    }
    this.model = model;
    const openedAt = performance.now();
    this.agreedHeartbeat = heartbeatOf(model);
    let lastError: Error | undefined;
    model.on('error', (error: Error) => (lastError = error));
    model.on('close', (error?: Error) => this.lost(model, error ?? lastError, openedAt));
    model.on('blocked', (reason: string) => this.onBlocked(model, reason, url.blockedConnectionTimeout));
    model.on('unblocked', () => this.onUnblocked());
    this.logger.log(`Connected to ${describe(url)} for ${this.purpose}`);
    this.emit('connected', model);
    return model;
  }

  private lost(model: ChannelModel, error: Error | undefined, openedAt: number): void {
    if (this.model !== model) return;
    this.model = undefined;
    this.reconnecting.lasted(performance.now() - openedAt);
    this.blockedBecause = undefined;
    clearTimeout(this.blockedTimer);
    const reason = error ? reasonOf(error) : 'closed by the broker';
    destroyWithin(model, CLOSE_TIMEOUT);
    this.logger.warn(`The connection for ${this.purpose} was lost: ${reason}; reconnecting`);
    this.connecting = this.reconnect().finally(() => (this.connecting = undefined));
    // Nobody may be waiting for it; whoever is gets the failure.
    this.connecting.catch(() => undefined);
    this.emit('disconnected', reason);
  }

  private onBlocked(model: ChannelModel, reason: string, timeout: number | undefined): void {
    this.blockedBecause = reason;
    this.logger.warn(`The broker takes no messages: ${reason}`);
    if (timeout !== undefined) {
      clearTimeout(this.blockedTimer);
      this.blockedTimer = setTimeout(() => void closeWithin(model, CLOSE_TIMEOUT), timeout * 1000);
    }
    this.emit('blocked', reason);
  }

  private onUnblocked(): void {
    this.blockedBecause = undefined;
    clearTimeout(this.blockedTimer);
    this.logger.log('The broker takes messages again');
    this.emit('unblocked');
  }

  private async pause(milliseconds: number): Promise<void> {
    try {
      await delay(milliseconds, undefined, { signal: this.stopped.signal });
    } catch {
      throw closedException(this.purpose);
    }
  }
}

function closedException(purpose: string): ConnectionException {
  return new ConnectionException(`The connection for ${purpose} has been closed`);
}

function describe({ protocol, hostname, port, vhost }: AmqpUrl): string {
  return protocol === 'memory'
    ? `memory://${hostname}`
    : `${protocol}://${hostname}:${port} (virtual host '${vhost}')`;
}

/** Of one node, its own failure; of several, each one's reason. */
function failureOf(failures: ReadonlyMap<AmqpUrl, unknown>): unknown {
  const all = [...failures];
  const [last] = all.slice(-1);
  if (all.length === 1) return last![1];
  const reasons = all.map(([url, error]) => `${describe(url)}: ${reasonOf(error)}`);
  return new AggregateError(
    all.map(([, error]) => error),
    reasons.join('; '),
  );
}

/** A peer that is gone does not answer the closing handshake. */
async function closeWithin(model: ChannelModel, milliseconds: number): Promise<void> {
  destroyWithin(model, milliseconds);
  await closed(model);
}

/** amqplib ends its sockets; towards a peer that is gone, they would stay for as long as TCP tries. */
function destroyWithin(model: ChannelModel, milliseconds: number): void {
  const socket = socketOf(model);
  if (!socket || socket.destroyed) return;
  const timer = setTimeout(
    () => socket.destroy(new Error('The broker did not answer the closing handshake')),
    milliseconds,
  );
  socket.once('close', () => clearTimeout(timer));
}
