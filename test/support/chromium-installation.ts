import { existsSync } from 'node:fs';
import { installSystemPackage } from './system-packages.js';

/** Where packages put Chromium. */
const PATHS = [process.env['CHROMIUM_BIN'], '/usr/bin/chromium', '/usr/bin/chromium-browser'];

/**
 * Finds Chromium, or installs it if it may.
 *
 * @throws an error that says in one line what to install
 */
export function findOrInstallChromium(): string {
  const installed = find() ?? install();
  if (installed !== undefined) return installed;
  throw new Error(
    'The tests of the live page need Chromium: install the package chromium, or set CHROMIUM_BIN to its executable',
  );
}

function find(): string | undefined {
  return PATHS.find((path) => path && existsSync(path));
}

function install(): string | undefined {
  installSystemPackage({ 'apt-get': 'chromium', dnf: 'chromium' });
  return find();
}
