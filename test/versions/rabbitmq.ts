import { execFileSync, spawnSync } from 'node:child_process';
import { rabbitMqOf } from './rabbitmq-chroot.js';

/*
 * Runs the integration tests, or what further arguments name, on another RabbitMQ than the one that is installed:
 * `npm run test:rabbitmq -- 4.0 [--project integration | --config FILE] [arguments of vitest]`. As root on Debian, it makes
 * a chroot for it. Otherwise RABBITMQ_BIN or RABBITMQ_IMAGE say where that RabbitMQ is.
 */

/** The Debian release that has each version. */
const SUITES: Readonly<Record<string, string>> = { '4.0': 'trixie', '4.3': 'forky' };

const [version = '4.0', ...args] = process.argv.slice(2);
const suite = SUITES[version];
if (!suite)
  throw new Error(`There is no RabbitMQ '${version}' here, only ${Object.keys(SUITES).join(' and ')}`);
const env = { ...process.env };
if (env['RABBITMQ_BIN'] === undefined && env['RABBITMQ_IMAGE'] === undefined) {
  const { bin, temporary } = rabbitMqOf(suite);
  env['RABBITMQ_BIN'] = bin;
  env['TMPDIR'] = temporary;
}
if (env['RABBITMQ_BIN'] !== undefined)
  console.log(
    `RabbitMQ ${execFileSync(`${env['RABBITMQ_BIN']}/rabbitmqctl`, ['version'], { env }).toString()}`,
  );
const isChosen = args.some((arg) => /^--(project|config)\b/.test(arg));
const { status } = spawnSync(
  'npx',
  ['vitest', 'run', ...(isChosen ? [] : ['--project', 'integration']), ...args],
  { stdio: 'inherit', env },
);
process.exitCode = status ?? 1;
