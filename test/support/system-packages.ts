import { execFileSync } from 'node:child_process';

/** A package under its name for each package manager. */
export interface SystemPackage {
  readonly 'apt-get': string;
  readonly dnf: string;
}

/** Other programs use the package manager, too: an installation waits for them for this long. */
const LOCK_TIMEOUT_S = 300;

const INSTALL: Record<keyof SystemPackage, (name: string) => string[][]> = {
  'apt-get': (name) => [
    ['apt-get', 'update'],
    [
      'apt-get',
      'install',
      '--option',
      `DPkg::Lock::Timeout=${LOCK_TIMEOUT_S}`,
      '--yes',
      '--no-install-recommends',
      name,
    ],
  ],
  dnf: (name) => [['dnf', 'install', '--assumeyes', name]],
};

/** Installs a package, if this process is root and knows the package manager of the machine. */
export function installSystemPackage(names: SystemPackage): void {
  if (process.getuid?.() !== 0) return;
  const managers = Object.keys(INSTALL) as (keyof SystemPackage)[];
  const manager = managers.find((name) => works(name, '--version'));
  if (!manager) return;
  for (const [command, ...args] of INSTALL[manager](names[manager])) {
    execFileSync(command!, args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  }
}

/** Whether a command ends without an error. */
export function works(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
