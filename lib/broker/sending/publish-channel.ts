import type { ExchangeOptions, ReconnectOptions } from '../../config/index.js';
import {
  BadDeclaration,
  ConnectionException,
  PublishException,
  PublishReturned,
  PublishTimeout,
  ValidationError,
} from '../../exceptions/index.js';
import type { ChannelModel, ConfirmChannel, ReturnedMessage } from '../port.js';
import { BackOff } from '../connection/back-off.js';
import type { BrokerConnection } from '../connection/broker-connection.js';
import { Deadlines, LONGEST_TIMEOUT } from './deadlines.js';
import { DeathOfChannel } from './death-of-channel.js';
import { HeaderTables } from '../amqplib/header-tables.js';
import { InFlight } from './in-flight.js';
import { closeChannel, openChannel, openConfirmChannel } from '../connection/channels.js';
import { PendingPublication, type Publication, type PublicationOwner } from './publication.js';
import { isNamedIn, RefusedTargets } from './refused-targets.js';
import { reasonOf } from '../connection/reply-code.js';
import { SizeLimit } from './size-limit.js';
import { SlowStart } from './slow-start.js';
import { Solo } from './solo.js';
import { Suspects } from './suspects.js';
import { declareExchanges } from '../connection/topology.js';
import { WaitingLine } from './waiting-line.js';

/** Where the broker rejects messages, a channel is replaced no more often than this, in milliseconds. */
const RENEWAL_INTERVAL = 1_000;

/**
 * Publishes with confirms, over whatever connections and channels it takes: what is not confirmed when
 * one dies is sent again, in order, on the next.
 */
export class PublishChannel implements PublicationOwner {
  private model: ChannelModel | undefined;
  private connectionError: Error | undefined;
  private channel: ConfirmChannel | undefined;
  private channelError: Error | undefined;
  private openedAt = 0;
  private opening: Promise<void> | undefined;
  /** A channel failed lately; until the time is over, none is opened. */
  private pause: NodeJS.Timeout | undefined;
  /** The socket has enough for now: what is not sent yet waits here, where it can still be taken back. */
  private isFull = false;
  private readonly waiting = new WaitingLine<PendingPublication>();
  private readonly inFlight = new InFlight();
  private readonly suspects = new Suspects(() => this.pump());
  private readonly slowStart = new SlowStart(() => this.pump());
  private readonly solo = new Solo((traveller) => this.onImpatient(traveller));
  private readonly sizeLimit = new SizeLimit();
  private readonly refusedTargets = new RefusedTargets();
  /** The channel is to be replaced when nothing is in flight on it any more. */
  private isStale = false;
  private renewedAt = 0;
  private readonly deadlines = new Deadlines<PendingPublication>((expired) => this.onExpired(expired));
  /** Some are being failed together; until all are, nothing is sent. */
  private isFailing = false;
  private readonly headerTables = new HeaderTables();
  private readonly reopening: BackOff;
  private closing: Promise<void> | undefined;
  private whenEmpty: (() => void) | undefined;

  constructor(
    private readonly connection: BrokerConnection,
    private readonly exchanges: Readonly<Record<string, ExchangeOptions>>,
    private readonly passiveDeclares: boolean,
    reconnect: ReconnectOptions,
  ) {
    this.reopening = BackOff.ofReconnecting(reconnect);
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
      const tooLarge = this.tooLarge(publication);
      if (tooLarge) {
        reject(tooLarge);
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
    this.slowStart.stop();
    this.solo.stop();
    clearTimeout(this.pause);
    if (this.channel) await closeChannel(this.channel);
  }

  private giveUp(): void {
    const left = [...this.waiting, ...this.suspects, ...this.inFlight];
    this.fail(left, (pending) => {
      const event = this.wasSent(pending) ? 'the broker confirmed the message' : 'the message was sent';
      return new PublishException(`Publishing was shut down before ${event}`);
    });
  }

  /** How many are on their way: given to it, and neither confirmed nor failed. */
  get outstanding(): number {
    return this.inFlight.size + this.waiting.size + this.suspects.size;
  }

  /** Sends what may be sent now. Called whenever that may have changed. */
  private pump(): void {
    if (this.connection.blocked !== undefined || this.isFailing) return;
    if (!this.channel) {
      if (this.waiting.size + this.suspects.size > 0) this.open();
      return;
    }
    if (this.isStale) {
      if (this.inFlight.size === 0) this.renew();
      return;
    }
    while (this.channel && this.hasRoom && this.sendNext());
  }

  private get hasRoom(): boolean {
    return !this.isFull && !this.solo.isUnderWay && this.inFlight.hasRoom && this.slowStart.hasRoom;
  }

  /** @returns whether there was one that may be sent */
  private sendNext(): boolean {
    const isSuspect = this.suspects.isDue;
    const next = isSuspect ? this.suspects.first : this.waiting.first;
    if (!next) return false;
    const size = next.publication.content.length;
    const refusal = this.refusedTargets.reasonAgainst(next.publication);
    if (refusal !== undefined && !isSuspect && this.suspects.size > 0) {
      // As long as it is not declared, one message is enough to find out that an exchange is missing.
      next.obstacle = refusal;
      this.suspects.add(this.waiting.next()!);
      return true;
    }
    const isRisky = isSuspect || next.isDoubtful || refusal !== undefined || this.sizeLimit.isOpen(size);
    if (isRisky && !this.solo.mayStart(this.inFlight.size)) return false;
    if (isSuspect) this.suspects.next();
    else this.waiting.next();
    if (isRisky) this.solo.start(next);
    else if (this.solo.isAwaited) this.solo.stop();
    this.send(next);
    return true;
  }

  private onImpatient(traveller: PendingPublication | undefined): void {
    // A broker that refuses a message does so at once, unless it has not read it yet.
    if (traveller && this.connection.blocked === undefined && !this.isFull) {
      traveller.isDoubtful = false;
      this.sizeLimit.noteTaken(traveller.publication.content.length);
    }
    this.pump();
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

  private send(pending: PendingPublication): void {
    const { messageId } = pending.publication.properties;
    const channel = this.channel!;
    this.inFlight.add(pending);
    try {
      // Tracing tells by the context whose publish it is, also when it is sent again.
      this.isFull = pending.runInAsyncScope(this.write, this, channel, pending) === false;
      this.slowStart.noteSent();
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof RangeError)) {
        // A channel that has been closed throws; it may have been before anybody could be told.
        this.inFlight.delete(pending);
        this.waiting.addFirst([pending]);
        this.lost(channel);
        return;
      }
      const unwritable = new ValidationError(`The message "${messageId ?? ''}"`, [
        { path: '/headers', message: `can't be written as an AMQP table: ${reasonOf(error)}` },
      ]);
      this.fail([pending], () => unwritable);
    }
  }

  /** @returns whether the socket takes more */
  private write(channel: ConfirmChannel, pending: PendingPublication): boolean {
    const { exchange, routingKey, content, properties } = pending.publication;
    const { headers } = properties;
    if (headers) properties.headers = this.headerTables.lend(headers);
    try {
      return channel.publish(exchange, routingKey, content, properties, (error) =>
        this.onConfirm(pending, error),
      );
    } finally {
      properties.headers = headers;
      this.headerTables.takeBack();
    }
  }

  private onConfirm(pending: PendingPublication, error: Error | null): void {
    // Any other error: the channel is gone, and what it means is decided once, in lost().
    if (error && error.message !== 'message nacked') return;
    this.slowStart.noteAnswer();
    this.sizeLimit.noteTaken(pending.publication.content.length);
    this.refusedTargets.noteTaken(pending.publication);
    if (pending.isSuspect) this.suspects.notePassed();
    if (!this.inFlight.has(pending)) return;
    if (error) {
      this.noteRejection();
      pending.fail(new PublishReturned('The broker rejected the message (basic.nack)'));
    } else if (pending.returned === undefined) pending.confirm();
    else pending.fail(new PublishReturned(pending.returned));
  }

  private open(): void {
    if (this.pause) return;
    this.opening ??= this.openChannel().then(
      () => {
        this.opening = undefined;
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
    this.watch(model);
    const declaring = await openChannel(model);
    declaring.on('error', () => undefined);
    try {
      await declareExchanges(declaring, this.exchanges, this.passiveDeclares);
    } finally {
      await closeChannel(declaring);
    }
    const channel = await openConfirmChannel(model);
    this.channelError = undefined;
    this.isFull = false;
    this.openedAt = Date.now();
    this.suspects.restart();
    channel.on('error', (error: Error) => (this.channelError = error));
    channel.on('drain', () => this.onDrain(channel));
    channel.on('close', () => this.lost(channel));
    channel.on('return', (message) => this.onReturned(message));
    this.channel = channel;
  }

  /** A connection tells why it dies before its channels are told that it has. */
  private watch(model: ChannelModel): void {
    if (this.model === model) return;
    this.model = model;
    this.connectionError = undefined;
    this.sizeLimit.forget();
    this.refusedTargets.forget();
    model.on('error', (error: Error) => {
      if (this.model === model) this.connectionError = error;
    });
  }

  private onDrain(channel: ConfirmChannel): void {
    if (this.channel !== channel) return;
    this.isFull = false;
    this.pump();
  }

  private onOpenFailed(error: unknown): void {
    if (error instanceof ConnectionException || error instanceof BadDeclaration) {
      this.fail([...this.waiting, ...this.suspects], (pending) => notOpened(pending, error));
      return;
    }
    // The connection died in the middle; the next one is on its way.
    for (const pending of this.waiting) pending.obstacle = reasonOf(error);
    this.openLater();
  }

  private openLater(): void {
    this.pause ??= setTimeout(() => {
      this.pause = undefined;
      this.pump();
    }, this.reopening.next());
  }

  /** The channel is gone, alone or with its connection: decides what becomes of what it carried. */
  private lost(channel: ConfirmChannel): void {
    if (this.channel !== channel) return;
    const error = this.channelError;
    const carried = [...this.inFlight];
    this.channel = undefined;
    this.isStale = false;
    this.isFull = false;
    this.slowStart.restart();
    this.solo.stop();
    const death = error
      ? this.deathByBroker(error, carried)
      : DeathOfChannel.ofConnection(this.connectionError, carried);
    const refused = new Map([...death.culprits].filter(([, refusal]) => refusal !== undefined));
    this.fail(refused.keys(), (culprit) => refused.get(culprit)!);
    for (const culprit of death.culprits.keys()) {
      if (error && isNamedIn(error, culprit.publication)) this.refusedTargets.add(error, culprit.publication);
      if (!refused.has(culprit)) this.suspects.add(culprit);
    }
    this.inFlight.clear();
    this.waiting.addFirst(death.innocent);
    this.reopening.lasted(Date.now() - this.openedAt);
    // Of culprits, channels die no more often than those are sent.
    if (error && death.culprits.size === 0) this.openLater();
    else this.pump();
  }

  private deathByBroker(error: Error, carried: readonly PendingPublication[]): DeathOfChannel {
    if (!this.sizeLimit.learnFrom(reasonOf(error))) return DeathOfChannel.ofChannel(error, carried);
    const reasonAgainst = (size: number): string | undefined => this.sizeLimit.reasonAgainst(size);
    const tooLarge = [...this.waiting, ...this.suspects].filter(
      ({ publication }) => reasonAgainst(publication.content.length) !== undefined,
    );
    this.fail(tooLarge, ({ publication }) => this.tooLarge(publication)!);
    return DeathOfChannel.ofChannel(error, carried, reasonAgainst);
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
    if (this.inFlight.delete(pending)) this.solo.noteSettled(pending);
    else if (!this.suspects.delete(pending)) this.waiting.noteSettled();
    if (this.outstanding === 0) this.whenEmpty?.();
    else this.pump();
  }

  private onExpired(expired: readonly PendingPublication[]): void {
    this.fail(expired, (pending) => this.tooLate(pending));
    this.pump();
  }

  private fail(
    failing: Iterable<PendingPublication>,
    errorFor: (pending: PendingPublication) => Error,
  ): void {
    this.isFailing = true;
    for (const pending of failing) pending.fail(errorFor(pending));
    this.isFailing = false;
  }

  /** The error of a message that is larger than the broker takes, as far as that is known. */
  private tooLarge({ content }: Publication): PublishReturned | undefined {
    const reason = this.sizeLimit.reasonAgainst(content.length);
    return reason === undefined
      ? undefined
      : new PublishReturned(`The broker refuses the message: ${reason}`);
  }

  private tooLate(pending: PendingPublication): PublishTimeout {
    const because = this.inFlight.has(pending)
      ? 'it was sent, but no confirmation has come'
      : pending.mayHaveArrived
        ? `it was sent, but no confirmation has come; it was not sent again: ${this.obstacleOf(pending)}`
        : this.obstacleOf(pending);
    return new PublishTimeout(
      `The broker did not confirm the message within ${pending.timeout} ms: ${because}`,
    );
  }

  private obstacleOf({ obstacle }: PendingPublication): string {
    if (this.connection.blocked !== undefined)
      return `the broker takes no messages: ${this.connection.blocked}`;
    if (obstacle !== undefined) return obstacle;
    return this.channel
      ? 'it was not sent, because the broker has not taken the messages before it'
      : 'there is no connection to the broker';
  }

  /** Whether the broker may have it. */
  private wasSent(pending: PendingPublication): boolean {
    return pending.mayHaveArrived || this.inFlight.has(pending);
  }
}

function notOpened({ mayHaveArrived }: PendingPublication, error: Error): Error {
  if (!mayHaveArrived) return error;
  const reason = `The message was sent, but no confirmation has come: ${reasonOf(error)}`;
  return new PublishException(reason, { cause: error });
}
