import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';

const run = promisify(execFile);
const FILE = new URL('../../../fm-consumer@.service', import.meta.url);
const UNIT = readFileSync(FILE, 'utf8');

const { stdout: systemdVersion } = spawnSync('systemd-analyze', ['--version'], { encoding: 'utf8' });
/** The version of systemd; 0 if it is not installed. */
const systemd = Number(/^systemd (\d+)/.exec(systemdVersion ?? '')?.[1] ?? 0);

/** The values of the unit, by section and key. A key may occur several times. */
function parse(unit: string): Record<string, Record<string, string[]>> {
  const sections: Record<string, Record<string, string[]>> = {};
  let section: Record<string, string[]> = {};
  for (const line of unit.split('\n')) {
    const [, name] = /^\[(.+)\]$/.exec(line) ?? [];
    const [, key, value] = /^([A-Za-z]+)=(.*)$/.exec(line) ?? [];
    if (name !== undefined) section = sections[name] = {};
    else if (key !== undefined) (section[key] ??= []).push(value!);
    else if (line !== '' && !line.startsWith('#')) throw new Error(`Not of a unit file: ${line}`);
  }
  return sections;
}

/** An instance of the unit in a folder of its own, with a program that exists here. */
function instanceFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fm-consumer-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'fm-consumer@example.service');
  writeFileSync(file, UNIT.replace('ExecStart=fedora-messaging', `ExecStart=${process.execPath}`));
  return file;
}

describe('fm-consumer@.service', () => {
  const { Unit, Service, Install } = parse(UNIT);

  it("consumes with the instance's configuration file, and restarts 60 s after a failure", () => {
    expect(Service).toMatchObject({
      ExecStart: ['fedora-messaging --conf /etc/fedora-messaging/%i.toml consume'],
      Restart: ['on-failure'],
      RestartSec: ['60'],
    });
    expect(Unit).toMatchObject({ After: ['network-online.target'], Wants: ['network-online.target'] });
    expect(Install).toEqual({ WantedBy: ['multi-user.target'] });
  });

  it('gives handlers and publishes their default time at shutdown', () => {
    const shutdownTimeout = 30;
    expect(Number(Service!['TimeoutStopSec'])).toBeGreaterThanOrEqual(2 * shutdownTimeout);
  });

  it('has no privileges, writes nowhere, and allows what V8 needs', () => {
    expect(Service).toMatchObject({
      DynamicUser: ['yes'],
      NoNewPrivileges: ['yes'],
      CapabilityBoundingSet: [''],
      ProtectSystem: ['strict'],
      ProtectHome: ['yes'],
      PrivateTmp: ['yes'],
      SystemCallFilter: ['@system-service @pkey', '~@privileged @resources'],
      SystemCallErrorNumber: ['EPERM'],
    });
    expect(Service).not.toHaveProperty('MemoryDenyWriteExecute');
  });

  it.runIf(systemd > 0)('is accepted by systemd', () => {
    const { stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', instanceFile()], {
      encoding: 'utf8',
    });
    // Other units of the machine may have faults.
    expect(stderr.split('\n').filter((line) => line.includes('fm-consumer'))).toEqual([]);
  });

  it.runIf(systemd >= 250)('is rated OK by systemd', async () => {
    const { stdout } = await run('systemd-analyze', [
      'security',
      '--offline=true',
      '--threshold=20',
      instanceFile(),
    ]);
    expect(stdout).toMatch(/Overall exposure level for .*: [01]\.\d OK/);
  });
});
