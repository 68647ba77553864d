import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/*
 * Runs the unit and integration tests with the newest releases of what this library is built on, in a folder of its own:
 * `npm run test:latest`, for a scheduled run. Arguments are passed to vitest.
 */

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FOLDER = join(ROOT, '.build/latest');
const NEWEST = /^(amqplib|class-validator|class-transformer|@nestjs\/.*)$/;

interface Manifest {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

function run(command: string, ...args: string[]): void {
  execFileSync(command, args, { cwd: FOLDER, stdio: 'inherit' });
}

rmSync(FOLDER, { recursive: true, force: true });
const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  cwd: ROOT,
});
for (const file of listed.toString().split('\0').filter(Boolean)) {
  mkdirSync(dirname(join(FOLDER, file)), { recursive: true });
  cpSync(join(ROOT, file), join(FOLDER, file));
}
// What is locked is not the newest.
rmSync(join(FOLDER, 'package-lock.json'));
const path = join(FOLDER, 'package.json');
const manifest = JSON.parse(readFileSync(path, 'utf8')) as Manifest;
const newest: string[] = [];
for (const group of [manifest.dependencies, manifest.devDependencies]) {
  for (const name of Object.keys(group).filter((each) => NEWEST.test(each))) {
    group[name] = 'latest';
    newest.push(name);
  }
}
writeFileSync(path, JSON.stringify(manifest, null, 2));
run('npm', 'install', '--no-audit', '--no-fund', '--legacy-peer-deps');
for (const name of newest) {
  const { version } = JSON.parse(
    readFileSync(join(FOLDER, 'node_modules', name, 'package.json'), 'utf8'),
  ) as {
    version: string;
  };
  console.log(`${name} ${version}`);
}
run('npx', 'vitest', 'run', '--project', 'unit', '--project', 'integration', ...process.argv.slice(2));
