import type { IncomingMessage } from 'node:http';
import { type DynamicModule, Module } from '@nestjs/common';
import { assertKnownKeys, assertPage } from '../../config/index.js';
import { ConfigurationException, shownValue } from '../../exceptions/index.js';
import { LibraryLogger } from '../../logging/index.js';
import { assertPageOptions } from '../../page/index.js';
import { FedoraMessagingSharedModule } from '../fedora-messaging-shared.module.js';
import { LivePages } from './live-pages.js';
import { MountedPage } from './mounted-page.js';
import type { FedoraMessagingPageModuleOptions } from './page-module-options.interface.js';
import { pageControllerAt } from './page.controller.js';

const WHERE = 'FedoraMessagingPageModule.forRoot()';
const DEFAULT_PATH = 'bus';
const KEYS = Object.keys({
  path: true,
  authorize: true,
  insecure: true,
  hosts: true,
  redact: true,
  guards: true,
  imports: true,
} satisfies Record<keyof Required<FedoraMessagingPageModuleOptions>, true>);

/**
 * Serves the live page in the HTTP server of the application, with Express or Fastify: import it next to
 * `FedoraMessagingModule`. Middleware, global guards and the global prefix apply to it as to a controller.
 *
 * @publicApi
 */
@Module({})
export class FedoraMessagingPageModule {
  /**
   * Makes the module.
   *
   * @throws ConfigurationException when an option is wrong
   */
  static forRoot<Request extends object = IncomingMessage>(
    options: FedoraMessagingPageModuleOptions<Request> = {},
  ): DynamicModule {
    assertKnownKeys(WHERE, options, KEYS);
    const {
      path = DEFAULT_PATH,
      guards = [],
      imports = [],
      ...page
    } = options as FedoraMessagingPageModuleOptions<object>;
    assertPage(page, WHERE);
    assertPageOptions(WHERE, page);
    if (typeof path !== 'string' || path.replaceAll('/', '') === '') {
      throw new ConfigurationException(
        `FedoraMessagingPageModule.forRoot(): 'path' must be a path such as 'bus', but is ${shownValue(path)}: the page takes all requests below it`,
      );
    }
    return {
      module: FedoraMessagingPageModule,
      imports: [FedoraMessagingSharedModule, ...imports],
      controllers: [pageControllerAt(path, guards)],
      providers: [
        {
          provide: MountedPage,
          inject: [LivePages],
          useFactory: (pages: LivePages) => new MountedPage(page, pages, new LibraryLogger()),
        },
      ],
    };
  }
}
