import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { installSystemPackage, works } from './system-packages.js';

/** The Python packages of this repository that tests import. */
export const PYTHON_PACKAGES = fileURLToPath(new URL('../python-packages/', import.meta.url));

/**
 * Finds `python3`, 3.9 or later, or installs it if it may.
 *
 * @throws an error that says in one line what to install
 */
export function findOrInstallPython(): void {
  if (isThere()) return;
  installSystemPackage({ 'apt-get': 'python3', dnf: 'python3' });
  if (isThere()) return;
  throw new Error(
    'The tests of `schemas import` need python3, version 3.9 or later: install the package python3',
  );
}

function isThere(): boolean {
  return works('python3', '-c', 'import sys; sys.exit(sys.version_info < (3, 9))');
}

/** Whether `python3` can import the modules. */
export function hasPythonModules(...names: string[]): boolean {
  return works('python3', '-c', `import ${names.join(', ')}`);
}

/** A folder for the Python files of one test. It is removed when the test ends. */
export class PythonFolder {
  readonly folder = mkdtempSync(join(tmpdir(), 'fedora-messaging-python-'));

  constructor(files: Readonly<Record<string, string>> = {}) {
    onTestFinished(() => rmSync(this.folder, { recursive: true, force: true }));
    for (const [name, text] of Object.entries(files)) this.write(name, text);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, text: string): string {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), text);
    return this.path(name);
  }

  /** Copies a package of this repository into the folder. */
  copy(packageName: string, target = packageName): string {
    cpSync(join(PYTHON_PACKAGES, packageName), this.path(target), { recursive: true });
    return this.path(target);
  }

  /** Packs files of the folder as Python's own tools pack a wheel: a zip file with the files at its top. */
  wheel(name: string, from: string): string {
    const code =
      'import os, sys, zipfile\nfile = zipfile.ZipFile(sys.argv[1], "w")\n' +
      'for at, _, names in os.walk(sys.argv[2]):\n    for name in names:\n        path = os.path.join(at, name)\n        file.write(path, os.path.relpath(path, sys.argv[2]))\nfile.close()';
    execFileSync('python3', ['-c', code, this.path(name), this.path(from)]);
    return this.path(name);
  }

  /** Packs a subfolder, as an sdist is packed. */
  sdist(name: string, from: string): string {
    execFileSync('tar', ['-czf', this.path(name), '-C', dirname(this.path(from)), from.split('/').at(-1)!]);
    return this.path(name);
  }

  has(name: string): boolean {
    return existsSync(this.path(name));
  }
}
