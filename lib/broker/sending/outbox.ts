import type { ExchangeOptions, ReconnectOptions } from '../../config/index.js';
import {
  BadDeclaration,
  ConnectionException,
  PublishException,
  PublishReturned,
} from '../../exceptions/index.js';
import { reasonOf } from '../transports.js';
import type { BrokerConnection } from '../connection/index.js';
import { settlesWithin } from '../../time-limits/index.js';
import type { Publication, ReturnedMessage } from '../port.js';
import { ChannelLoss } from './channel-loss.js';
import { ChannelReplacement } from './channel-replacement.js';
import { Deadlines } from './deadlines.js';
import { InFlight } from './in-flight.js';
import { PendingPublication, type PublicationState } from './publication.js';
import { PublishChannel } from './publish-channel.js';
import { notOpened, refused, shutDown, tooLate } from './publish-errors.js';
import { PutOff } from './put-off.js';
import { KnownRefusals } from './refusals/known-refusals.js';
import { SendingAlone } from './sending-alone.js';
import { SlowStart } from './slow-start.js';
import { WaitingLine } from './waiting-line.js';

/**
 * Keeps publications until the broker has confirmed them. When a channel is lost, unconfirmed publications are sent
 * again on the next channel, in order.
 */
export class Outbox {
  private readonly channel: PublishChannel;
  private readonly waiting = new WaitingLine();
  private readonly inFlight = new InFlight();
  private readonly putOff = new PutOff(() => this.pump());
  private readonly slowStart = new SlowStart(() => this.pump());
  private readonly alone = new SendingAlone((loner) => this.onImpatient(loner));
  private readonly refusals = new KnownRefusals();
  private readonly replacement = new ChannelReplacement();
  private readonly deadlines = new Deadlines<PendingPublication>((expired) => this.onExpired(expired));
  /** True while {@link fail} rejects publications: nothing is sent until all of them are rejected. */
  private isFailing = false;
  private closing: Promise<void> | undefined;
  private whenEmpty: (() => void) | undefined;

  constructor(
    private readonly connection: BrokerConnection,
    exchanges: Readonly<Record<string, ExchangeOptions>>,
    passiveDeclares: boolean,
    reconnect: ReconnectOptions,
  ) {
    this.channel = new PublishChannel(connection, exchanges, passiveDeclares, reconnect, {
      onConnected: () => this.onConnected(),
      onOpen: () => this.onOpen(),
      onOpenFailed: (error) => this.onOpenFailed(error),
      onReady: () => this.pump(),
      onConfirmed: (pending) => this.onConfirmed(pending),
      onNacked: (pending) => this.onNacked(pending),
      onReturned: (message) => this.onReturned(message),
      onLost: (channelError, connectionError) => this.onLost(channelError, connectionError),
    });
    connection.on('unblocked', () => this.pump());
  }

  /**
   * Publishes a message. Resolves when the broker has confirmed it.
   *
   * @param timeout in milliseconds
   * @param deadline when the timeout ends, in milliseconds since 1970. Default: `timeout` from now
   * @throws PublishReturned, PublishForbidden, PublishTimeout, ConnectionException, BadDeclaration
   */
  publish(publication: Publication, timeout: number, deadline = Date.now() + timeout): Promise<void> {
    return new Promise((resolve, reject) => {
      const tooLarge = this.refusals.ofSize(publication.content.length);
      if (this.closing) reject(new PublishException('The application has shut down publishing'));
      else if (tooLarge !== undefined) reject(refused(tooLarge));
      else {
        const pending = new PendingPublication(
          publication,
          deadline,
          timeout,
          this.onSettled,
          resolve,
          reject,
        );
        this.deadlines.add(pending);
        this.waiting.add(pending);
        this.pump();
      }
    });
  }

  /**
   * Waits until all publications are settled, then closes the channel. New publications fail as soon as this is called.
   *
   * @param limit how long to wait, in milliseconds; publications that are left then fail
   */
  close(limit = Infinity): Promise<void> {
    this.closing ??= this.closeWhenEmpty(limit);
    return this.closing;
  }

  /** How many publications were sent and have no answer yet. */
  get unanswered(): number {
    return this.inFlight.size;
  }

  /** How many publications are neither confirmed nor failed. */
  get outstanding(): number {
    return this.inFlight.size + this.waiting.size + this.putOff.size;
  }

  private async closeWhenEmpty(limit: number): Promise<void> {
    if (this.outstanding > 0) {
      const empty = new Promise<void>((resolve) => (this.whenEmpty = resolve));
      if (!(await settlesWithin(empty, limit)))
        this.fail([...this.waiting, ...this.putOff, ...this.inFlight], shutDown);
    }
    this.putOff.stop();
    this.slowStart.stop();
    this.alone.stop();
    await this.channel.close();
  }

  /** Sends as many publications as may be sent now. Called whenever more may be sent than before. */
  private pump(): void {
    if (this.connection.blocked !== undefined || this.isFailing) return;
    if (this.replacement.isWanted && this.inFlight.size === 0) this.replaceChannel();
    if (!this.channel.isOpen) {
      if (this.waiting.size + this.putOff.size > 0) this.channel.open();
      return;
    }
    while (this.hasRoom && this.sendNext());
  }

  private get hasRoom(): boolean {
    return (
      this.channel.hasRoom &&
      !this.replacement.isWanted &&
      !this.alone.isUnderWay &&
      this.inFlight.hasRoom &&
      this.slowStart.hasRoom
    );
  }

  /** @returns false when nothing more may be sent now */
  private sendNext(): boolean {
    const isRetry = this.putOff.isDue;
    const next = isRetry ? this.putOff.first : this.waiting.first;
    if (!next) return false;
    const refusal = this.refusals.ofTarget(next.publication);
    if (refusal !== undefined && !isRetry && this.putOff.size > 0) {
      // One message at a time is enough to find out whether a missing exchange has been declared.
      next.obstacle = refusal;
      this.waiting.next();
      this.putOff.add(next);
      return true;
    }
    const isRisky = isRetry || next.goesAlone || this.refusals.isOpen(next);
    if (isRisky && !this.alone.mayStart(this.inFlight.size)) return false;
    if (isRetry) this.putOff.delete(next);
    else this.waiting.next();
    if (isRisky) this.alone.start(next);
    else this.alone.stop();
    this.send(next);
    return true;
  }

  private send(pending: PendingPublication): void {
    this.inFlight.add(pending);
    try {
      if (this.channel.send(pending)) {
        this.slowStart.noteSent();
        return;
      }
      this.inFlight.delete(pending);
      this.waiting.addFirst([pending]);
      this.channel.noteClosed();
    } catch (error) {
      this.fail([pending], () => error as Error);
    }
  }

  private onImpatient(loner: PendingPublication | undefined): void {
    // A broker refuses a message as soon as it has read it. It is reading, so it has accepted this message.
    if (loner && this.connection.blocked === undefined && this.channel.hasRoom) {
      loner.goesAlone = false;
      this.refusals.noteSizeTaken(loner.size);
    }
    this.pump();
  }

  private replaceChannel(): void {
    this.replacement.noteDone();
    this.channel.replace();
  }

  private onConnected(): void {
    this.refusals.forget();
  }

  private onOpen(): void {
    this.putOff.restart();
    this.pump();
  }

  private onOpenFailed(error: unknown): void {
    if (error instanceof ConnectionException || error instanceof BadDeclaration) {
      this.fail([...this.waiting, ...this.putOff], (pending) => notOpened(pending, error));
      return;
    }
    // The connection died while the channel was being opened; the next connection is being made.
    for (const pending of this.waiting) pending.obstacle = reasonOf(error);
    this.channel.rest();
  }

  private onConfirmed(pending: PendingPublication): void {
    this.noteAnswer(pending);
    if (pending.returned === undefined) pending.confirm();
    else pending.fail(new PublishReturned(pending.returned));
  }

  private onNacked(pending: PendingPublication): void {
    this.noteAnswer(pending);
    if (pending.state !== 'inFlight') return;
    this.replacement.noteRejected();
    pending.fail(
      new PublishReturned(
        "The broker rejected the message (basic.nack): a queue is full or unavailable; see the broker's log",
      ),
    );
  }

  private noteAnswer(pending: PendingPublication): void {
    this.slowStart.noteAnswer();
    this.refusals.noteTaken(pending);
    if (pending.wasPutOff) this.putOff.notePassed();
  }

  private onReturned({ fields, properties }: ReturnedMessage): void {
    const { routingKey, replyCode, replyText } = fields;
    const pending = this.inFlight.find(routingKey, properties.messageId);
    if (pending)
      pending.returned = `The broker returned the message as unroutable: ${replyCode} ${replyText}. Bind a queue to its topic, or publish without 'mandatory'`;
  }

  /** Fails, puts off or sends again each publication that was in flight. */
  private onLost(channelError: Error | undefined, connectionError: Error | undefined): void {
    const carried = [...this.inFlight];
    this.slowStart.restart();
    this.alone.stop();
    const loss = channelError
      ? this.lossByBroker(channelError, carried)
      : ChannelLoss.ofConnection(connectionError, carried);
    const failing = new Map([...loss.blamed].filter(([, refusal]) => refusal !== undefined));
    this.fail(failing.keys(), (pending) => failing.get(pending)!);
    for (const pending of loss.blamed.keys()) {
      if (channelError) this.refusals.learnTargetFrom(channelError, pending.publication);
      if (!failing.has(pending)) this.putOff.add(pending);
    }
    this.inFlight.clear();
    this.waiting.addFirst(loss.unaffected);
    // A blamed publication needs no pause here: it has failed, or `putOff` delays it.
    if (channelError && loss.blamed.size === 0) this.channel.rest();
    else this.pump();
  }

  private lossByBroker(error: Error, carried: readonly PendingPublication[]): ChannelLoss {
    if (!this.refusals.learnSizeFrom(error)) return ChannelLoss.ofChannel(error, carried);
    const { ofSize } = this.refusals;
    const tooLarge = [...this.waiting, ...this.putOff].filter(({ size }) => ofSize(size) !== undefined);
    this.fail(tooLarge, ({ size }) => refused(ofSize(size)!));
    return ChannelLoss.ofChannel(error, carried, ofSize);
  }

  private readonly onSettled = (pending: PendingPublication, before: PublicationState): void => {
    this.deadlines.remove(pending);
    if (before === 'inFlight') {
      this.inFlight.delete(pending);
      this.alone.noteSettled(pending);
    } else if (before === 'putOff') this.putOff.delete(pending);
    else this.waiting.noteSettled();
    if (this.outstanding === 0) this.whenEmpty?.();
    else this.pump();
  };

  private onExpired(expired: readonly PendingPublication[]): void {
    const { blocked, isUp, failure } = this.connection;
    const { isOpen } = this.channel;
    this.fail(expired, (pending) => tooLate(pending, { blocked, isOpen, isUp, failure }));
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
}
