import {
  type AmqpUrl,
  type FedoraMessagingSettings,
  parseAmqpUrl,
  readTlsMaterial,
} from '../config/index.js';
import { ConfigurationException } from '../exceptions/index.js';

/**
 * The broker's URLs, taken apart and checked together with the TLS files they need.
 *
 * @throws ConfigurationException
 */
export function brokerUrls({
  amqpUrl,
  tls,
}: Pick<FedoraMessagingSettings, 'amqpUrl' | 'tls'>): [AmqpUrl, ...AmqpUrl[]] {
  const [first, ...more] = (typeof amqpUrl === 'string' ? [amqpUrl] : amqpUrl).map(parseAmqpUrl);
  if (!first) throw new ConfigurationException("The options: 'amqpUrl' must name at least one URL");
  const urls: [AmqpUrl, ...AmqpUrl[]] = [first, ...more];
  if (more.length > 0 && urls.some(({ protocol }) => protocol === 'memory')) {
    throw new ConfigurationException("The options: 'amqpUrl' can't list memory:// next to other URLs");
  }
  if (urls.some(({ protocol }) => protocol === 'amqps')) readTlsMaterial(tls);
  return urls;
}
