import { type FedoraMessagingSettings, nearestFirst, suggestion, withoutUndefined } from '../config/index.js';
import { ConfigurationException, shownValue } from '../exceptions/index.js';
import type { ConsumerOptions } from './consumer-options.interface.js';

/**
 * The options of a consumer, where those of the topology that it names stand in for those that are not given.
 *
 * @param where the sentence's subject, as `The consumer Notifier.onUpdate`
 * @throws ConfigurationException when the settings have no topology of that name; the names nearest to it come first
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
        : `those of the setting 'topologies' are ${nearestFirst(String(name), names).join(', ')}`;
    throw new ConfigurationException(
      `${where}: there is no topology ${shownValue(name)}${suggestion(String(name), names)}; ${known}`,
    );
  }
  const own = withoutUndefined(given) as Options;
  const { retry, ...topology } = topologies[name]!;
  const { onError } = own;
  // A consumer that says itself what happens instead has no use for the topology's retry.
  const isRetryOfUse = onError === undefined || onError === 'retry' || typeof onError === 'function';
  return { ...topology, ...(retry && isRetryOfUse && { retry }), ...own };
}
