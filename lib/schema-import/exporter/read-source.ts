import { readFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import { errorText } from '../../exceptions/index.js';
import type { ExportedSchemas } from './exported-schemas.interface.js';
import { parseExported } from './parse-exported.js';
import { type PythonExit, runExporter } from './python-process.js';

/** The lines of Python's error output that an error shows. */
const SHOWN_LINES = 5;

/**
 * Reads a source of Python message classes. What is wrong with it is among the problems of the result.
 *
 * @param source the name of an installed distribution, the path of a folder, a wheel or an sdist, or of a `.json` file
 *   that `schemas export` printed
 * @param python the command of Python, 3.9 or later
 */
export async function readSource(source: string, python: string): Promise<ExportedSchemas> {
  try {
    return source.endsWith('.json')
      ? parseExported(readFileSync(source, 'utf8'))
      : await exported(source, python);
  } catch (error) {
    const isStart = (error as NodeJS.ErrnoException).syscall?.startsWith('spawn') ?? false;
    return isStart
      ? failed(
          source,
          `Python can't be started: ${errorText(error)}`,
          `install Python 3.9 or later, name its command with an option (--help tells), or run \`fedora-messaging schemas export ${source}\` where Python is, and import the JSON that it prints`,
        )
      : failed(
          source,
          `${source}: ${errorText(error)}`,
          'give what `fedora-messaging schemas export` printed',
        );
  }
}

async function exported(source: string, python: string): Promise<ExportedSchemas> {
  const exit = await runExporter(python, [source]);
  const toml = exit.code === 0 ? tomlNeededBy(exit.stdout) : undefined;
  if (toml === undefined) return documentOf(exit, source, python);
  let project: string;
  try {
    project = JSON.stringify(parse(toml));
  } catch (error) {
    return failed(source, `the pyproject.toml of ${source} can't be read: ${errorText(error)}`, 'mend it');
  }
  return documentOf(await runExporter(python, [source, '--pyproject-json', '-'], project), source, python);
}

/** The text that a Python before 3.11 can't read: it is read here, and Python is run again. */
function tomlNeededBy(stdout: string): string | undefined {
  try {
    return (JSON.parse(stdout) as { needs?: { toml: string } }).needs?.toml;
  } catch {
    return undefined;
  }
}

function documentOf({ stdout, stderr, code }: PythonExit, source: string, python: string): ExportedSchemas {
  if (code === 0) return parseExported(stdout);
  const said = stderr.trim().split('\n').slice(-SHOWN_LINES).join('\n');
  return failed(
    source,
    `${python} could not export ${source} (exit code ${code}): ${said}`,
    'Python has to be 3.9 or later; otherwise, mend the package',
  );
}

function failed(source: string, message: string, hint: string): ExportedSchemas {
  const problem = { source, package: null, module: null, message, hint };
  return { format: 1, python: '', packages: [], problems: [problem] };
}
