import { once } from 'node:events';
import { type ClientRequest, get, type IncomingMessage } from 'node:http';

/** A client that looks at the page, and only counts what comes. */
export class PageVisitor {
  bytes = 0;
  events = 0;

  private constructor(private readonly request: ClientRequest) {}

  /** @param query the filters, as in the page's address */
  static async open(page: string, query: string): Promise<PageVisitor> {
    const request = get(`${page}/api/events${query}`, { agent: false });
    const visitor = new PageVisitor(request);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.on('data', (chunk: Buffer) => {
      visitor.bytes += chunk.length;
      visitor.events += chunk.includes('event: ') ? 1 : 0;
    });
    response.on('error', () => undefined);
    return visitor;
  }

  leave(): void {
    this.request.destroy();
  }
}
