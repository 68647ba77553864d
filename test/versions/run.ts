import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyCheckout } from './copied-checkout.js';

/*
 * Runs the unit and integration tests with other versions of the dependencies, in a folder of its own:
 * `npm run test:latest`, for a scheduled run, and `npm run test:nest11`. Further arguments are passed to vitest.
 */

/** The version of each package that a set changes. */
const SETS: Readonly<Record<string, (name: string) => string | undefined>> = {
  latest: (name) =>
    /^(amqplib|class-validator|class-transformer|@nestjs\/.*)$/.test(name) ? 'latest' : undefined,
  nest11: (name) =>
    /^@nestjs\/(common|core|platform-express|platform-fastify|testing|terminus)$/.test(name)
      ? '^11.1.0'
      : undefined,
};

const [set = 'latest', ...vitestArgs] = process.argv.slice(2);
const versionOf = SETS[set];
if (!versionOf) throw new Error(`There is no set '${set}', only ${Object.keys(SETS).join(' and ')}`);
const FOLDER = copyCheckout(set);

interface Manifest {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

function run(command: string, ...args: string[]): void {
  execFileSync(command, args, { cwd: FOLDER, stdio: 'inherit' });
}

// The lock file has other versions.
rmSync(join(FOLDER, 'package-lock.json'));
const path = join(FOLDER, 'package.json');
const manifest = JSON.parse(readFileSync(path, 'utf8')) as Manifest;
const changed: string[] = [];
for (const group of [manifest.dependencies, manifest.devDependencies]) {
  for (const name of Object.keys(group)) {
    const version = versionOf(name);
    if (version === undefined) continue;
    group[name] = version;
    changed.push(name);
  }
}
writeFileSync(path, JSON.stringify(manifest, null, 2));
run('npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', '--legacy-peer-deps');
for (const name of changed) {
  const { version } = JSON.parse(
    readFileSync(join(FOLDER, 'node_modules', name, 'package.json'), 'utf8'),
  ) as {
    version: string;
  };
  console.log(`${name} ${version}`);
}
run('npx', 'vitest', 'run', '--project', 'unit', '--project', 'integration', ...vitestArgs);
