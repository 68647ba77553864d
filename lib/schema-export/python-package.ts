import { stringify } from 'smol-toml';
import { moduleText } from './class-text.js';
import type { ClassDescription } from './class-description.interface.js';
import { distributionName, moduleName, pythonVersion } from './python-names.js';
import { nameClasses, type NamedClass } from './name-classes.js';

/** The description of the Python package. */
export interface PackageDescription {
  /** The name that messages give in their header `fedora_messaging_schema_package`. */
  readonly name: string;
  /** A version of npm. */
  readonly version: string;
  readonly description?: string;
  readonly license?: string;
}

/**
 * The files of a Python package with a class for each message class. The same classes give the same text.
 *
 * @returns the text of each file, by its path in the folder of the package
 * @throws RangeError when Python can't have a schema name, or two classes would have one name
 */
export function pythonPackage(
  description: PackageDescription,
  classes: readonly ClassDescription[],
): Map<string, string> {
  const module = moduleName(description.name);
  const named = nameClasses(classes);
  return new Map([
    ['pyproject.toml', projectText(description, module, named)],
    [`${module}/__init__.py`, initText(module, named)],
    ...named.map(({ described, className, file }): [string, string] => [
      `${module}/${file}.py`,
      moduleText(described, className),
    ]),
  ]);
}

function projectText(
  { name, version, description, license }: PackageDescription,
  module: string,
  named: readonly NamedClass[],
): string {
  const entryPoints = named.map(({ described, className, file }) => [
    described.schemaName,
    `${module}.${file}:${className}`,
  ]);
  const project = {
    'build-system': { requires: ['setuptools>=61'], 'build-backend': 'setuptools.build_meta' },
    project: {
      name: distributionName(name),
      version: pythonVersion(version),
      // The description of a distribution is one line.
      ...(description !== undefined && { description: description.replace(/\s+/g, ' ') }),
      ...(license !== undefined && { license: { text: license } }),
      'requires-python': '>=3.9',
      dependencies: ['fedora-messaging'],
      'entry-points': { 'fedora.messages': Object.fromEntries(entryPoints) as Record<string, string> },
    },
    tool: { setuptools: { packages: [module] } },
  };
  return `${stringify(project).trim()}\n`;
}

function initText(module: string, named: readonly NamedClass[]): string {
  const byFile = [...named].sort((a, b) => (a.file < b.file ? -1 : 1));
  const imports = byFile.map(({ className, file }) => `from ${module}.${file} import ${className}\n`);
  const names = byFile.map(({ className }) => `    "${className}",\n`);
  return `${imports.join('')}\n__all__ = [\n${names.join('')}]\n`;
}
