import type { FedoraMessagingSettings } from '../../config/index.js';

/**
 * The settings with which a consumer waits for its broker for ever, as the Python library's command does, whatever
 * `connection_attempts` is.
 */
export function withEndlessAttempts(settings: FedoraMessagingSettings): FedoraMessagingSettings {
  const { amqpUrl } = settings;
  return { ...settings, amqpUrl: typeof amqpUrl === 'string' ? endless(amqpUrl) : amqpUrl.map(endless) };
}

/** The last option of a name counts. */
function endless(url: string): string {
  const [, base = '', fragment = ''] = /^([^#]*)(#.*)?$/s.exec(url) ?? [];
  return `${base}${base.includes('?') ? '&' : '?'}connection_attempts=-1${fragment}`;
}
