import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigurationException } from '../../../lib/index.js';
import { startApp } from '../../support/application.js';

const SECRET = 's3cr3t-pw';

/** Everything that a log would show of the error that ends the start. */
async function refusal(options: object): Promise<string> {
  const error = await startApp({ options }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ConfigurationException);
  return inspect(error, { depth: null });
}

describe('a wrong broker URL is reported without its password', () => {
  it.each([
    `http://u:${SECRET}@host`,
    `amqp://u:${SECRET}@host:port`,
    `amqp://u:${SECRET}@host:99999`,
    `amqp://u:${SECRET}@[::1`,
    `amqp://u:${SECRET}@host/a/b`,
    `amqp://u:${SECRET}@host?heartbeat=often`,
    `amqp://u:${SECRET}%zz@host`,
    `amqp://u:${SECRET}/x@host`,
    `amqp://u:x#${SECRET}@host`,
    `amqp://u:x@${SECRET}@host:port`,
    `amqp://u:x\n${SECRET}@host:port`,
    `amqp://u%3A${SECRET}@host:port`,
    `amqp://:${SECRET}@host:port`,
    `amqp://u:${SECRET}`,
    `amqp://u:${SECRET}:5672/vhost`,
    `amqp://host?password=${SECRET}`,
    `amqp:/u:${SECRET}@host`,
    `amqp//u:${SECRET}@host`,
    `amqp:u:${SECRET}@host`,
    `amqp+tls://u:${SECRET}@host`,
    `u:${SECRET}@host`,
    `-amqp://u:${SECRET}@host`,
    `"amqp://u:${SECRET}@host"`,
  ])('%j', async (amqpUrl) => {
    expect(await refusal({ amqpUrl })).not.toContain(SECRET);
    expect(await refusal({ amqpUrl: ['amqp://fine', amqpUrl] })).not.toContain(SECRET);
  });

  it('and with the facts that help to find it', async () => {
    expect(await refusal({ amqpUrl: `amqp://bob:${SECRET}@host:5672/a/b` })).toContain(
      'amqp://bob:***@host:5672/a/b',
    );
    expect(await refusal({ amqpUrl: `amqp://bob:${SECRET}@[::1]:port` })).toContain('amqp://bob:***@[::1]');
  });

  it('also when the URL was given to another key', async () => {
    const text = await refusal({ amqpUrl: 'memory://x', passiveDeclares: `amqp://u:${SECRET}@host` });
    expect(text).toContain('passiveDeclares');
    expect(text).not.toContain(SECRET);
  });
});

describe('a wrong configuration file is reported without its secrets', () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'secrets-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    `amqp_url = "amqp://u:${SECRET}@host"\ntopic_prefix = = 1`,
    `amqp_url = "amqp://u:${SECRET}@host`,
    `amqp_url = amqp://u:${SECRET}@host`,
    `amqp_urls = "amqp://u:${SECRET}@host"`,
    `amqp_url = ["amqp://u:${SECRET}@host", 5]`,
    `amqp_url = "amqp//u:${SECRET}@host"`,
  ])('%j', async (toml) => {
    const configFile = join(folder, 'config.toml');
    writeFileSync(configFile, toml);
    expect(await refusal({ configFile })).not.toContain(SECRET);
  });

  it('and is refused when it is not UTF-8', async () => {
    const configFile = join(folder, 'latin1.toml');
    writeFileSync(configFile, Buffer.from('topic_prefix = "\xe9"', 'latin1'));
    expect(await refusal({ configFile })).toContain('UTF-8');
  });
});
