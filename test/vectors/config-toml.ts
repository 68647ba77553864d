import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renameSettings, resolveSettings, SETTINGS_SCHEMA } from '../../lib/config/index.js';
import { ConfigurationException } from '../../lib/index.js';
import { expectSame, type RunCase, type VectorCase } from './vector-case.js';

interface ConfigCase extends VectorCase {
  readonly toml: string;
  readonly expect: { ok: boolean; config?: Record<string, unknown>; message?: string };
}

export const configToml: RunCase<ConfigCase> = ({ toml, expect }) => {
  let config: unknown;
  try {
    config = settingsOf(toml);
  } catch (error) {
    if (!(error instanceof ConfigurationException) || expect.ok) throw error;
    for (const key of keysNamedBy(expect.message ?? '', toml)) {
      if (!error.message.includes(key))
        throw new Error(`'${error.message}' does not name the key '${key}'`, { cause: error });
    }
    return;
  }
  if (!expect.ok) throw new Error(`should have been refused: ${expect.message}`);
  expectSame(config, expect.config, 'the configuration');
};

function settingsOf(toml: string): unknown {
  const folder = mkdtempSync(join(tmpdir(), 'config-vector-'));
  try {
    const configFile = join(folder, 'config.toml');
    writeFileSync(configFile, toml);
    const { logConfig: _, ...settings } = resolveSettings({ configFile });
    return renameSettings(settings, SETTINGS_SCHEMA, 'toFile');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The keys that the reference's message names: what is at fault, not the list of what would be valid. */
function keysNamedBy(message: string, toml: string): string[] {
  const fault = message.replace(/Valid configuration keys are .*/s, '');
  const quoted = [...fault.matchAll(/['"]([a-z_]+)['"]/g)].map((match) => match[1]!);
  const top = /^\s*(?:\[\[?)?\s*"?([A-Za-z_]+)/.exec(toml)?.[1]?.toLowerCase();
  const isNamed = top !== undefined && new RegExp(`\\b${top}\\b`).test(fault);
  return [...quoted.filter((key) => !['int', 'str'].includes(key)), ...(isNamed ? [top] : [])];
}
