import { chownSync, existsSync, lchownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { TestProcess } from '../support/child-process.js';
import { type HostedCommand, runHosted } from '../support/command-host.js';
import { VERSION } from '../../lib/package/version.js';

/** A user other than root and the user who runs the tests. */
const STRANGER = 65_534;

/** A working directory below a folder in which other users may have put a node_modules. */
class SharedFolder {
  readonly folder = mkdtempSync(join(tmpdir(), 'fedora-messaging-shared-'));
  readonly working = join(this.folder, 'mine');
  readonly modules = join(this.folder, 'node_modules');

  constructor() {
    onTestFinished(() => rmSync(this.folder, { recursive: true, force: true }));
    mkdirSync(this.working);
    writeFileSync(join(this.folder, 'config.toml'), '');
  }

  /** A package whose code leaves a file when it is run. */
  plant(name: string, file = 'index.js'): void {
    const path = join(this.modules, name, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(
      join(this.modules, name, 'package.json'),
      JSON.stringify({
        name,
        version: '6.6.6',
        type: 'module',
        exports: { '.': `./${file}`, './package.json': './package.json' },
      }),
    );
    writeFileSync(
      path,
      `import { writeFileSync } from 'node:fs';
      writeFileSync(${JSON.stringify(join(this.folder, 'it-ran'))}, '');
      export const run = () => undefined;`,
    );
  }

  get hasRun(): boolean {
    return existsSync(join(this.folder, 'it-ran'));
  }

  /** Runs the command in a process that the tests share. */
  call(...args: string[]): HostedCommand {
    return runHosted({ args, input: '', folder: this.working, env: { ...process.env, ...this.env } });
  }

  /** Starts the command in its own process, which chooses the copy of this package. */
  run(...args: string[]): TestProcess {
    const main = join(inject('packageFolder'), 'dist/cli/main.js');
    return TestProcess.start(process.execPath, [main, ...args], { cwd: this.working, env: this.env });
  }

  private get env(): Record<string, string> {
    return { FEDORA_MESSAGING_CONF: join(this.folder, 'config.toml') };
  }
}

describe.skipIf(process.getuid?.() !== 0)(
  'the command, with a node_modules above the working directory,',
  () => {
    it("runs code of root, of the user, and of the working directory's owner", async () => {
      const shared = new SharedFolder();
      shared.plant('my-consumers');
      const command = shared.call('--schemas', 'my-consumers', 'schemas');
      expect((await command.exit).code).toBe(0);
      expect(shared.hasRun).toBe(true);

      const deployed = new SharedFolder();
      deployed.plant('my-consumers');
      for (const path of [deployed.working, deployed.modules]) chownSync(path, STRANGER, STRANGER);
      expect((await deployed.call('--schemas', 'my-consumers', 'schemas').exit).code).toBe(0);
      expect(deployed.hasRun).toBe(true);
    });

    it.each<[what: string, path: (shared: SharedFolder) => string]>([
      ['the folder', ({ modules }) => modules],
      ['the package in it', ({ modules }) => join(modules, '@scope/my-consumers')],
      ['the scope of the package', ({ modules }) => join(modules, '@scope')],
    ])('runs no code of another user, %s, and the error names folder and owner', async (_, path) => {
      const shared = new SharedFolder();
      shared.plant('@scope/my-consumers');
      lchownSync(path(shared), STRANGER, STRANGER);
      const said = [path(shared), `uid ${STRANGER}`, "'@scope/my-consumers"];
      for (const [args, code] of [
        [['--schemas', '@scope/my-consumers', 'schemas'], 2],
        [['consume', '--callback', '@scope/my-consumers:run'], 1],
        [['consume', '--app', '@scope/my-consumers/sub:run'], 2],
      ] as const) {
        const command = shared.call(...args);
        expect((await command.exit).code).toBe(code);
        for (const text of said) expect(command.errors).toContain(text);
      }
      expect(shared.hasRun).toBe(false);
    });

    it('runs no copy of this package of another user; its own copy runs, and says so', async () => {
      const shared = new SharedFolder();
      shared.plant('nestjs-fedora-messaging', 'dist/cli/program.js');
      chownSync(shared.modules, STRANGER, STRANGER);
      const command = shared.run('--version');
      expect([await command.exit, command.lines]).toEqual([{ code: 0, signal: null }, [VERSION]]);
      expect(command.errors).toContain(`${shared.modules} belongs to another user (uid ${STRANGER})`);
      expect(shared.hasRun).toBe(false);

      // A trusted copy would run.
      chownSync(shared.modules, 0, 0);
      await shared.run('--version').exit;
      expect(shared.hasRun).toBe(true);
    });
  },
);
