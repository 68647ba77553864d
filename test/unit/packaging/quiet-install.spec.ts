import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { satisfies } from 'semver';
import { expect, it } from 'vitest';

interface LockedPackage {
  readonly engines?: { readonly node?: string };
  readonly deprecated?: string;
  readonly hasInstallScript?: boolean;
  readonly optional?: boolean;
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(fileURLToPath(new URL(`../../../${file}`, import.meta.url)), 'utf8'));
}

const { packages } = read('package-lock.json') as { packages: Record<string, LockedPackage> };
const { allowScripts } = read('package.json') as { allowScripts: Record<string, boolean> };
/** The packages that npm installs on every machine. It leaves an optional package out where it does not fit. */
const installed = Object.entries(packages).filter(([, { optional }]) => !optional);

it.each(['20.19.0', '22.12.0', '24.0.0', '26.0.0'])(
  'npm ci prints no engine warning on Node %s, because every locked package accepts it',
  (version) => {
    const refusing = installed.filter(([, { engines }]) => !satisfies(version, engines?.node ?? '*'));
    expect(refusing.map(([path, { engines }]) => `${path}: ${engines?.node}`)).toEqual([]);
  },
);

it('npm ci prints no deprecation warning, because no locked package is deprecated', () => {
  const deprecated = installed.filter(([, { deprecated: reason }]) => reason !== undefined);
  expect(deprecated.map(([path]) => path)).toEqual([]);
});

it('npm ci runs no install script, because package.json refuses the script of each package that has one', () => {
  const scripted = Object.entries(packages).filter(([, { hasInstallScript }]) => hasInstallScript);
  const names = scripted.map(([path]) => path.replace(/^.*node_modules\//, ''));
  expect(names.filter((name) => allowScripts[name] !== false)).toEqual([]);
});
