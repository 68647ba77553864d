import { writeFileSync } from 'node:fs';
import { extname } from 'node:path';
import type { ModuleRef } from '@nestjs/core';
import { type AsyncApiDocument, AsyncApiGenerator, type AsyncApiOptions } from '../../asyncapi/index.js';
import { MessageRegistry, messageTypeOf } from '../../message/index.js';
import { loadClass } from '../loading/callback.js';
import { CommandError, messageOf } from '../command-error.js';
import { assertNoAmqpUrl, prepare } from '../environment.js';
import { inspectApplication } from '../loading/inspect-application.js';
import { print } from '../output/standard-streams.js';
import { packageInfo } from '../loading/package-info.js';
import type { CommonOptions } from '../commands/options/common-options.js';

export interface AsyncApiCommandOptions extends CommonOptions {
  readonly app: string;
  readonly output?: string;
  /** False with `--no-sends`. */
  readonly sends?: readonly string[] | false;
}

type Format = (document: AsyncApiDocument) => string | Promise<string>;

const FORMATS: Record<string, Format> = {
  '.json': (document) => `${JSON.stringify(document, null, 2)}\n`,
  '.yaml': toYaml,
  '.yml': toYaml,
};

export async function writeDocument(options: AsyncApiCommandOptions): Promise<void> {
  const { app: path, output, sends } = options;
  const format = formatOf(output);
  assertNoAmqpUrl(options);
  // Set before the import, because the module may read the configuration while it loads.
  if (options.conf) process.env['FEDORA_MESSAGING_CONF'] = options.conf;
  const { logger } = await prepare(options);
  const module = await loadClass(path, 'option --app');
  const info = { title: module.name, version: '0.0.0', ...packageInfo(process.cwd()) };
  const document = await inspectApplication(module, logger, (app) =>
    new AsyncApiGenerator(app).generate(info, sentBy(app, sends)),
  );
  const text = await format(document);
  if (output === undefined) return print(text);
  try {
    writeFileSync(output, text);
  } catch (error) {
    throw new CommandError(`option --output: ${messageOf(error)}`, undefined, { cause: error });
  }
}

function formatOf(output: string | undefined): Format {
  const format = FORMATS[output === undefined ? '.json' : extname(output).toLowerCase()];
  if (format) return format;
  throw new CommandError(`option --output: '${output}' must end in ${Object.keys(FORMATS).join(', ')}`);
}

/** @throws CommandError when the optional package yaml is missing */
async function toYaml(document: AsyncApiDocument): Promise<string> {
  const { stringify } = await loadYaml();
  return stringify(document, { lineWidth: 0 });
}

async function loadYaml(): Promise<typeof import('yaml')> {
  try {
    return await import('yaml');
  } catch (error) {
    const why =
      (error as { code?: unknown }).code === 'ERR_MODULE_NOT_FOUND'
        ? 'YAML needs the package yaml, which is not installed: npm install yaml'
        : `the package yaml can't be loaded: ${messageOf(error)}`;
    throw new CommandError(`option --output: ${why}`, undefined, { cause: error });
  }
}

function sentBy(app: ModuleRef, sends: AsyncApiCommandOptions['sends']): AsyncApiOptions {
  if (sends === undefined) return {};
  if (sends === false) return { sends: () => false };
  const registry = app.get(MessageRegistry, { strict: false }).gather();
  for (const name of sends) {
    const messageClass = registry.get(name);
    if (messageClass && messageTypeOf(messageClass).topic !== '') continue;
    const known = [...registry].filter(([, other]) => messageTypeOf(other).topic !== '');
    throw new CommandError(
      `option --sends: there is no schema '${name}' with a topic; the known schemas with a topic are ${known.map(([other]) => other).join(', ')}`,
    );
  }
  return { sends: (messageClass) => sends.includes(messageTypeOf(messageClass).name) };
}
