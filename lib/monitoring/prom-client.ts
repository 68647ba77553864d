import { ConfigurationException, describeError } from '../exceptions/index.js';

export type { Registry } from 'prom-client';

/** prom-client, which is loaded only if metrics are wanted. */
export type PromClient = typeof import('prom-client');

/**
 * Loads prom-client; undefined if it is not installed.
 *
 * @throws ConfigurationException when it is installed, but can't be used
 */
export async function loadPromClient(): Promise<PromClient | undefined> {
  try {
    return await import('prom-client');
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw new ConfigurationException(`prom-client can't be loaded: ${describeError(error)}`, {
      cause: error,
    });
  }
}
