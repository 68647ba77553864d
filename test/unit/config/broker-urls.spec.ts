import { describe, expect, it } from 'vitest';
import { FedoraMessagingService, Message } from '../../../lib/index.js';
import { startApp } from '../../support/application.js';
import { captureLog } from '../../support/captured-log.js';
import { memoryUrl } from '../../support/memory-url.js';

const SECRET = 's3cr3t-pw';

/** The warnings of an application with these settings, which connects to nothing. */
async function warningsOf(options: object): Promise<string[]> {
  const log = captureLog();
  await startApp({ options: { ...options, consumers: false } });
  return log.filter(({ level }) => level === 'warn').map(({ text }) => text);
}

describe('a broker URL', () => {
  it('may have white space at its ends', async () => {
    const url = memoryUrl();
    const app = await startApp({ options: { amqpUrl: ` \t${url}?heartbeat=5\r\n` } });
    await app.get(FedoraMessagingService).publish(new Message({ topic: 'a' }));
    const several = startApp({ options: { amqpUrl: ['\namqp://one ', ' amqps://two'], consumers: false } });
    await expect(several).resolves.toBeDefined();
  });

  it.each(['heartbeat', 'connection_attempts', 'socket_timeout', 'frame_max', 'locale', 'ssl_options'])(
    'may have the option %s without a value, which then has its default',
    async (option) => {
      expect(await warningsOf({ amqpUrl: `amqp://localhost?${option}=&${option}` })).toEqual([]);
    },
  );

  it('may have options of the Python client: one warning names them, without their values', async () => {
    const query = `stack_timeout=5&tcp_options=%7B%7D&ssl_options={'password':'${SECRET}'}&client_properties=%7B%7D`;
    const warnings = await warningsOf({ amqpUrl: [`amqp://one?${query}`, `amqp://two?${query}`] });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('stack_timeout, tcp_options, ssl_options, client_properties');
    expect(warnings[0]).not.toContain(SECRET);
  });

  it('is warned about when it is amqp:// next to a tls section', async () => {
    const [warning, ...more] = await warningsOf({
      amqpUrl: 'amqp://u:p@host',
      tls: { caCert: '/no/such/file' },
    });
    expect(warning).toMatch(/^Connections to host:5672 are not encrypted, although there is a 'tls' section/);
    expect(more).toEqual([]);
    expect(await warningsOf({ amqpUrl: 'amqp://host', tls: { caCert: null } })).toEqual([]);
  });

  it('is warned about when it is amqp:// in a list with amqps://', async () => {
    const [warning, ...more] = await warningsOf({
      amqpUrl: ['amqps://one', 'amqp://two:1234', 'amqp://three'],
    });
    expect(warning).toMatch(
      /^Connections to two:1234, three:5672 are not encrypted, .* use amqps:\/\/ in all/,
    );
    expect(more).toEqual([]);
    expect(await warningsOf({ amqpUrl: ['amqps://one', 'amqps://two'] })).toEqual([]);
  });
});

describe('an application does not start', () => {
  it.each<[string, object, string]>([
    ['with an empty list of broker URLs', { amqpUrl: [] }, "'amqpUrl' must NOT have fewer than 1 items"],
    [
      'with memory:// next to another broker',
      { amqpUrl: ['memory://a', 'amqp://localhost'] },
      "'amqpUrl' can't list memory:// next to other URLs",
    ],
    [
      'with a configuration file that is a number',
      { configFile: 1 },
      "'configFile' must be the path of a file",
    ],
    [
      'with a configuration file that is absent',
      { configFile: '/no/such.toml' },
      "/no/such.toml can't be read",
    ],
  ])('%s, and the error says what would be right', async (_, options, text) => {
    await expect(startApp({ options: { ...options, consumers: false } })).rejects.toThrow(text);
  });
});
