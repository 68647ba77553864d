import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { onTestFinished } from 'vitest';
import type { Changes, MessageDetail, Snapshot } from '../../lib/page/protocol.js';
import { startApp, type TestApplication } from './application.js';
import { captureLog } from './captured-log.js';

/** An event of the page's stream. */
export interface PageEvent {
  /** `''` for an event without one. */
  readonly id: string;
  readonly event: string;
  readonly content: Snapshot & Changes;
}

/** An answer of the page, read to its end. */
export interface PageReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface PageRequestInit {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** Sends a request, whatever its headers are; `fetch` would not send `Host` and `Origin`. */
export async function ask(url: string, init: PageRequestInit = {}): Promise<PageReply> {
  const response = await respond(url, init);
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk as string;
  return { status: response.statusCode!, headers: response.headers, text };
}

async function respond(
  url: string,
  { method = 'GET', headers = {}, body }: PageRequestInit,
): Promise<IncomingMessage> {
  const sent = request(url, { method, headers, agent: false });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return response;
}

/** Acts as the page does: with the token of the visitor who looks at it. */
export async function act(url: string, action: string, body: unknown): Promise<PageReply> {
  const client = await PageClient.open(url);
  const { visitor } = await client.snapshot();
  await client.leave();
  return ask(`${url}/api/actions/${action}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(visitor.token !== undefined && { 'x-fedora-messaging-token': visitor.token }),
    },
    body: JSON.stringify(body),
  });
}

/** A client that looks at the page. */
export class PageClient {
  /** Everything that has come, comments included. */
  text = '';
  readonly events: PageEvent[] = [];
  /** Of each `until()` that waits for more. */
  private readonly wakeups = new Set<() => void>();

  private constructor(readonly response: IncomingMessage) {
    let rest = '';
    response.setEncoding('utf8').on('data', (chunk: string) => {
      this.text += chunk;
      const blocks = (rest + chunk).split('\n\n');
      rest = blocks.pop()!;
      for (const block of blocks) if (!block.startsWith(':')) this.events.push(eventIn(block));
      this.wake();
    });
    response.on('close', () => this.wake());
  }

  static async open(url: string, query = '', headers: Record<string, string> = {}): Promise<PageClient> {
    const response = await respond(`${url}/api/events${query}`, { headers });
    onTestFinished(() => void response.destroy());
    return new PageClient(response);
  }

  /** The first event for which a function returns something: what it returned. Waits for it. */
  async until<T>(look: (event: PageEvent) => T | undefined | false): Promise<T> {
    for (let index = 0; ; index++) {
      while (index >= this.events.length) {
        if (this.response.destroyed) throw new Error(`The stream has ended: ${this.text}`);
        await new Promise<void>((resolve) => this.wakeups.add(resolve));
      }
      const found = look(this.events[index]!);
      if (found !== undefined && found !== false) return found;
    }
  }

  snapshot(): Promise<Snapshot> {
    return this.until(({ event, content }) => event === 'snapshot' && content);
  }

  /** Ends the stream; resolves when the connection is closed. */
  async leave(): Promise<void> {
    const closed = once(this.response, 'close');
    this.response.destroy();
    await closed;
  }

  private wake(): void {
    for (const wakeup of this.wakeups) wakeup();
    this.wakeups.clear();
  }
}

function eventIn(block: string): PageEvent {
  const field = (name: string): string =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2) ?? '';
  return { id: field('id'), event: field('event'), content: JSON.parse(field('data')) as Snapshot & Changes };
}

/** Starts an application with a live page on a free port of loopback. */
export async function startPagedApp({ options, ...rest }: TestApplication) {
  const log = captureLog();
  const monitoring = { port: 0, page: true, ...options.monitoring };
  const app = await startApp({ options: { ...options, monitoring }, ...rest });
  const url = log
    .map(({ text }) => /^The live page is at (http:\S+)\/ /.exec(text)?.[1])
    .find((found) => found !== undefined)!;
  return {
    app,
    log,
    /** The address of the page, without a slash at its end. */
    url,
    detail: async (seq: number) =>
      JSON.parse((await ask(`${url}/api/messages/${seq}`)).text) as MessageDetail,
  };
}
