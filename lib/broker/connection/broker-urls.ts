import {
  type AmqpUrl,
  type FedoraMessagingSettings,
  parseAmqpUrl,
  readTlsMaterial,
  type TlsOptions,
} from '../../config/index.js';
import { ConfigurationException } from '../../exceptions/index.js';
import type { LibraryLogger } from '../../logging/index.js';
import { reasonOf } from '../transports.js';

/**
 * Parses the broker's URLs, and checks them together with the TLS files that they need.
 *
 * @throws ConfigurationException
 */
export function brokerUrls(
  { amqpUrl, tls }: Pick<FedoraMessagingSettings, 'amqpUrl' | 'tls'>,
  logger: LibraryLogger,
): [AmqpUrl, ...AmqpUrl[]] {
  const list = typeof amqpUrl === 'string' ? [amqpUrl] : amqpUrl;
  // The schema of the options refuses an empty list.
  const urls = list.map((url) => parseAmqpUrl(url)) as [AmqpUrl, ...AmqpUrl[]];
  if (urls.length > 1 && urls.some(({ protocol }) => protocol === 'memory')) {
    throw new ConfigurationException("The options: 'amqpUrl' can't list memory:// next to other URLs");
  }
  const isEncrypted = urls.some(({ protocol }) => protocol === 'amqps');
  if (isEncrypted) readTlsMaterial(tls);
  const plain = urls.filter(({ protocol }) => protocol === 'amqp');
  if (plain.length > 0) warnOfPlainText(plain, isEncrypted, tls, logger);
  warnOfIgnoredOptions(urls, logger);
  return urls;
}

function warnOfPlainText(
  plain: readonly AmqpUrl[],
  isMixed: boolean,
  tls: TlsOptions,
  logger: LibraryLogger,
): void {
  const nodes = plain.map(({ hostname, port }) => `${hostname}:${port}`).join(', ');
  if (isMixed) {
    logger.warn(
      `Connections to ${nodes} are not encrypted, but connections to the other URLs are: use amqps:// in all URLs`,
    );
  } else if (Object.values(tls).some(Boolean)) {
    logger.warn(
      `Connections to ${nodes} are not encrypted, although there is a 'tls' section: use amqps:// in the URL`,
    );
  }
}

function warnOfIgnoredOptions(urls: readonly AmqpUrl[], logger: LibraryLogger): void {
  const ignored = [...new Set(urls.flatMap(({ ignoredOptions }) => ignoredOptions))];
  if (ignored.length === 0) return;
  logger.warn(
    `The broker URL has options that this library ignores: ${ignored.join(', ')}. Configure TLS with 'tls', and client properties with 'clientProperties' (client_properties)`,
  );
}

/** URLs for errors and the log, without secrets. */
export function describeUrls(urls: readonly AmqpUrl[]): string {
  return urls.map(describeUrl).join(' or ');
}

export function describeUrl({ protocol, hostname, port, vhost }: AmqpUrl): string {
  return protocol === 'memory'
    ? `memory://${hostname}`
    : `${protocol}://${hostname}:${port} (virtual host '${vhost}')`;
}

/**
 * The error of an attempt in which all URLs failed: the failure of a single URL, or an AggregateError with the reason
 * of each.
 */
export function failureOfAll(failures: ReadonlyMap<AmqpUrl, unknown>): unknown {
  const errors = [...failures.values()];
  if (errors.length === 1) return errors[0];
  const reasons = [...failures].map(([url, error]) => `${describeUrl(url)}: ${reasonOf(error)}`);
  return new AggregateError(errors, reasons.join('; '));
}
