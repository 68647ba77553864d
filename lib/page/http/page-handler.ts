import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PageOptions } from '../../config/index.js';
import { describeError, shownValue, stackOf } from '../../exceptions/index.js';
import type { LibraryLogger } from '../../logging/index.js';
import type { PageFeed } from '../feed/page-feed.js';
import { Redaction } from '../feed/messages/redaction.js';
import { ShownMessages } from '../feed/messages/shown-messages.js';
import type { Refusal } from '../protocol.js';
import { Access } from './access.js';
import { jsonBodyOf } from './json-body.js';
import { KeptMessages } from './kept-messages.js';
import { MessageRoutes } from './message-routes.js';
import { jsonAnswer, type PageAnswer, refusal, send } from './page-answer.js';
import type { PageRoute } from './page-route.interface.js';
import { RequestRefusal } from './request-refusal.js';
import { StaticFiles } from './static-files.js';
import { TOKEN_HEADER, Tokens } from './tokens.js';

const ALLOWED_METHODS = 'GET, HEAD, POST';

/** Answers the requests of the live page, wherever it is mounted. */
export class PageHandler {
  /** The messages that actions are about. */
  readonly kept: KeptMessages;
  private readonly access: Access;
  private readonly tokens = new Tokens();
  private readonly routes: PageRoute[] = [];

  /** @param options as `pageOptions()` has checked them */
  constructor(
    readonly feed: PageFeed,
    options: PageOptions,
    private readonly logger: LibraryLogger,
  ) {
    this.access = new Access(options, logger);
    const shown = new ShownMessages(new Redaction(options.redact, logger));
    this.kept = new KeptMessages(feed.collected, shown);
    this.add(...new StaticFiles().routes, ...new MessageRoutes(feed, shown, this.access, logger).routes);
  }

  /** Adds routes. */
  add(...routes: readonly PageRoute[]): this {
    this.routes.push(...routes);
    return this;
  }

  /**
   * Answers a request. It never throws.
   *
   * @param path the path behind the mount path, without the query: `/api/events`, `/`, or `''` for the mount path itself
   */
  async handle(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    let answer: PageAnswer | undefined;
    try {
      answer = await this.answer(request, response, path);
    } catch (error) {
      if (error instanceof RequestRefusal) answer = answerOf(error, request);
      else {
        const { url } = request;
        this.logger.error(
          `The live page can't answer ${shownValue(url)}: ${describeError(error)}`,
          stackOf(error),
        );
        answer = refusal(500, 'The server failed; its log says why');
      }
    }
    if (!answer) return;
    if (response.headersSent) response.destroy();
    else send(response, answer, request.method === 'HEAD');
  }

  private async answer(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
  ): Promise<PageAnswer | undefined> {
    const { method = '' } = request;
    if (method !== 'GET' && method !== 'HEAD' && method !== 'POST') {
      return refusal(405, `The page takes ${ALLOWED_METHODS} only`, { allow: ALLOWED_METHODS });
    }
    const isPage = path === '' || path === '/';
    const refused = this.access.refusalOf(request, isPage);
    if (refused) return refused;
    const visitor = await this.access.visitorOf(request);
    if (!visitor) return refusal(403, 'You may not see this page');
    if (method === 'POST' && !visitor.actions) return refusal(403, 'You may look, but not act');
    const { pathname, query } = addressOf(request);
    if (path === '') return toFolder(pathname);
    const found = this.find(method === 'POST' ? 'POST' : 'GET', path.slice(1));
    if (!found) return refusal(404, 'There is nothing at this address');
    const { route, rest } = found;
    if (route.method === 'GET') {
      const known = this.tokens.give(visitor);
      return route.answer({ request, response, rest, query, visitor: known, body: undefined });
    }
    if (!this.tokens.isOf(visitor, request.headers[TOKEN_HEADER])) {
      return refusal(403, `The header ${TOKEN_HEADER} is missing or out of date: load the page again`);
    }
    return route.answer({ request, response, rest, query, visitor, body: await jsonBodyOf(request) });
  }

  private find(method: PageRoute['method'], path: string): { route: PageRoute; rest: string } | undefined {
    for (const route of this.routes) {
      if (route.method !== method) continue;
      if (route.path === path) return { route, rest: '' };
      if (route.path.endsWith('/') && path.startsWith(route.path)) {
        return { route, rest: decoded(path.slice(route.path.length)) };
      }
    }
    return undefined;
  }
}

function answerOf({ status, reason, failures }: RequestRefusal, { complete }: IncomingMessage): PageAnswer {
  const body: Refusal = { error: reason, ...(failures && { failures }) };
  const answer = jsonAnswer(body, status);
  // The rest of the body would be taken for the next request.
  return complete ? answer : { ...answer, headers: { ...answer.headers, connection: 'close' } };
}

/** The address that the client asked for; frameworks shorten `url`, and keep the whole in `originalUrl`. */
function addressOf(request: IncomingMessage & { readonly originalUrl?: string }): {
  pathname: string;
  query: URLSearchParams;
} {
  const [pathname = '', query = ''] = (request.originalUrl ?? request.url ?? '').split(/\?(.*)/s);
  return { pathname, query: new URLSearchParams(query) };
}

/** Leads to the same address with a slash: the page's own addresses are relative to it. */
function toFolder(pathname: string): PageAnswer {
  const name = pathname.slice(pathname.lastIndexOf('/') + 1);
  return refusal(308, 'The page is at the address with a slash at its end', { location: `./${name}/` });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
