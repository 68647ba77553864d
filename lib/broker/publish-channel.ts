import type { ExchangeOptions } from '../config/index.js';
import {
  BadDeclaration,
  ConnectionException,
  PublishException,
  PublishForbidden,
  PublishReturned,
  PublishTimeout,
  ValidationError,
} from '../exceptions/index.js';
import type { ConfirmChannel, ReturnedMessage } from './amqp.js';
import { BackOff } from './back-off.js';
import type { BrokerConnection } from './broker-connection.js';
import { Deadlines, LONGEST_TIMEOUT } from './deadlines.js';
import { HeaderTables } from './header-tables.js';
import { InFlight } from './in-flight.js';
import { closeChannel, openChannel, openConfirmChannel } from './open-channel.js';
import { PendingPublication, type Publication, type PublicationOwner } from './publication.js';
import { reasonOf, ReplyCode, replyCodeOf } from './reply-code.js';
import { culpritsOf, isNamedIn, Suspects } from './suspects.js';
import { declareExchanges } from './topology.js';
import { WaitingLine } from './waiting-line.js';

/** Where the broker rejects messages, a channel is replaced no more often than this, in milliseconds. */
const RENEWAL_INTERVAL = 1_000;

/**
 * Publishes with confirms, over whatever connections and channels it takes: what is not confirmed when
 * one dies is sent again, in order, on the next.
 */
export class PublishChannel implements PublicationOwner {
  private channel: ConfirmChannel | undefined;
  private channelError: Error | undefined;
  private opening: Promise<void> | undefined;
  private readonly waiting = new WaitingLine<PendingPublication>();
  private readonly inFlight = new InFlight();
  private readonly suspects = new Suspects(() => this.pump());
  /** A suspect is on its way, and nothing else is sent. */
  private isProbing = false;
  /** The channel is to be replaced when nothing is in flight on it any more. */
  private isStale = false;
  private renewedAt = 0;
  private readonly deadlines = new Deadlines<PendingPublication>((expired) => this.onExpired(expired));
  /** Some are being failed because they are too late; until all are, nothing is sent. */
  private isExpiring = false;
  private readonly headerTables = new HeaderTables();
  private readonly reopening = new BackOff(50, 2_000);
  private closing: Promise<void> | undefined;
  private whenEmpty: (() => void) | undefined;

  constructor(
    private readonly connection: BrokerConnection,
    private readonly exchanges: Readonly<Record<string, ExchangeOptions>>,
    private readonly passiveDeclares: boolean,
  ) {
    connection.on('unblocked', () => this.pump());
  }

  /**
   * Resolves when the broker has confirmed.
   *
   * @param timeout in milliseconds
   * @throws PublishReturned, PublishForbidden, PublishTimeout, ConnectionException, BadDeclaration
   */
  publish(publication: Publication, timeout: number): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.closing) {
        reject(new PublishException('Publishing has been shut down'));
        return;
      }
      const pending = new PendingPublication(
        publication,
        Date.now() + timeout,
        timeout,
        this,
        resolve,
        reject,
      );
      this.deadlines.add(pending);
      this.waiting.add(pending);
      this.pump();
    });
  }

  /**
   * Waits until all that is on its way has been settled, then closes; afterwards nothing is published.
   *
   * @param limit how long to wait, in milliseconds; then what is left fails
   */
  close(limit = Infinity): Promise<void> {
    this.closing ??= this.closeWhenEmpty(limit);
    return this.closing;
  }

  private async closeWhenEmpty(limit: number): Promise<void> {
    if (this.outstanding > 0) {
      const timer = limit > LONGEST_TIMEOUT ? undefined : setTimeout(() => this.giveUp(), limit);
      await new Promise<void>((resolve) => (this.whenEmpty = resolve));
      clearTimeout(timer);
    }
    this.suspects.stop();
    if (this.channel) await closeChannel(this.channel);
  }

  private giveUp(): void {
    // Those that wait first: room in flight would have the others sent.
    for (const pending of [...this.waiting, ...this.suspects, ...this.inFlight]) {
      pending.fail(new PublishException('Publishing was shut down before the broker confirmed the message'));
    }
  }

  /** How many are on their way: given to it, and neither confirmed nor failed. */
  get outstanding(): number {
    return this.inFlight.size + this.waiting.size + this.suspects.size;
  }

  /** Sends what may be sent now. Called whenever that may have changed. */
  private pump(): void {
    if (this.connection.blocked !== undefined || this.isProbing || this.isExpiring) return;
    if (!this.channel) {
      if (this.waiting.size + this.suspects.size > 0) this.open();
      return;
    }
    if (this.isStale) {
      if (this.inFlight.size === 0) this.renew();
      return;
    }
    if (this.suspects.isDue) {
      if (this.inFlight.size === 0) this.probe();
      return;
    }
    while (this.channel && this.inFlight.hasRoom) {
      const next = this.waiting.next();
      if (!next) break;
      this.send(next);
    }
  }

  /**
   * A channel of RabbitMQ keeps to the nodes that a quorum queue had when it was opened: when the one it asks
   * is gone, it rejects every message, until that node is back. A new channel knows better.
   */
  private noteRejection(): void {
    this.isStale ||= Date.now() - this.renewedAt > RENEWAL_INTERVAL;
  }

  private renew(): void {
    const channel = this.channel!;
    this.channel = undefined;
    this.isStale = false;
    this.renewedAt = Date.now();
    void closeChannel(channel);
    this.pump();
  }

  private probe(): void {
    const suspect = this.suspects.next()!;
    this.isProbing = true;
    this.send(suspect);
  }

  private send(pending: PendingPublication): void {
    const { messageId } = pending.publication.properties;
    const channel = this.channel!;
    this.inFlight.add(pending);
    try {
      // Tracing tells by the context whose publish it is, also when it is sent again.
      pending.runInAsyncScope(this.write, this, channel, pending);
    } catch (error) {
      // A channel that has been closed throws; it may have been before anybody could be told.
      if (!(error instanceof TypeError || error instanceof RangeError)) return this.lost(channel);
      pending.fail(
        new ValidationError(`The message "${messageId ?? ''}"`, [
          { path: '/headers', message: `can't be written as an AMQP table: ${reasonOf(error)}` },
        ]),
      );
    }
  }

  private write(channel: ConfirmChannel, pending: PendingPublication): void {
    const { exchange, routingKey, content, properties } = pending.publication;
    const headers = properties.headers as Record<string, unknown> | undefined;
    if (headers) properties.headers = this.headerTables.lend(headers);
    try {
      channel.publish(exchange, routingKey, content, properties, (error) =>
        this.onConfirm(pending, error as Error | null),
      );
    } finally {
      properties.headers = headers;
      this.headerTables.takeBack();
    }
  }

  private onConfirm(pending: PendingPublication, error: Error | null): void {
    if (!this.inFlight.has(pending)) return;
    if (!error) {
      if (pending.returned === undefined) pending.confirm();
      else pending.fail(new PublishReturned(pending.returned));
    } else if (error.message === 'message nacked') {
      this.noteRejection();
      pending.fail(new PublishReturned('The broker rejected the message (basic.nack)'));
    }
    // Any other error: the channel is gone, and what it means is decided once, in lost().
  }

  private open(): void {
    this.opening ??= this.openChannel().then(
      () => {
        this.opening = undefined;
        this.reopening.reset();
        this.pump();
      },
      (error: unknown) => {
        this.onOpenFailed(error);
        this.opening = undefined;
      },
    );
  }

  private async openChannel(): Promise<void> {
    const model = await this.connection.connect();
    const declaring = await openChannel(model);
    declaring.on('error', () => undefined);
    try {
      await declareExchanges(declaring, this.exchanges, this.passiveDeclares);
    } finally {
      await closeChannel(declaring);
    }
    const channel = await openConfirmChannel(model);
    this.channelError = undefined;
    channel.on('error', (error: Error) => (this.channelError = error));
    channel.on('close', () => this.lost(channel));
    channel.on('return', (message) => this.onReturned(message as ReturnedMessage));
    this.channel = channel;
  }

  private onOpenFailed(error: unknown): void {
    if (error instanceof ConnectionException || error instanceof BadDeclaration) {
      for (const pending of [...this.waiting, ...this.suspects]) pending.fail(error);
      return;
    }
    // The connection died in the middle; the next one is on its way.
    for (const pending of this.waiting) pending.obstacle = reasonOf(error);
    setTimeout(() => this.pump(), this.reopening.next());
  }

  /** The channel is gone, alone or with its connection: decides what becomes of what it carried. */
  private lost(channel: ConfirmChannel): void {
    if (this.channel !== channel) return;
    const error = this.channelError;
    const carried = [...this.inFlight];
    this.channel = undefined;
    this.isProbing = false;
    this.isStale = false;
    const culprits = error ? culpritsOf(error, carried) : new Set<PendingPublication>();
    for (const culprit of culprits) this.onRefused(culprit, error!, carried.length);
    const innocent = carried.filter((pending) => !culprits.has(pending));
    this.inFlight.clear();
    for (const pending of innocent) pending.obstacle = error ? reasonOf(error) : 'the connection was lost';
    this.waiting.addFirst(innocent);
    if (this.waiting.size + this.suspects.size > 0) this.open();
  }

  private onRefused(culprit: PendingPublication, error: Error, carried: number): void {
    const reason = reasonOf(error);
    if (replyCodeOf(error) === ReplyCode.ACCESS_REFUSED && (carried === 1 || isNamedIn(error, culprit))) {
      culprit.fail(new PublishForbidden(reason, { cause: error }));
      return;
    }
    culprit.obstacle = reason;
    this.inFlight.delete(culprit);
    this.suspects.add(culprit);
  }

  private onReturned({ fields, properties }: ReturnedMessage): void {
    const { replyCode, replyText } = fields;
    for (const pending of this.inFlight) {
      const { publication } = pending;
      if (
        publication.routingKey === fields.routingKey &&
        publication.properties.messageId === properties.messageId
      ) {
        pending.returned = `The broker returned the message as unroutable: ${replyCode} ${replyText}`;
        return;
      }
    }
  }

  onSettled(pending: PendingPublication): void {
    this.deadlines.remove(pending);
    if (this.inFlight.delete(pending)) this.isProbing = false;
    else if (!this.suspects.delete(pending)) this.waiting.noteSettled();
    if (this.outstanding === 0) this.whenEmpty?.();
    else this.pump();
  }

  private onExpired(expired: readonly PendingPublication[]): void {
    // What has not left this process by now must not leave it later.
    const isUnsent = this.connection.hasUnsent && expired.some((pending) => this.inFlight.has(pending));
    this.isExpiring = true;
    for (const pending of expired) pending.fail(this.tooLate(pending));
    this.isExpiring = false;
    if (isUnsent) this.connection.drop('a publish timed out before it was sent');
    else this.pump();
  }

  private tooLate(pending: PendingPublication): PublishTimeout {
    const because = this.inFlight.has(pending)
      ? 'it was sent, but no confirmation has come'
      : this.connection.blocked !== undefined
        ? `the broker takes no messages: ${this.connection.blocked}`
        : (pending.obstacle ?? 'there is no connection to the broker');
    return new PublishTimeout(
      `The broker did not confirm the message within ${pending.timeout} ms: ${because}`,
    );
  }
}
