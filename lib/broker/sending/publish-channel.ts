import type { ExchangeOptions, ReconnectOptions } from '../../config/index.js';
import { ValidationError } from '../../exceptions/index.js';
import { BackOff, type BrokerConnection, closeChannel, declareExchanges } from '../connection/index.js';
import type { ConfirmChannel, OpenConnection, ReturnedMessage } from '../port.js';
import { isNack, reasonOf } from '../transports.js';
import type { PendingPublication } from './publication.js';

/**
 * How many frames wait in a channel for the socket before the channel says that it takes no more. A publication that waits
 * in the outbox can still be taken back; a frame can not.
 */
const MAX_WAITING_FRAMES = 64;

/** What a publish channel tells. */
export interface PublishChannelEvents {
  /** The broker is another one than before, or the same one after a new connection. */
  onConnected(): void;
  /** It is open, and takes publications. */
  onOpen(): void;
  /** It could not be opened. */
  onOpenFailed(error: unknown): void;
  /** It may take a publication again, or may be opened again. */
  onReady(): void;
  onConfirmed(pending: PendingPublication): void;
  /** The broker rejected the publication (basic.nack). */
  onNacked(pending: PendingPublication): void;
  onReturned(message: ReturnedMessage): void;
  /**
   * It is gone, with everything in flight.
   *
   * @param channelError why the broker closed the channel; undefined when the connection was lost
   * @param connectionError why the connection was lost, if the broker said so
   */
  onLost(channelError: Error | undefined, connectionError: Error | undefined): void;
}

/**
 * A channel with confirms that is opened when it is needed, and again after it was lost, over whatever connections that
 * takes.
 */
export class PublishChannel {
  private opened: OpenConnection | undefined;
  private connectionError: Error | undefined;
  private channel: ConfirmChannel | undefined;
  private channelError: Error | undefined;
  private openedAt = 0;
  private opening: Promise<void> | undefined;
  /** A channel failed lately; until the time is over, none is opened. */
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

  /** Opens it, unless that is under way or has just failed. */
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

  /** Is not opened until a pause is over; the pauses grow. */
  rest(): void {
    this.pause ??= setTimeout(() => {
      this.pause = undefined;
      this.events.onReady();
    }, this.reopening.next());
  }

  /**
   * Sends a publication.
   *
   * @returns false when the channel turns out to be closed: then {@link noteClosed} has to be called
   * @throws ValidationError when AMQP has no form for its properties
   */
  send(pending: PendingPublication): boolean {
    try {
      // Tracing tells by the context whose publish it is, also when it is sent again.
      this.isFull = !pending.runInAsyncScope(this.write, this, pending);
      return true;
    } catch (error) {
      // A channel that has been closed throws; it may have been before anybody could be told.
      if (!(error instanceof TypeError || error instanceof RangeError)) return false;
      throw new ValidationError(`The message "${pending.publication.properties.messageId ?? ''}"`, [
        { path: '/headers', message: `can't be written as an AMQP table: ${reasonOf(error)}` },
      ]);
    }
  }

  /** The channel threw when it was to send something: it is gone. */
  noteClosed(): void {
    if (this.channel) this.lost(this.channel);
  }

  /** Lets the channel go, so that the next one takes its place. Nothing may be in flight. */
  replace(): void {
    const { channel } = this;
    this.channel = undefined;
    if (channel) void closeChannel(channel);
  }

  /** Closes it for good. */
  async close(): Promise<void> {
    clearTimeout(this.pause);
    if (this.channel) await closeChannel(this.channel);
  }

  private write(pending: PendingPublication): boolean {
    return this.opened!.publish(this.channel!, pending.publication, (error) => this.onAnswer(pending, error));
  }

  private onAnswer(pending: PendingPublication, error: Error | null): void {
    if (!error) this.events.onConfirmed(pending);
    // Any other error: the channel is gone, and what it means is decided once, in lost().
    else if (isNack(error)) this.events.onNacked(pending);
  }

  private async openChannel(): Promise<void> {
    const opened = await this.connection.keepConnecting();
    this.watch(opened);
    const declaring = await opened.openChannel();
    declaring.on('error', () => undefined);
    try {
      await declareExchanges(declaring, this.exchanges, this.passiveDeclares);
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

  /** A connection tells why it dies before its channels are told that it has. */
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
