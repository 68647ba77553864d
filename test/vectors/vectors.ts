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
    return lines.map((line, index) => caseOf(line, `${file}:${index + 1}`, runCase as RunCase<VectorCase>));
  });
}

/** A line that can't be read fails like any other case, and the other lines run. */
function caseOf(line: string, place: string, runCase: RunCase<VectorCase>): NamedCase {
  try {
    const vector = JSON.parse(line) as VectorCase;
    return { name: `${place} ${vector.case ?? ''}`.trim(), run: () => runCase(vector) };
  } catch (error) {
    return {
      name: place,
      run: () => {
        throw error;
      },
    };
  }
}
