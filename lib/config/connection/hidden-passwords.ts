import { inspect } from 'node:util';
import { withoutPasswords } from '../../exceptions/index.js';

/**
 * Copies settings so that `console.log()` and `JSON.stringify()` show broker URLs without user and password. The
 * property `amqpUrl` itself keeps both.
 */
export function withHiddenPasswords<T extends { amqpUrl?: unknown }>(settings: T): T {
  const copy = { ...settings };
  const shown = {
    value: () => ({ ...copy, ...('amqpUrl' in copy && { amqpUrl: hidden(copy.amqpUrl) }) }),
  };
  return Object.defineProperties(copy, { toJSON: shown, [inspect.custom]: shown });
}

function hidden(url: unknown): unknown {
  if (Array.isArray(url)) return url.map(hidden);
  return typeof url === 'string' ? withoutPasswords(url) : url;
}
