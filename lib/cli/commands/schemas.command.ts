import { ExitCode } from '../../exceptions/index.js';
import { Argument, type Command, Option } from 'commander';

import type { ExportCommandOptions } from '../actions/schemas/export-schemas.js';
import type { ImportCommandOptions } from '../actions/schemas/import-schemas.js';
import { addExamples } from './examples.js';
import type { CommonOptions } from './options/common-options.js';

export function defineSchemas(program: Command, onDone: (exitCode: number) => void): void {
  const command = program
    .command('schemas')
    .description(
      'Lists the known message schemas, or prints the JSON Schema of one schema. Imports message classes from Python packages, and exports them to Python.',
    )
    .addArgument(new Argument('[name]', 'the name of a schema'))
    .action(async (name: string | undefined) => {
      const { printSchemas } = await import('../actions/schemas/print-schemas.js');
      await printSchemas(command.optsWithGlobals<CommonOptions>(), name);
      onDone(ExitCode.OK);
    });
  addExamples(
    command,
    'schemas',
    '--schemas bodhi-messages schemas bodhi.update.request.testing.v1',
    'schemas import bodhi-messages --out src/fedora',
  );
  defineImport(command, onDone);
  defineExport(command, onDone);
}

const DEFAULT_PYTHON = 'python3';
const PYTHON_DESCRIPTION = 'the Python that runs the packages';
const SOURCES = '<source...>';
const SOURCES_DESCRIPTION =
  'the name of an installed Python distribution, or the path of a folder, a wheel or an sdist';

function defineImport(schemas: Command, onDone: (exitCode: number) => void): void {
  const command = schemas
    .command('import')
    .description(
      'Generates TypeScript message classes from Python packages of message schemas: a folder for each package. Runs the code of the packages in Python 3.9 or later, and uses no network.',
    )
    .addArgument(
      new Argument(SOURCES, `${SOURCES_DESCRIPTION}; or a .json file that "schemas export" printed`),
    )
    .requiredOption('--out <folder>', 'the folder for the folders of the packages')
    .option('--python <command>', PYTHON_DESCRIPTION, DEFAULT_PYTHON)
    .addOption(
      new Option(
        '--check',
        'writes nothing; fails when there is something to write, and prints what',
      ).conflicts('force'),
    )
    .option('--force', 'overwrites files that were edited')
    .option('--json', 'prints the report as JSON')
    .action(async (sources: string[]) => {
      const { importFromPython } = await import('../actions/schemas/import-schemas.js');
      onDone(await importFromPython(command.optsWithGlobals<ImportCommandOptions>(), sources));
    });
  addExamples(
    command,
    'schemas import bodhi-messages --out src/fedora',
    'schemas import ./noggin-messages koji_messages-1.0.whl --out src/fedora --check',
  );
}

function defineExport(schemas: Command, onDone: (exitCode: number) => void): void {
  const command = schemas
    .command('export')
    .description(
      'With sources: prints what Python packages say of their messages, as JSON; "schemas import" reads it where Python is not. With --python FOLDER: writes a Python package with a class for each message class of --schemas, for consumers in Python.',
    )
    .addArgument(new Argument('[source...]', SOURCES_DESCRIPTION))
    .option('--interpreter <command>', PYTHON_DESCRIPTION, DEFAULT_PYTHON)
    .addOption(
      new Option(
        '--python <folder>',
        'without a source: writes a Python package of the message classes to this folder',
      ).conflicts('interpreter'),
    )
    .option('--package <name>', 'with --python: the package of the classes (default: their only package)')
    .action(async (sources: string[]) => {
      const options = command.optsWithGlobals<ExportCommandOptions & { interpreter: string }>();
      if (sources.length === 0) {
        const { exportToPython } = await import('../actions/schemas/export-schemas.js');
        onDone(await exportToPython(options));
        return;
      }
      if (options.python !== undefined || options.package !== undefined) {
        command.error(
          "error: options '--python <folder>' and '--package <name>' write message classes: they can't be used with a source. The Python that runs a source is '--interpreter <command>'",
        );
      }
      const { exportFromPython } = await import('../actions/schemas/import-schemas.js');
      onDone(await exportFromPython(options, sources));
    });
  addExamples(
    command,
    '--schemas ./dist/messages.js schemas export --python python',
    'schemas export bodhi-messages > bodhi-messages.json',
  );
}
