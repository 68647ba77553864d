import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { copyCheckout } from './copied-checkout.js';

/*
 * Installs the dependencies and runs the unit and package tests on other versions of Node, which come from npm:
 * `npm run test:nodes [-- VERSION]... [arguments of vitest]`. An installation that warns counts as a failure.
 */

/** The versions of Node that are tried. 20.19 and 22.12 are the oldest that are supported. */
const VERSIONS = ['20.19', '22.12', '24', '26'];
/** The npm for each major version of Node. */
const NPM_VERSIONS: Readonly<Record<string, string>> = { '20': '10', '22': '10', '24': '11', '26': '12' };

const args = process.argv.slice(2);
const isVersion = (arg: string): boolean => /^\d+(\.\d+)*$/.test(arg);
const chosen = args.filter(isVersion);
const vitestArgs = args.filter((arg) => !isVersion(arg));
if (!vitestArgs.some((arg) => arg.startsWith('--project')))
  vitestArgs.unshift('--project', 'unit', '--project', 'package');

const failed: string[] = [];
for (const version of chosen.length > 0 ? chosen : VERSIONS) {
  if (!passesOn(version)) failed.push(version);
}
if (failed.length > 0) {
  console.error(`Failed on Node ${failed.join(', ')}`);
  process.exitCode = 1;
}

function passesOn(version: string): boolean {
  const folder = copyCheckout(`node-${version}`);
  const env = { ...process.env, PATH: pathWith(version, folder) };
  console.log(`Node ${execFileSync('node', ['--version'], { env }).toString().trim()} in ${folder}`);
  const succeeds = (command: string, ...commandArgs: string[]): boolean =>
    spawnSync(command, commandArgs, { cwd: folder, env, stdio: 'inherit' }).status === 0;
  return succeeds('.ci/install') && succeeds('npx', 'vitest', 'run', ...vitestArgs);
}

/** The PATH with a Node and its npm in front. The package of a platform has the binary of `node` without a script. */
function pathWith(version: string, checkout: string): string {
  const folder = join(checkout, '.build/runtime');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const node = `node-${process.platform}-${process.arch}`;
  const [major = ''] = version.split('.');
  const packages = [`${node}@${version}`, `npm@${NPM_VERSIONS[major] ?? 'latest'}`];
  // The Node that runs this script installs an npm for another Node, which npm would warn of.
  const options = ['--no-audit', '--no-fund', '--loglevel=error'];
  execFileSync('npm', ['install', ...options, ...packages], { cwd: folder, stdio: 'inherit' });
  const modules = join(folder, 'node_modules');
  return [join(modules, node, 'bin'), join(modules, '.bin'), process.env['PATH']].join(delimiter);
}
