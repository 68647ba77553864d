import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Visitor } from '../protocol.js';
import type { PageAnswer } from './page-answer.js';

/** A request that has passed the checks of safety. */
export interface PageRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The rest of the path behind a route that ends with a slash, decoded; otherwise `''`. */
  readonly rest: string;
  readonly query: URLSearchParams;
  readonly visitor: Visitor;
  /** The JSON body of a POST. */
  readonly body: unknown;
}

/** A part of the page's HTTP interface. */
export interface PageRoute {
  /** POST: only visitors who may act get here, with the token, and their JSON body has been read. GET includes HEAD. */
  readonly method: 'GET' | 'POST';
  /** The path behind the mount path, such as `api/reference`. With a slash at its end it takes all paths below. */
  readonly path: string;
  /** Answers the request; undefined when it writes the response itself. */
  answer(request: PageRequest): PageAnswer | undefined | Promise<PageAnswer | undefined>;
}
