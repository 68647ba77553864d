import type { ModuleRef } from '@nestjs/core';
import { type AsyncApiDocument, AsyncApiGenerator } from '../../asyncapi/index.js';
import type { FedoraMessagingSettings, PageOptions } from '../../config/index.js';
import { ConfigurationException } from '../../exceptions/index.js';
import type { Consumers } from '../../consuming/index.js';
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
import type { Publisher } from '../../publishing/index.js';

/** The parts of a bus that pages show and act on. */
export interface ShownBus extends FeedSources, ActedBus {
  readonly settings: FedoraMessagingSettings;
  readonly consumers: Consumers;
  readonly publisher: Publisher;
}

/** Makes the live pages of an application. They share one feed. */
export class LivePages {
  /** Writes the AsyncAPI document; undefined for a script, which has none. */
  private document: (() => AsyncApiDocument) | undefined;
  private readonly buses: ShownBus[] = [];
  private areAllShown = false;

  /** @param app the application; undefined for a script */
  constructor(
    private readonly registry: MessageRegistry,
    private readonly feed: PageFeed,
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
    const { registry, feed } = this;
    const handler = new PageHandler(feed, options, logger);
    const reference = new PageReference(registry, this.document && (() => this.document!()));
    const actions = new PageActions(
      () => this.buses.filter(({ name }) => feed.buses.includes(name)),
      handler.kept,
    );
    return handler.add(referenceRoute(reference), ...actionRoutes(actions));
  }

  /**
   * Adds a bus of the application.
   *
   * @param hasPage whether the bus has a page of its own; pages that show all buses show it in any case
   */
  add(bus: ShownBus, hasPage: boolean): void {
    this.buses.push(bus);
    if (hasPage || this.areAllShown) this.watch(bus);
  }

  /** Lets pages show all buses: those of now, and those that come. */
  showAll(): void {
    this.areAllShown = true;
    for (const bus of this.buses) this.watch(bus);
  }

  /** @throws ConfigurationException when the application has no bus */
  assertBuses(): void {
    if (this.buses.length > 0) return;
    throw new ConfigurationException(
      'FedoraMessagingPageModule shows the buses of the application, but it has none: import FedoraMessagingModule.forRoot(), too',
    );
  }

  /** Ends the streams of all pages, because the application closes. */
  end(): void {
    this.feed.end();
  }

  private watch({ name, settings, ...sources }: ShownBus): void {
    this.feed.watch(name, sources, settings.clientProperties['app']);
  }
}
