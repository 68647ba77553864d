import {
  ExitCode,
  oneLine,
  SchemaError,
  ValidationError,
  type ValidationFailure,
} from '../../exceptions/index.js';
import { MessageCodec, MessageRegistry } from '../../message/index.js';

import { prepare } from '../environment.js';
import { type Line, MessageFile, messageOfLine } from '../files/message-lines.js';
import type { CommonOptions } from '../commands/options/common-options.js';
import { print } from '../output/standard-streams.js';

export async function validate(options: CommonOptions, path: string): Promise<number> {
  const { settings } = await prepare(options);
  const registry = new MessageRegistry().gather();
  const codec = new MessageCodec(registry, settings);
  const file = MessageFile.open(path);
  const unknown = new Set<string>();
  let [lines, invalid] = [0, 0];
  for await (const line of file.lines()) {
    lines++;
    const failures = failuresOf(line, registry, codec, unknown);
    if (failures.length > 0) invalid++;
    for (const { path: where, message } of failures) {
      await print(`${path}:${line.number}: ${oneLine(where === '' ? message : `${where} ${message}`)}\n`);
    }
  }
  for (const schema of unknown) {
    process.stderr.write(
      `The schema ${oneLine(schema)} is not known, so only the general form of its messages was checked: --schemas imports it\n`,
    );
  }
  process.stderr.write(`${lines} messages, ${invalid} invalid\n`);
  return invalid === 0 ? ExitCode.OK : ExitCode.USAGE;
}

/** The errors with which publishing the line would fail. */
function failuresOf(
  line: Line,
  registry: MessageRegistry,
  codec: MessageCodec,
  unknown: Set<string>,
): readonly ValidationFailure[] {
  try {
    const message = messageOfLine(line, registry);
    const schema = message.headers['fedora_messaging_schema'];
    if (schema !== undefined && !registry.has(String(schema))) unknown.add(String(schema));
    codec.encode(message);
    return [];
  } catch (error) {
    if (error instanceof ValidationError) return error.errors;
    if (error instanceof SchemaError) return [{ path: '', message: error.message }];
    throw error;
  }
}
