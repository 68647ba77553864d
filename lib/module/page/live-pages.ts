import type { ModuleRef } from '@nestjs/core';
import { type AsyncApiDocument, AsyncApiGenerator } from '../../asyncapi/index.js';
import type { FedoraMessagingSettings, PageOptions } from '../../config/index.js';
import { ConfigurationException } from '../../exceptions/index.js';
import type { LibraryLogger } from '../../logging/index.js';
import type { MessageRegistry } from '../../message/index.js';
import {
  type ActedBus,
  actionRoutes,
  type FeedSources,
  PageActions,
  type PageFeed,
  PageHandler,
  PageReference,
  referenceRoute,
} from '../../page/index.js';

/** The parts of a bus that pages show. */
export interface ShownBus extends FeedSources {
  readonly name: string;
  readonly settings: FedoraMessagingSettings;
}

/** Makes the live pages of an application. They share one feed. */
export class LivePages {
  /** Writes the AsyncAPI document; undefined for a script, which has none. */
  private document: (() => AsyncApiDocument) | undefined;

  /**
   * @param buses the buses of the application; more may come
   * @param app the application; undefined for a script
   */
  constructor(
    private readonly registry: MessageRegistry,
    private readonly feed: PageFeed,
    private readonly buses: Iterable<{ readonly bus: ShownBus & ActedBus }>,
    app?: ModuleRef,
  ) {
    if (app) this.describe(app, () => feed.application);
  }

  /**
   * Lets pages show the AsyncAPI document of an application.
   *
   * @param app need not be initialised
   */
  describe(app: ModuleRef, titleOf: () => string): void {
    this.document = () => new AsyncApiGenerator(app).generate({ title: titleOf(), version: '0.0.0' });
  }

  /** Makes the handler of a page. */
  handler(options: PageOptions, logger: LibraryLogger): PageHandler {
    const { registry, feed, buses } = this;
    const handler = new PageHandler(feed, options, logger);
    const reference = new PageReference(registry, this.document && (() => this.document!()));
    const shownBuses = (): ActedBus[] =>
      [...buses].map(({ bus }) => bus).filter(({ name }) => feed.buses.includes(name));
    const actions = new PageActions(shownBuses, handler.kept);
    return handler.add(referenceRoute(reference), ...actionRoutes(actions));
  }

  /** Lets pages show a bus. Call it before the consumers of the bus start. */
  watch({ name, settings, ...sources }: ShownBus): void {
    this.feed.watch(name, sources, settings.clientProperties['app']);
  }

  /**
   * Lets pages show all buses.
   *
   * @throws ConfigurationException when there is none
   */
  watchAll(): void {
    const buses = [...this.buses];
    for (const { bus } of buses) this.watch(bus);
    if (buses.length > 0) return;
    throw new ConfigurationException(
      'FedoraMessagingPageModule shows the buses of the application, but it has none: import FedoraMessagingModule.forRoot(), too',
    );
  }

  /** Ends the streams of all pages, because the application closes. */
  end(): void {
    this.feed.end();
  }
}
