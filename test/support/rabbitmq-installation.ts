import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The RabbitMQ that tests run. */
export type RabbitMqInstallation = { kind: 'local'; bin: string } | { kind: 'docker'; image: string };

/** The image for machines where RabbitMQ is not installed, and can't be installed. */
const IMAGE = 'rabbitmq:3-management';

/** Where packages put RabbitMQ's own scripts. The scripts in the PATH insist on another user. */
const FOLDERS = [process.env['RABBITMQ_BIN'], '/usr/lib/rabbitmq/bin', '/usr/local/lib/rabbitmq/bin'];

const PACKAGE_MANAGERS: Record<string, string[][]> = {
  'apt-get': [
    ['apt-get', 'update'],
    ['apt-get', 'install', '--yes', '--no-install-recommends', 'rabbitmq-server'],
  ],
  dnf: [['dnf', 'install', '--assumeyes', 'rabbitmq-server']],
};

/**
 * Finds RabbitMQ, or installs it if it may, or falls back on Docker.
 *
 * @throws an error that says in one line what to install
 */
export function findOrInstallRabbitMq(): RabbitMqInstallation {
  const { RABBITMQ_BIN: bin, RABBITMQ_IMAGE: image } = process.env;
  if (bin === undefined && image !== undefined) return { kind: 'docker', image };
  const installed = find() ?? install();
  if (installed) return { kind: 'local', bin: installed };
  if (works('docker', 'info')) return { kind: 'docker', image: IMAGE };
  throw new Error(
    'The tests need RabbitMQ: install the package rabbitmq-server, or Docker, or set RABBITMQ_BIN to the folder of rabbitmq-server and rabbitmqctl',
  );
}

function find(): string | undefined {
  return FOLDERS.find((folder) => folder && existsSync(join(folder, 'rabbitmq-server')));
}

function install(): string | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const manager = Object.keys(PACKAGE_MANAGERS).find((name) => works(name, '--version'));
  if (!manager) return undefined;
  for (const [command, ...args] of PACKAGE_MANAGERS[manager]!) {
    execFileSync(command!, args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  }
  return find();
}

function works(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
