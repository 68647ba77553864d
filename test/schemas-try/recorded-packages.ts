import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ExportedPackage } from '../../lib/schema-import/exporter/index.js';

/** A file of `schemas/`: what a package says of its messages. */
interface RecordedSchemas {
  readonly package: string;
  readonly version: string;
  readonly license: string;
  readonly schemas: readonly {
    readonly schema: string;
    /** `module:Class`. */
    readonly target: string;
    readonly topic: string;
    readonly severity: number;
    readonly deprecated: boolean;
    readonly body_schema: Record<string, unknown> | null;
  }[];
}

/** A package of the folder. */
export interface RecordedPackage {
  /** The name of its files. */
  readonly file: string;
  readonly exported: ExportedPackage;
  /** Messages, one a line, that Python accepts. */
  readonly messages: readonly string[];
  /** Messages that Python rejects, with the path of its first error in the body. */
  readonly invalid: readonly { readonly message: string; readonly path: string }[];
}

/** Reads a folder with `schemas/PACKAGE.json`, `messages/PACKAGE.jsonl` and `invalid/PACKAGE.jsonl`. */
export function readPackages(folder: string): RecordedPackage[] {
  return readdirSync(join(folder, 'schemas')).map((file) => {
    const name = basename(file, '.json');
    return {
      file: name,
      exported: exportedOf(
        JSON.parse(readFileSync(join(folder, 'schemas', file), 'utf8')) as RecordedSchemas,
      ),
      messages: linesOf(folder, 'messages', name),
      invalid: linesOf(folder, 'invalid', name).map((line) => {
        const { message, python } = JSON.parse(line) as { message: object; python: { path: string } };
        return { message: JSON.stringify(message), path: python.path };
      }),
    };
  });
}

function linesOf(folder: string, kind: string, name: string): string[] {
  try {
    return readFileSync(join(folder, kind, `${name}.jsonl`), 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  } catch {
    return [];
  }
}

/** As the exporter would have it, without what needs the sources: common bases, and members. */
function exportedOf({ package: name, version, license, schemas }: RecordedSchemas): ExportedPackage {
  const modules = [...new Set(schemas.map(({ target }) => target.split(':')[0]!))];
  return {
    name,
    version,
    license,
    modules: modules.map((module) => ({
      name: module,
      imports: {},
      constants: {},
      expressions: {},
      functions: [],
      classes: schemas
        .filter(({ target }) => target.startsWith(`${module}:`))
        .map(({ schema, target, topic, severity, deprecated, body_schema: bodySchema }) => ({
          name: target.split(':')[1]!,
          doc: null,
          isMessage: true,
          bases: ['fedora_messaging.message:Message'],
          mro: ['fedora_messaging.message:Message'],
          schemaNames: [schema],
          topic,
          severity,
          deprecated,
          bodySchema,
          headersSchema: null,
          own: [],
          computed: [],
          constants: {},
          expressions: {},
          enum: null,
          fields: null,
          members: [],
        })),
    })),
  };
}
