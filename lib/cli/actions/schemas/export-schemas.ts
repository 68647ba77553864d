import { basename, resolve } from 'node:path';
import { ExitCode, printable } from '../../../exceptions/index.js';
import { Message, type MessageClass, MessageRegistry, messageTypeOf } from '../../../message/index.js';
import {
  describeClass,
  type PackageDescription,
  pythonPackage,
  type WrittenFile,
  writeFiles,
} from '../../../schema-export/index.js';
import { CommandError, messageOf } from '../../command-error.js';
import type { CommonOptions } from '../../commands/options/common-options.js';
import { prepare } from '../../environment.js';
import { packageInfo } from '../../loading/package-info.js';
import { print } from '../../output/standard-streams.js';

export interface ExportCommandOptions extends CommonOptions {
  /** The folder of the Python package. */
  readonly python?: string;
  readonly package?: string;
}

/** Writes a Python package with a class for each message class. @returns the exit code */
export async function exportToPython(options: ExportCommandOptions): Promise<number> {
  const { python: folder } = options;
  if (folder === undefined) {
    throw new CommandError(
      'schemas export: name the folder for the Python package with --python FOLDER, or a source to print as JSON',
    );
  }
  await prepare(options);
  const registry = new MessageRegistry().gather();
  registry.assertSchemas();
  const classes = [...registry].map(([, known]) => known).filter((known) => known !== Message);
  if (classes.length === 0) {
    throw new CommandError(
      `schemas export: there are no message classes to write to the folder '${folder}': name their module with --schemas`,
    );
  }
  const name = options.package ?? onlyPackage(classes) ?? nameOfProject(folder);
  const files = written(folder, describePackage(name), ofPackage(classes, name));
  await print(printable(files.map(lineOf).join('')));
  return files.some(({ state }) => state === 'edited') ? ExitCode.GENERAL : ExitCode.OK;
}

function lineOf({ path, state }: WrittenFile): string {
  return `${path}: ${state === 'edited' ? 'edited, so it stays as it is' : state}\n`;
}

function written(
  folder: string,
  description: PackageDescription,
  classes: readonly MessageClass[],
): WrittenFile[] {
  try {
    return writeFiles(folder, pythonPackage(description, classes.map(describeClass)));
  } catch (error) {
    throw new CommandError(`schemas export: ${messageOf(error)}`, undefined, { cause: error });
  }
}

/** @throws CommandError when the classes are of several packages */
function onlyPackage(classes: readonly MessageClass[]): string | undefined {
  const names = packagesOf(classes);
  if (names.length <= 1) return names[0];
  throw new CommandError(
    `schemas export: the message classes are of several packages: ${names.join(', ')}. Choose one with --package`,
  );
}

/** The classes of a package. Classes without a package are of every package. */
function ofPackage(classes: readonly MessageClass[], name: string): MessageClass[] {
  const chosen = classes.filter((known) => (messageTypeOf(known).package ?? name) === name);
  if (chosen.length > 0) return chosen;
  throw new CommandError(
    `option --package: no message class is of the package '${name}'; the known packages are ${packagesOf(classes).join(', ')}`,
  );
}

function packagesOf(classes: readonly MessageClass[]): string[] {
  const names = classes.map((known) => messageTypeOf(known).package);
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

function nameOfProject(folder: string): string {
  return packageInfo(process.cwd()).title ?? basename(resolve(folder));
}

function describePackage(name: string): PackageDescription {
  const { version = '0.0.0', description, license } = packageInfo(process.cwd());
  return {
    name,
    version,
    ...(description !== undefined && { description }),
    ...(license && { license: license.name }),
  };
}
