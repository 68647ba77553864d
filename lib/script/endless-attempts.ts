import type { FedoraMessagingSettings } from '../config/index.js';

/**
 * Changes the settings so that a consumer waits for its broker without limit, whatever `connection_attempts` is. The
 * Python library's command does the same.
 */
export function withEndlessAttempts(settings: FedoraMessagingSettings): FedoraMessagingSettings {
  const { amqpUrl } = settings;
  return { ...settings, amqpUrl: typeof amqpUrl === 'string' ? endless(amqpUrl) : amqpUrl.map(endless) };
}

/** Appends the option, because the last option of a name counts. */
function endless(url: string): string {
  const [, base = '', fragment = ''] = /^([^#]*)(#.*)?$/s.exec(url) ?? [];
  return `${base}${base.includes('?') ? '&' : '?'}connection_attempts=-1${fragment}`;
}
