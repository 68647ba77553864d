import type { Consumers, FedoraMessagingContext, DeliveryOutcome } from '../../consuming/index.js';
import { FedoraMessagingException, oneLine, shownValue, ValidationError } from '../../exceptions/index.js';
import { type Message, type MessageClass, midSentence, nameOf } from '../../message/index.js';
import { settlesWithin } from '../../time-limits/index.js';
import { RequestRefusal } from '../http/request-refusal.js';
import type {
  ActionAnswer,
  ConsumerAction,
  HandleAction,
  MessageOutcome,
  MessageRecord,
  PublishAction,
} from '../protocol.js';
import { exampleOf } from '../reference/example-of-class.js';
import { errorLine } from '../feed/messages/error-detail.js';
import type { ActedBus } from './acted-bus.interface.js';
import { handAgain } from './hand-again.js';

/** How long an answer waits for a consumer to be paused or resumed. It goes on afterwards. */
const PATIENCE_MS = 1_000;

/** The most characters of a visitor in the log. */
const MAX_NAME_LENGTH = 100;

type RunningConsumer = Consumers['running'][number];

/** A message that the page still has. */
export interface KeptDelivery {
  readonly bus: string;
  /** Undefined for a message that was not valid. */
  readonly context?: FedoraMessagingContext;
  readonly outcome: MessageOutcome;
}

/** The messages that the page still has. */
export interface KeptDeliveries {
  /** Undefined when the message is not kept any more. */
  delivery(seq: number): KeptDelivery | undefined;
  /** Records that a message is handed to its handler again; the returned function records how that ended. */
  handAgain(seq: number): (outcome: DeliveryOutcome, milliseconds: number, error?: unknown) => MessageRecord;
}

/** What visitors of the page can do, if they are allowed to. Each action is logged with the visitor's name. */
export class PageActions {
  /** The numbers of the messages that handlers have in hand again. */
  private readonly inHandAgain = new Set<number>();

  constructor(
    private readonly buses: () => readonly ActedBus[],
    private readonly kept: KeptDeliveries,
  ) {}

  /** @throws RequestRefusal */
  async pause(action: ConsumerAction, who: string): Promise<ActionAnswer> {
    const { bus, consumer, title } = this.consumerOf(action);
    bus.logger.log(`${named(who)} pauses ${title} on the live page`);
    const isPaused = await settlesWithin(consumer.pause(), PATIENCE_MS);
    assertRuns(consumer, bus, title);
    return {
      text: isPaused
        ? `${sentence(title)} is paused.`
        : `${sentence(title)} gets no messages any more. It finishes the messages in hand.`,
    };
  }

  /** @throws RequestRefusal */
  async resume(action: ConsumerAction, who: string): Promise<ActionAnswer> {
    const { bus, consumer, title } = this.consumerOf(action);
    bus.logger.log(`${named(who)} resumes ${title} on the live page`);
    const resumed = consumer.resume();
    const isResumed = await settlesWithin(resumed, PATIENCE_MS);
    try {
      if (isResumed) await resumed;
    } catch (error) {
      throw new RequestRefusal(409, `${sentence(title)} can't consume: ${errorLine(error)}`);
    }
    assertRuns(consumer, bus, title);
    return {
      text: isResumed
        ? `${sentence(title)} consumes again.`
        : `${sentence(title)} consumes as soon as it is subscribed.`,
    };
  }

  /**
   * Hands a failed message to its handler again. The queue does not change: there, the message has the outcome that its
   * failure gave it.
   *
   * @throws RequestRefusal
   */
  async handle({ seq }: HandleAction, who: string): Promise<ActionAnswer> {
    const kept = this.kept.delivery(seq);
    if (!kept) throw new RequestRefusal(404, `The page does not keep message number ${seq} any more`);
    const { context, outcome } = kept;
    if (!context || outcome !== 'failed') {
      throw new RequestRefusal(
        409,
        `Only failed messages can be handled again; the outcome of this message is ${outcome}`,
      );
    }
    const bus = this.bus(kept.bus);
    const { running, stopped, areStopped } = bus.consumers;
    const consumer = [...running, ...stopped].find((known) => known === context.consumer);
    if (!consumer || areStopped)
      throw new RequestRefusal(409, 'The consumer of the message has been cancelled');
    if (this.inHandAgain.has(seq)) {
      throw new RequestRefusal(409, `The handler has message number ${seq} in hand: wait for its outcome`);
    }
    bus.logger.log(
      `${named(who)} hands ${midSentence(nameOf(context.message))} to ${consumer.name} again on the live page`,
    );
    const settle = this.kept.handAgain(seq);
    this.inHandAgain.add(seq);
    const again = await handAgain(consumer.handler, context);
    this.inHandAgain.delete(seq);
    const record = settle(again.outcome, again.milliseconds, again.thrown);
    // As the page shows it, which may hide parts of it.
    const reason = record.error === undefined ? '' : `: ${record.error}`;
    return { text: `The outcome is ${again.outcome}${reason}`, record };
  }

  /** @throws RequestRefusal */
  async publish(action: PublishAction, who: string): Promise<ActionAnswer> {
    const bus = this.bus(action.bus);
    const message = messageFor(action, bus);
    bus.logger.log(
      `${named(who)} publishes ${midSentence(nameOf(message))} with the schema ${shownValue(action.schema)} on the live page`,
    );
    try {
      await bus.publisher.publish(message);
    } catch (error) {
      const reason = `The message is not published: ${errorLine(error)}`;
      if (error instanceof ValidationError) throw new RequestRefusal(400, reason, error.errors);
      // A TypeError is about the message, such as a topic that AMQP can't carry.
      throw new RequestRefusal(error instanceof TypeError ? 400 : 502, reason);
    }
    return { text: `${nameOf(message)} is published.` };
  }

  private bus(name: string): ActedBus {
    const known = this.buses();
    const bus = known.find((other) => other.name === name);
    if (bus) return bus;
    throw new RequestRefusal(
      404,
      `There is no bus ${shownValue(name)}; the buses are ${known.map((other) => other.name).join(', ')}`,
    );
  }

  private consumerOf(action: ConsumerAction): { bus: ActedBus; consumer: RunningConsumer; title: string } {
    const bus = this.bus(action.bus);
    const consumer = bus.consumers.running.find(
      ({ name, queue }) => name === action.consumer && queue === action.queue,
    );
    if (consumer)
      return { bus, consumer, title: `the consumer ${consumer.name} of queue '${consumer.queue}'` };
    throw new RequestRefusal(
      404,
      `No consumer ${shownValue(action.consumer)} of queue '${oneLine(action.queue)}' runs on the bus ${bus.name}`,
    );
  }
}

/**
 * A consumer may stop while an action waits for it.
 *
 * @throws RequestRefusal when the consumer has stopped
 */
function assertRuns(consumer: RunningConsumer, { consumers }: ActedBus, title: string): void {
  if (consumers.running.includes(consumer)) return;
  const { error } = consumer;
  // The error of a handler may have parts of a message that the page hides.
  const reason = error instanceof FedoraMessagingException ? `: ${errorLine(error)}` : '; the log says why';
  const end = error ? `has stopped${reason}` : 'has been cancelled';
  throw new RequestRefusal(409, `${sentence(title)} ${end}`);
}

/** @throws RequestRefusal when the class is unknown, refuses the body, or has no example and no topic */
function messageFor({ schema, topic, body }: PublishAction, { registry }: ActedBus): Message<object> {
  const messageClass = registry.get(schema);
  if (!messageClass)
    throw new RequestRefusal(404, `There is no message class with the schema ${shownValue(schema)}`);
  const message = body === undefined ? exampleOf(messageClass) : messageWith(messageClass, body);
  if (!message) {
    throw new RequestRefusal(
      400,
      `No example can be made of the schema ${shownValue(schema)}: give a 'body'`,
    );
  }
  if (topic !== undefined) message.topic = topic;
  if (message.topic !== '') return message;
  throw new RequestRefusal(400, `The message class ${messageClass.name} has no topic: give a 'topic'`);
}

/** @throws RequestRefusal when the constructor of the class throws */
function messageWith(messageClass: MessageClass, body: unknown): Message<object> {
  try {
    return new messageClass({ body: body as never });
  } catch (error) {
    throw new RequestRefusal(
      400,
      `The message class ${messageClass.name} can't be made with this body: ${errorLine(error)}`,
    );
  }
}

/** The visitor's name, which comes from outside. */
function named(who: string): string {
  return oneLine(who, MAX_NAME_LENGTH);
}

function sentence(title: string): string {
  return title.charAt(0).toUpperCase() + title.slice(1);
}
