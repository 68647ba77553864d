import type { MonitoringOptions, PageOptions } from '../config/index.js';
import { ConfigurationException } from '../exceptions/index.js';
import { isLoopback } from './http/loopback.js';

/**
 * Checks the functions among the options of a page.
 *
 * @param where the option for the error's sentence, such as `monitoring.page`
 * @throws ConfigurationException
 */
export function assertPageOptions(where: string, options: PageOptions): void {
  for (const name of ['authorize', 'redact'] as const) {
    const given: unknown = options[name];
    if (given === undefined || typeof given === 'function') continue;
    throw new ConfigurationException(
      `The options: '${where}.${name}' must be a function, but is a ${typeof given}`,
    );
  }
}

/**
 * The options of the page that monitoring serves; undefined when it serves none.
 *
 * @throws ConfigurationException when an option is no function, or other machines could see the page
 */
export function monitoredPageOptions({
  page,
  port,
  address = '',
}: MonitoringOptions): PageOptions | undefined {
  if (!page || port === undefined) return undefined;
  const options = page === true ? {} : page;
  assertPageOptions('monitoring.page', options);
  if (isLoopback(address) || options.authorize || options.insecure) return options;
  throw new ConfigurationException(
    `The options: 'monitoring.page' on ${address === '' ? 'all interfaces' : `the address ${address}`} would show messages to everybody who reaches it: leave 'monitoring.address' out for this machine only, or give 'monitoring.page' an 'authorize' function, or 'insecure: true' if a firewall or proxy protects it`,
  );
}
