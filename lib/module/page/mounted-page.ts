import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BeforeApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { LibraryLogger } from '../../logging/index.js';
import type { PageHandler } from '../../page/index.js';
import type { LivePages } from './live-pages.js';
import type { FedoraMessagingPageModuleOptions } from './page-module-options.interface.js';

/** A request of Express, or of Fastify, which keeps Node's request apart. */
export type FrameworkRequest = (IncomingMessage | { readonly raw: IncomingMessage }) & {
  readonly body?: unknown;
  readonly params: Readonly<Record<string, string | undefined>>;
};

/** A response of Express, or of Fastify. */
export type FrameworkResponse = ServerResponse | FastifyReply;

interface FastifyReply {
  readonly raw: ServerResponse;
  /** Keeps Fastify from answering. */
  hijack(): void;
  getHeaders(): Record<string, number | string | string[] | undefined>;
}

/** The live page in the HTTP server of the application. */
export class MountedPage implements OnModuleInit, BeforeApplicationShutdown {
  private readonly handler: PageHandler;
  /** Fastify's requests by Node's: guards write to them, and `authorize` reads there. */
  private readonly originals = new WeakMap<IncomingMessage, FrameworkRequest>();

  constructor(
    { authorize, insecure, hosts, redact }: Omit<FedoraMessagingPageModuleOptions, 'path'>,
    private readonly pages: LivePages,
    logger: LibraryLogger,
  ) {
    this.handler = pages.handler(
      {
        ...(authorize && {
          authorize: (request) => authorize((this.originals.get(request) ?? request) as IncomingMessage),
        }),
        ...(insecure !== undefined && { insecure }),
        ...(hosts && { hosts }),
        ...(redact && { redact }),
      },
      logger,
    );
    pages.showAll();
  }

  /**
   * Nest calls it.
   *
   * @throws ConfigurationException when the application has no bus
   */
  onModuleInit(): void {
    this.pages.assertBuses();
  }

  /**
   * Answers a request. It returns before the answer is complete: a stream of events lasts as long as its page is open.
   *
   * @param path the path behind the mount path
   */
  serve(request: FrameworkRequest, response: FrameworkResponse, path: string): void {
    const own = 'raw' in request ? request.raw : request;
    if (own !== request) {
      this.originals.set(own, request);
      Object.assign(own, { body: request.body });
    }
    void this.handler.handle(own, ownResponse(response), path);
  }

  /** Ends the streams of events: the HTTP server waits for open connections. Nest calls it. */
  beforeApplicationShutdown(): void {
    this.pages.end();
  }
}

/** Node's response, with the headers that plugins of Fastify have set before. */
function ownResponse(response: FrameworkResponse): ServerResponse {
  if (!('hijack' in response)) return response;
  response.hijack();
  for (const [name, value] of Object.entries(response.getHeaders())) {
    if (value !== undefined) response.raw.setHeader(name, value);
  }
  return response.raw;
}
