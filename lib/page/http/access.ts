import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { PageOptions } from '../../config/index.js';
import { describeError } from '../../exceptions/index.js';
import type { LibraryLogger } from '../../logging/index.js';
import type { Visitor } from '../protocol.js';
import { type PageAnswer, refusal } from './page-answer.js';
import { isLoopback } from './loopback.js';

/**
 * Decides who gets an answer. The name in `Host` keeps out pages whose name was bound to this address (DNS rebinding);
 * `Origin` and `Sec-Fetch-Site` keep out requests that other pages make in the visitor's browser.
 */
export class Access {
  constructor(
    private readonly options: PageOptions,
    private readonly logger: LibraryLogger,
  ) {}

  /** The refusal of a request that may come from another page or machine; undefined when it is fine. */
  refusalOf(request: IncomingMessage, isPage: boolean): PageAnswer | undefined {
    const { headers } = request;
    const { host, origin } = headers;
    const { authorize, insecure } = this.options;
    if (!authorize && !insecure && !isFromThisMachine(request)) {
      return refusal(403, "Without 'authorize' among its options, the page is for this machine only");
    }
    if (host === undefined || !this.isKnownHost(nameIn(host), request)) {
      return refusal(
        403,
        "This host name is not allowed. Add it to 'hosts' of the page's options, or use an address that is allowed",
      );
    }
    if (origin !== undefined && !this.isOwnOrigin(origin, host)) {
      return refusal(403, 'Requests of other origins are not allowed');
    }
    const site = headers['sec-fetch-site'];
    // A link on another site may lead to the page.
    const isLink = isPage && headers['sec-fetch-mode'] === 'navigate';
    if (site !== undefined && site !== 'same-origin' && site !== 'none' && !isLink) {
      return refusal(403, 'Requests of other sites are not allowed');
    }
    return undefined;
  }

  /** Who sends the request; undefined for those who may not look. */
  async visitorOf(request: IncomingMessage): Promise<Visitor | undefined> {
    const { authorize } = this.options;
    if (!authorize) return { actions: false };
    try {
      const access: unknown = await authorize(request);
      if (typeof access !== 'object' || access === null)
        return access === true ? { actions: false } : undefined;
      const { name, actions } = access as { readonly name?: unknown; readonly actions?: unknown };
      return { name: String(name), actions: actions === true };
    } catch (error) {
      this.logger.error(
        `The function 'authorize' of the live page failed, so the request is refused: ${describeError(error)}`,
      );
      return undefined;
    }
  }

  private isKnownHost(name: string, request: IncomingMessage): boolean {
    const { hosts, authorize, insecure } = this.options;
    if (isLoopback(name)) return true;
    if (hosts) return this.isListed(name);
    // An IP address is no name that another page could have been bound to.
    if (isIP(name) !== 0) return authorize !== undefined || insecure === true;
    // A browser on this machine needs no other name than that of the machine.
    return authorize !== undefined && !isFromThisMachine(request);
  }

  private isOwnOrigin(origin: string, host: string): boolean {
    if (!URL.canParse(origin)) return false;
    const url = new URL(origin);
    // A proxy may have replaced the host name.
    return url.host === host.toLowerCase() || this.isListed(url.hostname);
  }

  private isListed(name: string): boolean {
    return this.options.hosts?.some((host) => host.toLowerCase() === name) ?? false;
  }
}

/** Headers of which proxies send at least one. */
const PROXY_HEADERS = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
];

/** Whether a request came over a loopback address, and not through a proxy, as far as its form tells. */
function isFromThisMachine({ headers, httpVersion, socket }: IncomingMessage): boolean {
  const { localAddress = '' } = socket;
  // Without further settings, nginx sends no such header, but speaks HTTP/1.0; browsers do not.
  const isDirect = httpVersion !== '1.0' && PROXY_HEADERS.every((name) => headers[name] === undefined);
  return isDirect && isLoopback(localAddress.replace(/^::ffff:/i, ''));
}

/** The name in a `Host` header, without its port, and without the brackets of an IPv6 address. */
function nameIn(host: string): string {
  return host
    .toLowerCase()
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
}
