import type { IncomingMessage } from 'node:http';

/**
 * The answer of `authorize`: `false` refuses the request with status 403, `true` lets the visitor look, and an object
 * names the visitor and says whether actions are allowed (default: no).
 *
 * @publicApi
 */
export type PageAccess = boolean | { readonly name: string; readonly actions?: boolean };

/** An error of a handler, as the live page shows it. @publicApi */
export interface PageError {
  /** The error in one line. */
  readonly text: string;
  /** The stack. */
  readonly stack?: string;
}

/** The contents of a message that the live page shows. @publicApi */
export interface PageContents {
  /** The headers. */
  headers: Record<string, unknown>;
  /** The body as JSON; the text of a body that is no JSON. */
  body: unknown;
  /** What the handler threw; undefined while it has thrown nothing. An error that `redact` does not return is not shown. */
  error?: PageError;
}

/** A message that is about to be shown: a copy. @publicApi */
export interface PageMessage extends PageContents {
  /** The topic. */
  readonly topic: string;
  /** The schema name; `''` for a message without one. */
  readonly schema: string;
}

/** The options of the live page. @publicApi */
export interface PageOptions {
  /**
   * Says who may see the page. It is called for each request, and again every minute for a client that looks; an error
   * that it throws refuses the request. Default: everybody who reaches the page may look, and nobody may act.
   */
  authorize?: (request: IncomingMessage) => PageAccess | Promise<PageAccess>;
  /** Whether to serve the page without `authorize` on an address that is not loopback. Default: false. */
  insecure?: boolean;
  /**
   * The host names under which the page is reached, without ports. Requests with other names are refused. Default:
   * the names of loopback; with `authorize` or `insecure` IP addresses, too; with `authorize` all names for requests
   * that come from another machine or through a proxy.
   */
  hosts?: readonly string[];
  /**
   * Hides parts of a message before it leaves the process: gets a copy, and returns the headers, the body and the error
   * of the handler that may be shown. The summary, the names and the URL of the message are made from its answer, too;
   * validation errors are shown without values. When it throws, the message is shown without headers, body and error.
   * Default: everything is shown.
   */
  redact?: (message: PageMessage) => PageContents;
}
