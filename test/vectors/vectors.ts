import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { avatar } from './avatar.js';
import { configToml } from './config-toml.js';
import { deliver } from './deliver.js';
import { jsonSchema } from './json-schema.js';
import { loads } from './loads.js';
import { publish } from './publish.js';
import type { RunCase, VectorCase } from './vector-case.js';

const KINDS: Record<string, RunCase<never>> = {
  'publish.jsonl': publish,
  'deliver.jsonl': deliver,
  'loads.jsonl': loads,
  'json-schema.jsonl': jsonSchema,
  'config-toml.jsonl': configToml,
  'avatar.jsonl': avatar,
};

/** One case, ready to run. */
export interface NamedCase {
  readonly name: string;
  readonly run: () => void;
}

/** Every case of the kinds that a folder has. */
export function casesIn(folder: string): NamedCase[] {
  return Object.entries(KINDS).flatMap(([file, runCase]) => {
    const path = join(folder, file);
    if (!existsSync(path)) return [];
    const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
    return lines.map((line, index) => {
      const vector = JSON.parse(line) as VectorCase;
      return {
        name: `${file}:${index + 1} ${vector.case ?? ''}`.trim(),
        run: () => (runCase as RunCase<VectorCase>)(vector),
      };
    });
  });
}
