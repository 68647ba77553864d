import { setImmediate as turnOfTheEventLoop } from 'node:timers/promises';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { Observable } from 'rxjs';
import {
  assertConsumerOptions,
  type ConsumerCallback,
  type FedoraMessagingContext,
  nameOfCallback,
  ParkedMessages,
  type RunningConsumer,
  toHandler,
  withNamedTopology,
} from '../consuming/index.js';
import { warnOfUnprovidedMethods } from '../discovery/index.js';
import {
  assertDispatchOptions,
  type ConsumeOptions,
  type ConsumerExplorer,
  type DiscoveredConsumer,
  DISPATCH_KEYS,
  handlerOfMessages,
  type MessageOf,
} from '../handling/index.js';
import type { AnyMessageClass, Message } from '../message/index.js';
import {
  type ConnectionPurpose,
  type ConnectionState,
  connectionStateOf,
  type FedoraMessagingEvent,
  type Statistics,
} from '../monitoring/index.js';
import { GuardedObservable } from '../observables/index.js';
import type { PublishOptions } from '../publishing/index.js';
import type { Bus } from './create-bus.js';
import { warnOfSupersession } from './superseded-classes.js';

/**
 * The bus for programs: publishes, consumes, and reports its state. Most services need only {@link Publisher} and
 * `@Consumer`.
 *
 * @publicApi
 */
export class FedoraMessagingService implements OnApplicationShutdown {
  /** The decorated consumers that have been started. */
  private readonly decorated = new Set<DiscoveredConsumer>();
  /** The last start of decorated consumers; undefined before the first. */
  private starting: Promise<void> | undefined;

  /** @internal The module makes one for each bus. */
  constructor(
    private readonly parts: Bus,
    private readonly explorer: Pick<ConsumerExplorer, 'explore'>,
  ) {}

  /** The name of the bus: the `bus` of its `forRoot()`, or `default`. */
  get bus(): string {
    return this.parts.name;
  }

  /** Events of connections and consumers. Completes when the bus has been stopped. */
  get events$(): Observable<FedoraMessagingEvent> {
    return this.parts.events.stream;
  }

  /** The state of the two connections. */
  get connections(): Readonly<Record<ConnectionPurpose, ConnectionState>> {
    const { publishing, consuming } = this.parts.connections;
    return { publishing: connectionStateOf(publishing), consuming: connectionStateOf(consuming) };
  }

  /** Emits the context of each valid message when it is handed to its handler. Completes as {@link events$} does. */
  get received$(): Observable<FedoraMessagingContext> {
    const { received } = this.parts.consumers;
    return new GuardedObservable((subscriber) => received.subscribe(subscriber));
  }

  /** The consumers that have not stopped, of decorated handlers and of `consume()`. */
  get consumers(): readonly RunningConsumer[] {
    return this.parts.consumers.running;
  }

  /** The consumers that have stopped by themselves; their `error` says why. */
  get stoppedConsumers(): readonly RunningConsumer[] {
    return this.parts.consumers.stopped;
  }

  /** Whether the bus is consuming, and its counts since the application started. */
  get statistics(): Statistics {
    const { consumers } = this;
    return {
      consuming:
        consumers.length > 0 &&
        this.stoppedConsumers.length === 0 &&
        consumers.every(({ isConsuming }) => isConsuming),
      published: this.parts.publisher.publishedCount,
      consumed: { ...this.parts.consumers.statistics },
    };
  }

  /**
   * The address of the live page that `monitoring.page` serves, such as `http://127.0.0.1:8070/`. Undefined without such
   * a page, before the application has started, and after it has closed.
   */
  get pageUrl(): string | undefined {
    return this.parts.monitoring.pageUrl;
  }

  /** The fields that `JSON.stringify()` shows. */
  toJSON(): Pick<FedoraMessagingService, 'bus' | 'connections' | 'consumers' | 'statistics'> {
    const { bus, connections, consumers, statistics } = this;
    return { bus, connections, consumers, statistics };
  }

  /** Publishes a message: the same as {@link Publisher.publish}. */
  publish(message: Message<object>, options?: PublishOptions): Promise<void> {
    return this.parts.publisher.publish(message, options);
  }

  /**
   * Starts a consumer for each queue; resolves when they are subscribed. The consumers survive lost connections;
   * cancel them, or the application cancels them when it closes.
   *
   * @param callback a function, an object with a `handle(message)` method, or a class with that method, instantiated
   *   once
   * @param options the queues and bindings (or the `topology` that has them), and in `messages` the classes that the
   *   callback takes. Default: the queues and bindings of the settings, and all messages.
   * @throws BadDeclaration when a queue or binding can't be declared
   * @throws PermissionException when the broker user may not read from a queue
   * @throws ConnectionException when there has been no connection yet, and none can be made
   * @throws ConfigurationException when the options are wrong
   * @throws ConsumeException when the application is closing
   * @throws TypeError when the callback can't handle messages
   */
  consume<const Classes extends readonly AnyMessageClass[]>(
    callback: ConsumerCallback<MessageOf<Classes>>,
    options: ConsumeOptions<Classes> & { messages: Classes },
  ): Promise<readonly RunningConsumer[]>;
  /** Starts consumers whose callback takes any message. */
  consume(callback: ConsumerCallback, options?: ConsumeOptions): Promise<readonly RunningConsumer[]>;
  async consume(
    callback: ConsumerCallback<never>,
    options: ConsumeOptions = {},
  ): Promise<readonly RunningConsumer[]> {
    const handler = toHandler(callback);
    const name = nameOfCallback(callback);
    const resolved = withNamedTopology(`The consumer ${name}`, options, this.parts.settings);
    assertConsumerOptions(`The consumer ${name}`, resolved, DISPATCH_KEYS);
    assertDispatchOptions(`The consumer ${name}`, resolved);
    const { registry, consumers, logger } = this.parts;
    registry.gather().assertSchemas();
    warnOfSupersession(name, resolved.messages ?? [], registry, logger);
    return consumers.start(name, handlerOfMessages(name, handler, resolved, logger), resolved);
  }

  /**
   * The messages of a queue that its consumer has parked with `onError: 'retry'`: list, give back, drop or save them.
   * The queue may also belong to another application.
   *
   * @param queue the queue of the consumer
   * @param options where the messages are
   * @param options.parkingQueue the queue where they are parked. Default: `QUEUE.parked`, as for a consumer
   * @throws ConfigurationException when a name is not possible in AMQP
   */
  parkedMessages(queue: string, { parkingQueue }: { readonly parkingQueue?: string } = {}): ParkedMessages {
    const { connections, outbox, registry, logger } = this.parts;
    return new ParkedMessages(queue, parkingQueue, connections.consuming, outbox, registry, logger);
  }

  /**
   * Resolves when the connections in use are up. If no connection is in use yet, it connects for publishing.
   *
   * @throws ConnectionException when the first connection can't be made
   */
  whenConnected(): Promise<void> {
    return this.parts.connections.whenConnected();
  }

  /**
   * Gathers the message classes, then starts monitoring and the decorated consumers (unless the option `consumers` is
   * false). The module calls it when the application has started.
   *
   * @internal
   */
  async start(): Promise<void> {
    this.parts.registry.gather().assertSchemas();
    await this.parts.monitoring.start(() => this.statistics);
    if (this.parts.settings.consumers) await this.startUnlessStopped();
    // Applications that are created at the same time get here within one turn, unless they wait for a factory.
    await turnOfTheEventLoop();
    warnOfUnprovidedMethods();
  }

  private async startUnlessStopped(): Promise<void> {
    await this.startConsumers().catch((error: unknown) => {
      // A start that the closing application interrupts is not a failure.
      if (!this.parts.consumers.areStopped) throw error;
    });
  }

  /**
   * Starts the decorated consumers of this bus, for an application whose option `consumers` is false. If one of them
   * can't be started, the others are stopped again. Consumers that run already are not started again.
   *
   * @throws the same errors as {@link consume}
   */
  startConsumers(): Promise<void> {
    // Starts run one after the other: each starts the consumers that earlier starts have left out.
    const earlier = this.starting?.catch(() => undefined);
    this.starting = earlier ? earlier.then(() => this.startDecorated()) : this.startDecorated();
    return this.starting;
  }

  /**
   * Starts the decorated consumers of lazily loaded modules, if the application's other consumers have been started.
   *
   * @internal
   */
  async startLoadedConsumers(): Promise<void> {
    if (this.starting) await this.startUnlessStopped();
  }

  /**
   * Stops the consumers, each after its messages in hand. Publishing goes on.
   *
   * @internal
   */
  stopConsumers(): Promise<void> {
    return this.parts.consumers.stop(this.parts.settings.shutdownTimeout);
  }

  /**
   * Pauses all consumers until `resume()`. Messages in hand are finished; messages that the broker sent ahead go
   * back.
   */
  async pause(): Promise<void> {
    await Promise.all(this.consumers.map((consumer) => consumer.pause()));
  }

  /** Resumes all consumers that have been paused. */
  async resume(): Promise<void> {
    await Promise.all(this.consumers.map((consumer) => consumer.resume()));
  }

  /**
   * Stops the bus: its consumers, then publishing after all outstanding confirmations, then its connections.
   * Consumers and confirmations take at most `shutdownTimeout` each.
   */
  async stop(): Promise<void> {
    await this.stopConsumers();
    const { outstanding } = this.parts.outbox;
    if (outstanding > 0)
      this.parts.logger.log(
        `Waiting for the confirmations of ${outstanding} publishes, for ${this.parts.settings.shutdownTimeout} ms at most`,
      );
    await this.parts.outbox.close(this.parts.settings.shutdownTimeout);
    await this.parts.connections.close();
    await this.parts.monitoring.stop();
    this.parts.consumers.received.complete();
    this.parts.events.complete();
  }

  /** Nest calls it. */
  onApplicationShutdown(): Promise<void> {
    return this.stop();
  }

  private async startDecorated(): Promise<void> {
    const waiting = this.explorer.explore(this.bus).filter((consumer) => !this.decorated.has(consumer));
    const started: RunningConsumer[] = [];
    try {
      for (const { name, handler, options } of waiting) {
        started.push(...(await this.parts.consumers.start(name, handler, options)));
      }
    } catch (error) {
      await Promise.all(started.map((consumer) => consumer.cancel()));
      throw error;
    }
    for (const consumer of waiting) this.decorated.add(consumer);
  }
}
