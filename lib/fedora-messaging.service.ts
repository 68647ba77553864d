import { GuardedObservable } from './observables/index.js';
import { setImmediate as turnOfTheEventLoop } from 'node:timers/promises';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { Observable } from 'rxjs';
import type { BrokerConnections, Outbox } from './broker/index.js';
import type { Buses } from './buses.js';
import type { FedoraMessagingSettings } from './config/index.js';
import {
  type ConsumerCallback,
  type ConsumerOptions,
  type Consumers,
  exitCodeOf,
  type FedoraMessagingContext,
  nameOfCallback,
  type RunningConsumer,
  toHandler,
} from './consuming/index.js';
import { warnOfUnprovidedMethods } from './discovery/index.js';
import type { ConsumerExplorer } from './handling/index.js';
import { LibraryLogger } from './logging/index.js';
import type { Message, MessageRegistry } from './message/index.js';
import {
  type ConnectionPurpose,
  type ConnectionState,
  connectionStateOf,
  type FedoraMessagingEvent,
  type FedoraMessagingEvents,
  type MonitoringServer,
  type Statistics,
} from './monitoring/index.js';
import type { Publisher, PublishOptions } from './publishing/index.js';

/**
 * The bus, for programs: publish, consume, and see how it goes. Most services need only
 * {@link Publisher} and `@Consumer`.
 *
 * @publicApi
 */
export class FedoraMessagingService implements OnApplicationShutdown {
  private readonly logger = new LibraryLogger();
  /** The start of the decorated consumers, once it has begun. */
  private decoratedConsumers: Promise<void> | undefined;

  /** @internal The module makes one for each bus. */
  constructor(
    /** The name of the bus: that of its `forRoot()`, or `default`. */
    readonly name: string,
    private readonly buses: Buses,
    private readonly brokerConnections: BrokerConnections,
    private readonly registry: MessageRegistry,
    private readonly publisher: Publisher,
    private readonly publishChannel: Outbox,
    private readonly runningConsumers: Consumers,
    private readonly explorer: ConsumerExplorer,
    private readonly eventSource: FedoraMessagingEvents,
    private readonly monitoring: MonitoringServer,
    private readonly settings: FedoraMessagingSettings,
  ) {
    if (settings.exitWhenConsumerStops) this.exitWhenConsumerStops();
  }

  /** What happens to connections and consumers, as it happens. Completes when all has been stopped. */
  get events(): Observable<FedoraMessagingEvent> {
    return this.eventSource.stream;
  }

  /** How the two connections are. */
  get connections(): Readonly<Record<ConnectionPurpose, ConnectionState>> {
    const { publishing, consuming } = this.brokerConnections;
    return { publishing: connectionStateOf(publishing), consuming: connectionStateOf(consuming) };
  }

  /** Every valid message, with how it came, when it is handed to its handler. Completes as {@link events} does. */
  get received$(): Observable<FedoraMessagingContext> {
    const { received } = this.runningConsumers;
    return new GuardedObservable((subscriber) => received.subscribe(subscriber));
  }

  /** The consumers that have not stopped: those of decorated handlers and those of `consume()`. */
  get consumers(): readonly RunningConsumer[] {
    return this.runningConsumers.running;
  }

  /** The consumers that have stopped by themselves; their `error` says why. */
  get stoppedConsumers(): readonly RunningConsumer[] {
    return this.runningConsumers.stopped;
  }

  /** What this application has done since it started. */
  get statistics(): Statistics {
    const { consumers } = this;
    return {
      consuming:
        consumers.length > 0 &&
        this.stoppedConsumers.length === 0 &&
        consumers.every(({ isConsuming }) => isConsuming),
      published: this.publisher.publishedCount,
      consumed: { ...this.runningConsumers.statistics },
    };
  }

  /** Publishes a message: the same as {@link Publisher.publish}. */
  publish(message: Message<object>, options?: PublishOptions): Promise<void> {
    return this.publisher.publish(message, options);
  }

  /**
   * Starts a consumer for each queue, and resolves when they are subscribed. They last across
   * connections; cancel them, or let them be cancelled when the application closes.
   *
   * @param callback a function, an object with a `handle(message)` method, or a class with one that is
   *   instantiated once
   * @param options the queues and bindings. Default: those of the settings.
   * @throws BadDeclaration when a queue or binding can't be declared
   * @throws PermissionException when the broker user may not read from a queue
   * @throws ConnectionException when there has been no connection yet, and none can be made
   * @throws ConfigurationException when the options are wrong
   * @throws ConsumeException when the application is closing
   * @throws TypeError when the callback is none of these
   */
  async consume(
    callback: ConsumerCallback<never>,
    options: ConsumerOptions = {},
  ): Promise<readonly RunningConsumer[]> {
    const handler = toHandler(callback);
    this.registry.gather();
    return this.runningConsumers.start(nameOfCallback(callback), handler, options);
  }

  /**
   * Resolves when the connections in use are up. When none is in use yet, connects for publishing.
   *
   * @throws ConnectionException when the first connection can't be made
   */
  whenConnected(): Promise<void> {
    return this.brokerConnections.whenConnected();
  }

  /**
   * Gathers the message classes, and starts monitoring and then the decorated consumers, unless the settings
   * say not to. The module calls it when the application has started.
   *
   * @internal
   */
  async start(): Promise<void> {
    this.registry.gather();
    await this.monitoring.start(() => this.statistics);
    if (this.settings.consumers) await this.startDecoratedAtBootstrap();
    // Within a turn, applications that are being made at the same time come as far as this, or to a factory that waits.
    await turnOfTheEventLoop();
    warnOfUnprovidedMethods();
  }

  private async startDecoratedAtBootstrap(): Promise<void> {
    await this.startConsumers().catch((error: unknown) => {
      // An application that ends while it starts has started in vain, but not failed.
      if (!this.runningConsumers.areStopped) throw error;
    });
  }

  /**
   * Starts the decorated consumers of this bus, all of them or, when one can't be started, none: for an
   * application whose option `consumers` is false. Those that have been started are not started again.
   *
   * @throws as {@link consume} does
   */
  startConsumers(): Promise<void> {
    this.decoratedConsumers ??= this.startDecorated();
    return this.decoratedConsumers;
  }

  /**
   * Stops the consumers, each after the message in hand; publishing goes on.
   *
   * @internal
   */
  stopConsumers(): Promise<void> {
    return this.runningConsumers.stop(this.settings.shutdownTimeout);
  }

  /** Pauses all consumers, until `resume()`: the messages in hand are finished, the others go back. */
  async pause(): Promise<void> {
    await Promise.all(this.consumers.map((consumer) => consumer.pause()));
  }

  /** Resumes all consumers that have been paused. */
  async resume(): Promise<void> {
    await Promise.all(this.consumers.map((consumer) => consumer.resume()));
  }

  /** Stops all: the consumers, then publishing once what is on its way is confirmed, then the connections. */
  async stop(): Promise<void> {
    await this.stopConsumers();
    await this.publishChannel.close(this.settings.shutdownTimeout);
    await this.brokerConnections.close();
    await this.monitoring.stop();
    this.runningConsumers.received.complete();
    this.eventSource.complete();
  }

  /** Nest calls it. */
  onApplicationShutdown(): Promise<void> {
    return this.stop();
  }

  private async startDecorated(): Promise<void> {
    const started: RunningConsumer[] = [];
    try {
      for (const { name, connection, handler, options } of this.explorer.explore()) {
        if (connection !== this.name) continue;
        started.push(...(await this.runningConsumers.start(name, handler, options)));
      }
    } catch (error) {
      this.decoratedConsumers = undefined;
      await Promise.all(started.map((consumer) => consumer.cancel()));
      throw error;
    }
  }

  private exitWhenConsumerStops(): void {
    this.events.subscribe((event) => {
      if (event.type !== 'consumer-stopped' || !event.error) return;
      const exitCode = exitCodeOf(event.error);
      this.logger.error(`A consumer has stopped, so the process ends with exit code ${exitCode}`);
      void this.buses.stop().finally(() => process.exit(exitCode));
    });
  }
}
