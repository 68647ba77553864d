import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { INestApplicationContext } from '@nestjs/common';
import { filter, firstValueFrom } from 'rxjs';
import { onTestFinished, type TestContext } from 'vitest';
import {
  type FedoraMessagingContext,
  type FedoraMessagingEvent,
  type FedoraMessagingOptions,
  FedoraMessagingService,
  Message,
  type QueueOptions,
  type RunningConsumer,
} from '../../../lib/index.js';
import { startApp } from '../../support/application.js';
import { Evidence, type Proof } from './evidence.js';
import { Ledger } from './ledger.js';

/** The interval between publishes, in milliseconds. */
const BEAT = 20;

/** The options of the traffic. */
export interface TrafficOptions {
  /** The settings of the application. */
  readonly options: FedoraMessagingOptions;
  /** Default: durable. */
  readonly queueOptions?: Partial<QueueOptions>;
  /** Default: a queue with a name of the test's own. */
  readonly queue?: string;
  /** Messages published per second. Default: 200. */
  readonly rate?: number;
  /** The timeout of each publish, in milliseconds. Default: a minute. */
  readonly timeout?: number;
  /** The size of the text in each message, in bytes. Default: small. */
  readonly size?: number;
  /** How long the handler takes for its nth message, in milliseconds. Default: no time. */
  readonly handlerDelay?: (n: number) => number;
  /** Whether the application consumes, too. Default: true. */
  readonly consume?: boolean;
}

/** An application that publishes steadily and consumes what it publishes, while faults happen. */
export class Traffic {
  readonly ledger = new Ledger();
  readonly service: FedoraMessagingService;
  /** The errors of publishes that began and failed during one block of the broker. */
  readonly failuresWhileBlocked: string[] = [];
  private readonly evidence: Evidence;
  /** The reason of the present block; undefined when the broker accepts messages. */
  private blocking: { readonly reason: string } | undefined;
  private beat: NodeJS.Timeout | undefined;

  private constructor(
    readonly app: INestApplicationContext,
    readonly topic: string,
    private readonly timeout: number,
    private readonly text: string,
  ) {
    this.service = app.get(FedoraMessagingService);
    this.evidence = new Evidence(this.service, this.ledger.receipts);
    this.service.events$.subscribe((event) => {
      if (event.type === 'disconnected' && event.connection === 'publishing') this.ledger.publishingLost();
      if (event.type === 'blocked') this.blocking = event;
      else if (event.type === 'unblocked') this.blocking = undefined;
    });
  }

  /** Starts the application, and lets messages flow before the first fault. */
  static async start({
    options,
    queueOptions = {},
    queue = `reliability-${randomUUID()}`,
    rate = 200,
    timeout = 60_000,
    size = 0,
    handlerDelay,
    consume = true,
  }: TrafficOptions): Promise<Traffic> {
    const text = 'x'.repeat(size);
    const traffic = new Traffic(await startApp({ options }), `reliability.${randomUUID()}`, timeout, text);
    if (consume) {
      await traffic.consume(queue, queueOptions, handlerDelay);
      traffic.publishSteadily(rate);
      await traffic.ledger.whenReceived(rate);
    }
    return traffic;
  }

  get consumer(): RunningConsumer {
    return this.service.consumers[0]!;
  }

  /** Resolves with the next event of that type. */
  when(type: FedoraMessagingEvent['type']): Promise<FedoraMessagingEvent> {
    return firstValueFrom(this.service.events$.pipe(filter((event) => event.type === type)));
  }

  /** Takes a line that a process prints for a received message. */
  onReceiptLine(line: string): void {
    const [id, isRedelivered] = line.split(' ');
    if (id && isRedelivered) this.ledger.receive({ id, isRedelivered: isRedelivered === 'true' });
  }

  /** Stops publishing until it is told to go on. */
  pause(): void {
    clearInterval(this.beat);
  }

  /** Publishes one message. */
  publish(): Promise<void> {
    const message = new Message({
      topic: this.topic,
      body: { sentBy: 'a reliability test', text: this.text },
    });
    const id = message.id!;
    const { blocking } = this;
    this.ledger.publishing(id);
    return this.service.publish(message, { timeout: this.timeout }).then(
      () => this.ledger.confirm(id),
      (error: Error) => {
        if (blocking && this.blocking === blocking) this.failuresWhileBlocked.push(error.message);
        this.ledger.fail(id, error);
      },
    );
  }

  /**
   * Waits until messages flow again, stops publishing, and waits until all messages have been confirmed and received.
   * Checks that the fault happened, that no message is lost, and that no publish failed.
   *
   * @param fault the name of the row in the table
   * @param proof the evidence of the fault
   * @param failures the allowed errors of publishes. Default: none
   */
  async finish({ task }: TestContext, fault: string, proof: Proof, failures?: RegExp): Promise<void> {
    await this.ledger.whenRecovered();
    this.pause();
    await this.ledger.whenSettled();
    task.meta.faultRow = this.ledger.row(fault);
    this.evidence.expect(proof);
    this.ledger.expectNothingLost();
    this.ledger.expectNoFailures(failures);
  }

  /** Publishes this many messages each second. */
  publishSteadily(rate: number): void {
    const perBeat = (rate * BEAT) / 1000;
    let owed = 0;
    this.beat = setInterval(() => {
      for (owed += perBeat; owed >= 1; owed--) void this.publish();
    }, BEAT);
    onTestFinished(() => clearInterval(this.beat));
  }

  private async consume(
    queue: string,
    queueOptions: Partial<QueueOptions>,
    handlerDelay: TrafficOptions['handlerDelay'],
  ): Promise<void> {
    let handled = 0;
    const receive = ({ id }: Message<object>, { redelivered }: FedoraMessagingContext): void =>
      this.ledger.receive({ id: id!, isRedelivered: redelivered });
    await this.service.consume(
      handlerDelay
        ? async (message: Message<object>, context: FedoraMessagingContext) => {
            receive(message, context);
            const milliseconds = handlerDelay(handled++);
            if (milliseconds > 0) await delay(milliseconds);
          }
        : receive,
      {
        queues: {
          [queue]: { durable: true, autoDelete: false, exclusive: false, arguments: {}, ...queueOptions },
        },
        bindings: [{ exchange: 'amq.topic', routingKeys: [this.topic] }],
      },
    );
  }
}
