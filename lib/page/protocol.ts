/**
 * The types of everything that the live page and its server send each other as JSON. The front end imports them, so
 * this file imports nothing. Times are milliseconds since 1970, durations are milliseconds.
 */

/** What became of a message; `in-hand` while its handler works on it. */
export type MessageOutcome = 'in-hand' | 'processed' | 'dropped' | 'rejected' | 'failed' | 'invalid';
/** The outcomes of messages that are settled. */
export type SettledOutcome = Exclude<MessageOutcome, 'in-hand'>;
/** A number of messages for each outcome. */
export type OutcomeCounts = Record<SettledOutcome, number>;
/** The name of a severity. */
export type SeverityName = 'debug' | 'info' | 'warning' | 'error';

/** A received message in one line. */
export interface MessageRecord {
  /** The number of the message in this process, from 1. */
  readonly seq: number;
  readonly bus: string;
  /** The name of the consumer. */
  readonly consumer: string;
  readonly queue: string;
  readonly id?: string;
  readonly topic: string;
  /** The schema name that the message has in its headers; `''` when it has none. */
  readonly schema: string;
  readonly severity: SeverityName;
  /** The application that sent the message. */
  readonly app?: { readonly name?: string; readonly icon?: string };
  readonly summary: string;
  /** The user who caused the message. */
  readonly agent?: string;
  readonly users: readonly string[];
  readonly packages: readonly string[];
  /** http or https. */
  readonly url?: string;
  readonly receivedAt: number;
  readonly outcome: MessageOutcome;
  /** How long the handler took. */
  readonly milliseconds?: number;
  /** The size of the body on the wire. */
  readonly bytes: number;
  readonly isRedelivered: boolean;
  /** The message was handed to its handler again from the page. */
  readonly again?: true;
  /** The error of the handler or of the validation, in one line. */
  readonly error?: string;
}

/** The outcome of a message that was sent as `in-hand`. */
export interface OutcomeChange {
  readonly seq: number;
  readonly outcome: SettledOutcome;
  readonly milliseconds: number;
  readonly error?: string;
}

/** An error with its stack. */
export interface ErrorDetail {
  readonly text: string;
  readonly stack?: string;
}

/** A received message in full: the answer of `api/messages/SEQ`. */
export interface MessageDetail {
  readonly record: MessageRecord;
  /** Undefined when the redaction hook failed. */
  readonly headers?: Readonly<Record<string, unknown>>;
  /** JSON; for a message whose body is no JSON, its text. Undefined when the redaction hook failed. */
  readonly body?: unknown;
  /** Whether the application's `redact` changed headers or body, or failed. */
  readonly isRedacted: boolean;
  /** The message for people, in several lines. */
  readonly text: string;
  /** The AMQP priority; 0 when it has none. */
  readonly priority: number;
  /** Other AMQP properties that the publisher chose. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** How often a handler was given the message, this time included. */
  readonly attempt?: number;
  /** The header `x-delivery-count` of the delivery. */
  readonly deliveryCount?: number;
  /** The failures of the validation; `path` is a JSON Pointer from the message, such as `/body/update/alias`. */
  readonly failures: readonly { readonly path: string; readonly message: string }[];
  readonly error?: ErrorDetail;
}

/** A part of the distribution of durations. 0 when there was none. */
export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** The last error of a consumer. */
export interface LastError extends ErrorDetail {
  readonly at: number;
  readonly messageId?: string;
}

/** The state of a consumer and its counts since the start. */
export interface ConsumerState {
  readonly bus: string;
  readonly name: string;
  readonly queue: string;
  /** `waiting`: it is to consume, but is not subscribed, for example without a connection. */
  readonly state: 'consuming' | 'paused' | 'waiting' | 'stopped';
  readonly inHand: number;
  /** 0: no limit. */
  readonly prefetch: number;
  readonly concurrency: number;
  readonly outcomes: OutcomeCounts;
  /** Of the handlers that ended within the last minute or so. */
  readonly durations: Percentiles;
  /** Messages that wait for a retry: in this process and, as of a few seconds ago, in the broker. */
  readonly retriesWaiting: number;
  readonly lastError?: LastError;
}

/** The state of the publisher of a bus, and its counts since the start. */
export interface PublishingState {
  readonly bus: string;
  /** Sent, and the broker has not answered. */
  readonly inFlight: number;
  /** Not sent yet. */
  readonly waiting: number;
  readonly confirmed: number;
  /** By reason: invalid, returned, forbidden, timeout, connection, declaration, other. */
  readonly failed: Readonly<Record<string, number>>;
  /** From the call of `publish()` to the broker's confirmation, within the last minute or so. */
  readonly latency: Percentiles;
}

/** The state of one connection. */
export interface ConnectionView {
  readonly state: 'unused' | 'up' | 'down';
  /** The broker's reason for taking no messages. */
  readonly blocked?: string;
}

/** An event of a connection. */
export interface ConnectionEvent {
  readonly at: number;
  readonly connection: 'publishing' | 'consuming';
  readonly type: 'connected' | 'disconnected' | 'blocked' | 'unblocked';
  readonly reason?: string;
}

/** The connections of a bus. */
export interface ConnectionsState {
  readonly bus: string;
  readonly publishing: ConnectionView;
  readonly consuming: ConnectionView;
  /** The last events, oldest first. At most 50. */
  readonly timeline: readonly ConnectionEvent[];
}

/** How often a topic was received while somebody looked at the page. */
export interface TopicCount {
  readonly topic: string;
  readonly count: number;
  /** Messages a second, over the last few seconds. */
  readonly rate: number;
}

/** All topics together, also those that are not sent one by one. */
export interface TopicTotals {
  /** How many topics there are. */
  readonly topics: number;
  /** There are more topics than are counted one by one: some have been forgotten. */
  readonly hasMore: boolean;
  /** The messages of all topics. */
  readonly count: number;
  /** Messages a second, over the last few seconds. */
  readonly rate: number;
}

/** A point of the plots: an interval that ends at `at`. */
export interface Point extends Percentiles {
  readonly at: number;
  /** Messages settled in the interval. */
  readonly outcomes: OutcomeCounts;
  /** Publishes confirmed in the interval. */
  readonly published: number;
  readonly failedPublishes: number;
  /** Messages in hand at the end of the interval. */
  readonly inHand: number;
}

/** Who looks, as `authorize` says. */
export interface Visitor {
  readonly name?: string;
  /** Whether the visitor may act. */
  readonly actions: boolean;
  /** For the header `x-fedora-messaging-token` of actions; only for visitors who may act. */
  readonly token?: string;
}

/** The first event of a stream: everything there is. */
export interface Snapshot {
  /** The version of this package. */
  readonly version: string;
  readonly application: string;
  readonly startedAt: number;
  readonly now: number;
  readonly buses: readonly string[];
  /** Messages that match the filters, newest last. At most 500. */
  readonly messages: readonly MessageRecord[];
  /** How many messages match and are kept, but are not in `messages`. */
  readonly leftOut: number;
  /** What is kept, and the limits. */
  readonly bufferSize: {
    readonly messages: number;
    readonly bytes: number;
    readonly maxMessages: number;
    readonly maxBytes: number;
  };
  readonly consumers: readonly ConsumerState[];
  readonly publishing: readonly PublishingState[];
  readonly connections: readonly ConnectionsState[];
  /** The 300 topics with the most messages. */
  readonly topics: readonly TopicCount[];
  readonly allTopics: TopicTotals;
  readonly history: {
    /** 15 minutes, a point every 5 s. */
    readonly minutes: readonly Point[];
    /** 24 hours, a point every 5 minutes. */
    readonly day: readonly Point[];
  };
  readonly visitor: Visitor;
}

/** What has changed since the event before. Parts without changes are left out. */
export interface Changes {
  readonly now: number;
  /** New messages that match the filters, newest last. At most 50. */
  readonly messages?: readonly MessageRecord[];
  readonly outcomes?: readonly OutcomeChange[];
  /** How many new messages match, but were not sent. With filters, also those that came too fast to look at. */
  readonly leftOut?: number;
  /** All consumers of all buses. */
  readonly consumers?: readonly ConsumerState[];
  readonly publishing?: readonly PublishingState[];
  readonly connections?: readonly ConnectionsState[];
  /** Replaces all topics. */
  readonly topics?: readonly TopicCount[];
  readonly allTopics?: TopicTotals;
  /** The next point of `history.minutes`. */
  readonly point?: Point;
  /** The next point of `history.day`. */
  readonly dayPoint?: Point;
}

/** The header of actions that proves that the page sent them. */
export type TokenHeader = 'x-fedora-messaging-token';

/** The body of `api/actions/pause` and `api/actions/resume`. */
export interface ConsumerAction {
  readonly bus: string;
  readonly consumer: string;
  readonly queue: string;
}

/** The body of `api/actions/handle`: a failed message of the buffer goes to its handler again. */
export interface HandleAction {
  readonly seq: number;
}

/** The body of `api/actions/publish`. */
export interface PublishAction {
  readonly bus: string;
  readonly schema: string;
  /** Default: the topic of the message class. */
  readonly topic?: string;
  /** Default: the example of the message class. */
  readonly body?: unknown;
}

/** The answer of an action: a sentence, and for `handle` the new record. */
export interface ActionAnswer {
  readonly text: string;
  readonly record?: MessageRecord;
}

/** The answer of every request that fails: a sentence. */
export interface Refusal {
  readonly error: string;
  /** Every failure of the validation of a message that the visitor sent; `path` is a JSON Pointer from the message. */
  readonly failures?: readonly { readonly path: string; readonly message: string }[];
}
