import { type FedoraMessagingSettings, nearestFirst, suggestion, withoutUndefined } from '../config/index.js';
import { ConfigurationException, shownValue } from '../exceptions/index.js';
import type { ConsumerOptions } from './consumer-options.interface.js';

/**
 * Fills the options that a consumer leaves out from the topology that it names.
 *
 * @param where the subject of the error text, such as `The consumer Notifier.onUpdate`
 * @throws ConfigurationException when the settings have no topology of that name; it lists the nearest names first
 */
export function withNamedTopology<Options extends ConsumerOptions>(
  where: string,
  options: Options,
  { topologies }: Pick<FedoraMessagingSettings, 'topologies'>,
): Options {
  const { topology: name, ...given } = options;
  if (name === undefined) return options;
  if (typeof name !== 'string' || !Object.hasOwn(topologies, name)) {
    const names = Object.keys(topologies);
    const known =
      names.length === 0
        ? "the setting 'topologies' has none"
        : `the setting 'topologies' has ${nearestFirst(String(name), names).join(', ')}`;
    throw new ConfigurationException(
      `${where}: there is no topology ${shownValue(name)}${suggestion(String(name), names)}; ${known}`,
    );
  }
  const own = withoutUndefined(given) as Options;
  const { retry, ...topology } = topologies[name]!;
  const { onError } = own;
  // The topology's `retry` has no effect on a consumer whose own `onError` is stop, requeue or drop.
  const isRetryOfUse = onError === undefined || onError === 'retry' || typeof onError === 'function';
  return { ...topology, ...(retry && isRetryOfUse && { retry }), ...own };
}
