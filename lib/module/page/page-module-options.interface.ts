import type { IncomingMessage } from 'node:http';
import type { CanActivate, ModuleMetadata, Type } from '@nestjs/common';
import type { PageAccess, PageOptions } from '../../config/index.js';

/**
 * The options of `FedoraMessagingPageModule.forRoot()`.
 *
 * @typeParam Request the request that `authorize` gets: that of Express (`express.Request`) or of Fastify
 *   (`FastifyRequest`), on which middleware and guards may have put the user
 * @publicApi
 */
export interface FedoraMessagingPageModuleOptions<Request extends object = IncomingMessage> extends Omit<
  PageOptions,
  'authorize'
> {
  /** The path of the page in the application, behind its global prefix. Default: `bus`. */
  path?: string;
  /**
   * Says who may see the page, and who may act. It is called for each request, after middleware and guards; an error
   * that it throws refuses the request. Default: only programs on this machine may look, and nobody may act.
   */
  authorize?: (request: Request) => PageAccess | Promise<PageAccess>;
  /** Guards of the page alone; global guards apply, too. Default: none. */
  guards?: readonly Type<CanActivate>[];
  /** Modules whose providers the guards inject. Default: none. */
  imports?: ModuleMetadata['imports'];
}
