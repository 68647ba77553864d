import { execFileSync, spawnSync } from 'node:child_process';
import { canMakeChroot, rabbitMqOf } from './rabbitmq-chroot.js';

/*
 * Runs the integration tests, or other tests, on another RabbitMQ than the installed one:
 * `npm run test:rabbitmq -- 4.0 [--project integration | --config FILE] [arguments of vitest]`. As root on Debian, this
 * makes a chroot for that RabbitMQ. Elsewhere, Docker runs it, or a variable such as RABBITMQ_4_0_BIN names the folder
 * of its rabbitmq-server and rabbitmqctl.
 */

/** The Debian release that has each version. */
const SUITES: Readonly<Record<string, string>> = { '4.0': 'trixie', '4.3': 'forky' };

const [version = '4.0', ...args] = process.argv.slice(2);
const suite = SUITES[version];
if (!suite)
  throw new Error(`There is no RabbitMQ '${version}' here, only ${Object.keys(SUITES).join(' and ')}`);
const env = { ...process.env, ...variablesFor(version, suite) };
const isChosen = args.some((arg) => /^--(project|config)\b/.test(arg));
const { status } = spawnSync(
  'npx',
  ['vitest', 'run', ...(isChosen ? [] : ['--project', 'integration']), ...args],
  { stdio: 'inherit', env },
);
process.exitCode = status ?? 1;

/** The variables that make the tests use a version of RabbitMQ. */
function variablesFor(version: string, suite: string): Record<string, string> {
  const variable = `RABBITMQ_${version.replace('.', '_')}_BIN`;
  const given = process.env[variable];
  if (given !== undefined) return ofBin(given);
  if (canMakeChroot()) {
    const { bin, temporary } = rabbitMqOf(suite);
    return { ...ofBin(bin), TMPDIR: temporary };
  }
  if (hasDocker()) return { RABBITMQ_IMAGE: `rabbitmq:${version}-management` };
  throw new Error(
    `The tests need RabbitMQ ${version}: run them as root on Debian, which makes a chroot with debootstrap; or start Docker; or set ${variable} to the folder of its rabbitmq-server and rabbitmqctl`,
  );
}

/** @throws when that is another version */
function ofBin(bin: string): Record<string, string> {
  const found = execFileSync(`${bin}/rabbitmqctl`, ['version']).toString().trim();
  if (!found.startsWith(`${version}.`))
    throw new Error(`${bin} has RabbitMQ ${found}, but the tests are to run on ${version}`);
  console.log(`RabbitMQ ${found}`);
  return { RABBITMQ_BIN: bin };
}

function hasDocker(): boolean {
  return spawnSync('docker', ['info'], { stdio: 'ignore' }).status === 0;
}
