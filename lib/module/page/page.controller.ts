import {
  All,
  type CanActivate,
  Controller,
  Req,
  Res,
  type Type,
  UseGuards,
  VERSION_NEUTRAL,
} from '@nestjs/common';
import { type FrameworkRequest, type FrameworkResponse, MountedPage } from './mounted-page.js';

/**
 * The path with a slash at its end, which Fastify tells from the path without it. Nest takes one slash away. Express
 * takes both paths for one.
 */
const FOLDER = '//';
/** Paths of one to three words: Express and Fastify write wildcards differently, and parameters alike. */
const PATHS_BELOW = [':first', ':first/:second', ':first/:second/:third'];

/** Makes the controller that takes all requests at a path, and those of the page below it. */
export function pageControllerAt(path: string, guards: readonly Type<CanActivate>[]): Type {
  @Controller({ path, version: VERSION_NEUTRAL })
  @UseGuards(...guards)
  class FedoraMessagingPageController {
    constructor(private readonly page: MountedPage) {}

    @All(['', FOLDER])
    root(@Req() request: FrameworkRequest, @Res() response: FrameworkResponse): void {
      this.page.serve(request, response, pathnameOf(request).endsWith('/') ? '/' : '');
    }

    @All(PATHS_BELOW)
    below(@Req() request: FrameworkRequest, @Res() response: FrameworkResponse): void {
      const { first, second, third } = request.params;
      const count = [first, second, third].filter((word) => word !== undefined).length;
      this.page.serve(request, response, `/${pathnameOf(request).split('/').slice(-count).join('/')}`);
    }
  }
  return FedoraMessagingPageController;
}

function pathnameOf(request: FrameworkRequest): string {
  const { url = '' } = 'raw' in request ? request.raw : request;
  return url.replace(/\?.*$/s, '');
}
