import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

const MIRROR = process.env['DEBIAN_MIRROR'] ?? 'http://deb.debian.org/debian';
const DEBOOTSTRAP = '/usr/sbin/debootstrap';
const CACHE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'fedora-messaging-tests');

/** A RabbitMQ in a folder of its own, with another Debian around it. */
export interface RabbitMqChroot {
  /** The folder of `rabbitmq-server` and `rabbitmqctl`, which run from outside. */
  readonly bin: string;
  /** The folder for temporary files, which has the same path inside and outside. */
  readonly temporary: string;
}

/** Whether a chroot can be made here: as root, with debootstrap or a way to install it. */
export function canMakeChroot(): boolean {
  return process.getuid?.() === 0 && (existsSync(DEBOOTSTRAP) || existsSync('/usr/bin/apt-get'));
}

/**
 * Makes a chroot with the RabbitMQ of a Debian release, or finds the chroot of an earlier run.
 *
 * @param suite the code name of the release
 */
export function rabbitMqOf(suite: string): RabbitMqChroot {
  const root = join(CACHE, `rabbitmq-${suite}`);
  const bin = join(CACHE, `rabbitmq-${suite}-bin`);
  if (!existsSync(root)) bootstrap(suite, root);
  wrap(root, bin);
  return { bin, temporary: join(root, 'tmp') };
}

function bootstrap(suite: string, root: string): void {
  installDebootstrap();
  // A half-made folder does not count as complete.
  const unfinished = `${root}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  console.log(`Making a chroot with the RabbitMQ of Debian ${suite}`);
  const script = join('/usr/share/debootstrap/scripts', suite);
  const args = ['--variant=minbase', '--include=rabbitmq-server', suite, unfinished, MIRROR];
  // debootstrap knows the releases of its time. Later releases are made like the unstable release.
  if (!existsSync(script)) args.push(join(dirname(script), 'sid'));
  execFileSync('debootstrap', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  writeFileSync(join(unfinished, 'etc/hosts'), '127.0.0.1 localhost\n');
  // A path outside is also a path inside: the chroot's own path leads to its top.
  mkdirSync(join(unfinished, dirname(root)), { recursive: true });
  symlinkSync('/', join(unfinished, root));
  renameSync(unfinished, root);
}

function installDebootstrap(): void {
  if (existsSync(DEBOOTSTRAP)) return;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = { stdio: ['ignore', 'ignore', 'inherit'] as ['ignore', 'ignore', 'inherit'], env };
  execFileSync('apt-get', ['update'], options);
  execFileSync('apt-get', ['install', '--yes', '--no-install-recommends', 'debootstrap'], options);
}

/** Makes the commands that run programs of the chroot. */
function wrap(root: string, bin: string): void {
  mkdirSync(bin, { recursive: true });
  for (const name of ['rabbitmq-server', 'rabbitmqctl']) {
    const path = join(bin, name);
    writeFileSync(path, `#!/bin/sh\nexec chroot '${root}' '/usr/lib/rabbitmq/bin/${name}' "$@"\n`);
    chmodSync(path, 0o755);
  }
}
