import type { ExchangeOptions, ReconnectOptions } from '../../config/index.js';
import { shownValue, ValidationError } from '../../exceptions/index.js';
import {
  BackOff,
  type BrokerConnection,
  closeChannel,
  declareExchanges,
  InterruptedDeclaration,
} from '../connection/index.js';
import { isConnectionRefusal } from '../reply-code.js';
import type { ConfirmChannel, OpenConnection, ReturnedMessage } from '../port.js';
import { isNack, reasonOf } from '../transports.js';
import type { PendingPublication } from './publication.js';

/**
 * How many frames may wait for the socket before the channel says that it is full. A publication that waits in the
 * outbox can still be taken back; a frame cannot.
 */
const MAX_WAITING_FRAMES = 64;

/** Events of a publish channel. */
export interface PublishChannelEvents {
  /** There is a new connection. Its broker may be another one than before. */
  onConnected(): void;
  /** The channel is open, and takes publications. */
  onOpen(): void;
  /** The channel could not be opened. */
  onOpenFailed(error: unknown): void;
  /** The channel takes publications again, or may be opened again. */
  onReady(): void;
  onConfirmed(pending: PendingPublication): void;
  /** The broker rejected the publication (basic.nack). */
  onNacked(pending: PendingPublication): void;
  onReturned(message: ReturnedMessage): void;
  /**
   * The channel is gone, with everything in flight.
   *
   * @param channelError why the broker closed the channel; undefined when the connection was lost
   * @param connectionError why the connection was lost, if the broker said so
   */
  onLost(channelError: Error | undefined, connectionError: Error | undefined): void;
}

/**
 * A channel with confirms. It is opened when it is needed, and opened again after it was lost, on the connection of
 * that time.
 */
export class PublishChannel {
  private opened: OpenConnection | undefined;
  private connectionError: Error | undefined;
  private channel: ConfirmChannel | undefined;
  private channelError: Error | undefined;
  private openedAt = 0;
  private opening: Promise<void> | undefined;
  /** Runs after a channel failed: no channel is opened until this timer ends. */
  private pause: NodeJS.Timeout | undefined;
  private isFull = false;
  private readonly reopening: BackOff;

  constructor(
    private readonly connection: BrokerConnection,
    private readonly exchanges: Readonly<Record<string, ExchangeOptions>>,
    private readonly passiveDeclares: boolean,
    reconnect: ReconnectOptions,
    private readonly events: PublishChannelEvents,
  ) {
    this.reopening = BackOff.ofReconnecting(reconnect);
  }

  get isOpen(): boolean {
    return this.channel !== undefined;
  }

  /** Whether it takes another publication now; if not, {@link PublishChannelEvents.onReady} follows. */
  get hasRoom(): boolean {
    return this.channel !== undefined && !this.isFull;
  }

  /** Opens the channel, unless it is being opened or a pause after a failure is under way. */
  open(): void {
    if (this.pause) return;
    this.opening ??= this.openChannel().then(
      () => {
        this.opening = undefined;
        this.events.onOpen();
      },
      (error: unknown) => {
        this.events.onOpenFailed(error);
        this.opening = undefined;
      },
    );
  }

  /** Begins a pause in which no channel is opened. Pauses grow with every failure. */
  rest(): void {
    this.pause ??= setTimeout(() => {
      this.pause = undefined;
      this.events.onReady();
    }, this.reopening.next());
  }

  /**
   * Sends a publication.
   *
   * @returns false when the channel turns out to be closed: then call {@link noteClosed}
   * @throws ValidationError when AMQP has no form for its properties
   */
  send(pending: PendingPublication): boolean {
    try {
      // Tracing finds the caller by its async context, also when a publication is sent again.
      this.isFull = !pending.runInAsyncScope(this.write, this, pending);
      return true;
    } catch (error) {
      // A closed channel throws. Its `close` event may not have come yet.
      if (!(error instanceof TypeError || error instanceof RangeError)) return false;
      throw new ValidationError(
        `The message ${shownValue(pending.publication.properties.messageId ?? null)} with topic ${shownValue(pending.publication.routingKey)}`,
        [{ path: '/headers', message: `can't be written as an AMQP table: ${reasonOf(error)}` }],
      );
    }
  }

  /** {@link send} returned false: the channel is gone. */
  noteClosed(): void {
    if (this.channel) this.lost(this.channel);
  }

  /** Closes the channel, so that {@link open} makes another. Nothing may be in flight. */
  replace(): void {
    const { channel } = this;
    this.channel = undefined;
    if (channel) void closeChannel(channel);
  }

  /** Closes the channel for good. */
  async close(): Promise<void> {
    clearTimeout(this.pause);
    if (this.channel) await closeChannel(this.channel);
  }

  private write(pending: PendingPublication): boolean {
    return this.opened!.publish(this.channel!, pending.publication, (error) => this.onAnswer(pending, error));
  }

  private onAnswer(pending: PendingPublication, error: Error | null): void {
    if (!error) this.events.onConfirmed(pending);
    // Any other error means that the channel is gone. lost() handles all its publications together.
    else if (isNack(error)) this.events.onNacked(pending);
  }

  private async openChannel(): Promise<void> {
    const opened = await this.connection.keepConnecting();
    this.watch(opened);
    const declaring = await opened.openChannel();
    declaring.on('error', () => undefined);
    try {
      await declareExchanges(declaring, this.exchanges, this.passiveDeclares);
    } catch (error) {
      const { connectionError } = this;
      const isRefused = error instanceof InterruptedDeclaration && isConnectionRefusal(connectionError);
      throw isRefused ? error.because(connectionError!) : error;
    } finally {
      await closeChannel(declaring);
    }
    const channel = await opened.openConfirmChannel({ highWaterMark: MAX_WAITING_FRAMES });
    this.channelError = undefined;
    this.isFull = false;
    this.openedAt = Date.now();
    channel.on('error', (error: Error) => (this.channelError = error));
    channel.on('drain', () => this.onDrain(channel));
    channel.on('close', () => this.lost(channel));
    channel.on('return', (message) => this.events.onReturned(message));
    this.channel = channel;
  }

  /** Keeps the error with which a connection dies. The error comes before the channels are told. */
  private watch(opened: OpenConnection): void {
    if (this.opened === opened) return;
    this.opened = opened;
    this.connectionError = undefined;
    this.events.onConnected();
    opened.model.on('error', (error: Error) => {
      if (this.opened === opened) this.connectionError = error;
    });
  }

  private onDrain(channel: ConfirmChannel): void {
    if (this.channel !== channel) return;
    this.isFull = false;
    this.events.onReady();
  }

  private lost(channel: ConfirmChannel): void {
    if (this.channel !== channel) return;
    this.channel = undefined;
    this.reopening.lasted(Date.now() - this.openedAt);
    this.events.onLost(this.channelError, this.connectionError);
  }
}
