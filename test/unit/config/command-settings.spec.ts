import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readCommandSettings } from '../../../lib/config/index.js';
import { resolveSettings } from '../../../lib/index.js';

const FILE = `
topic_prefix = "org.example"
callback = "notifier:onMessage"
schemas = ["example-messages"]
[log_config]
version = 1
`;

let folder: string;
let configFile: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'command-settings-'));
  configFile = join(folder, 'config.toml');
  writeFileSync(configFile, FILE);
});
afterEach(() => rmSync(folder, { recursive: true }));

it('an application reads a file with settings of the command, and leaves them out', () => {
  const settings = resolveSettings({ configFile });
  expect(settings.topicPrefix).toBe('org.example');
  expect(settings).not.toHaveProperty('callback');
  expect(settings).not.toHaveProperty('schemas');
  expect(settings).not.toHaveProperty('logConfig');
});

it('the command reads its settings from the file, with defaults for missing settings', () => {
  expect(readCommandSettings(configFile)).toEqual({
    callback: 'notifier:onMessage',
    schemas: ['example-messages'],
    logConfig: { version: 1 },
  });
  writeFileSync(configFile, '');
  expect(readCommandSettings(configFile)).toEqual({ callback: null, schemas: [], logConfig: {} });
});

it('a wrong setting of the command in the file is refused, also by an application', () => {
  writeFileSync(configFile, 'schemas = "example-messages"');
  expect(() => resolveSettings({ configFile })).toThrow(`${configFile}: 'schemas' must be array`);
});

it('forRoot() refuses a setting of the command, and the error says where it belongs', () => {
  expect(() => resolveSettings({ logConfig: {} } as object)).toThrow(
    `The options: 'logConfig' is a setting of the fedora-messaging command only: write it into the configuration file, as log_config`,
  );
});
