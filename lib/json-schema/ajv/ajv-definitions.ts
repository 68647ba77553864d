import { createRequire } from 'node:module';
import type { CodeKeywordDefinition } from 'ajv';

const require = createRequire(import.meta.url);

/** Loads ajv's own definition of a keyword. */
export function definitionOfAjv(file: string): CodeKeywordDefinition {
  const { default: definition } = require(`ajv/dist/vocabularies/${file}.js`) as {
    default: CodeKeywordDefinition;
  };
  return definition;
}
