import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { installSystemPackage, works } from './system-packages.js';

/** The RabbitMQ that tests run. */
export type RabbitMqInstallation = { kind: 'local'; bin: string } | { kind: 'docker'; image: string };

/** The image for machines where RabbitMQ is not installed, and can't be installed. */
const IMAGE = 'rabbitmq:3-management';

/** Where packages put RabbitMQ's own scripts. The scripts in the PATH insist on another user. */
const FOLDERS = [process.env['RABBITMQ_BIN'], '/usr/lib/rabbitmq/bin', '/usr/local/lib/rabbitmq/bin'];

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
  installSystemPackage({ 'apt-get': 'rabbitmq-server', dnf: 'rabbitmq-server' });
  return find();
}
