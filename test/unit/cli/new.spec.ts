import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createApplication } from '../../../lib/cli/new/create-application.js';
import { CommandError } from '../../../lib/cli/command-error.js';
import manifest from '../../../package.json' with { type: 'json' };

interface NewManifest {
  readonly name: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly engines: unknown;
}

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fedora-messaging-new-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Creates an application, and returns what is printed. */
async function printedBy(folder: string): Promise<string> {
  const texts: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text, onWritten?: unknown) => {
    texts.push(String(text));
    (onWritten as () => void)();
    return true;
  });
  onTestFinished(() => write.mockRestore());
  await createApplication(folder);
  return texts.join('');
}

describe('new', () => {
  it('writes an application whose name is that of the folder', async () => {
    const folder = join(emptyFolder(), 'deep/weather_2');
    await printedBy(folder);
    expect(readdirSync(folder).sort()).toEqual([
      '.dockerignore',
      '.gitignore',
      'Dockerfile',
      'README.md',
      'package.json',
      'src',
      'tsconfig.json',
    ]);
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    const text = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8')).join('\n');
    expect(text).toContain("@MessageSchema('weather_2.greeting', { topic: 'weather_2.greeting'");
    expect(text).toContain('"name": "weather_2"');
    expect(text).not.toMatch(/my-application|VERSION/);
  });

  it('names packages in the versions that this package is tested with', async () => {
    const folder = join(emptyFolder(), 'app');
    await printedBy(folder);
    const { dependencies, devDependencies, engines } = JSON.parse(
      readFileSync(join(folder, 'package.json'), 'utf8'),
    ) as NewManifest;
    const { 'nestjs-fedora-messaging': own, ...others } = dependencies;
    expect(own).toBe(`^${manifest.version}`);
    const named = Object.entries({ ...others, ...devDependencies });
    // `npm run test:nest11` replaces the versions of Nest in package.json.
    const isOtherNest = !manifest.devDependencies['@nestjs/common']!.startsWith('^12');
    const compared = named.filter(([name]) => !isOtherNest || !name.startsWith('@nestjs/'));
    expect(compared.length).toBeGreaterThan(3);
    expect(manifest.devDependencies).toMatchObject(Object.fromEntries(compared));
    expect(engines).toEqual(manifest.engines);
  });

  it('prints what to do next', async () => {
    const folder = join(emptyFolder(), 'app');
    expect(await printedBy(folder)).toBe(
      `${folder} has an application. Look at its README.md, and start it:\n  $ cd ${folder}\n  $ npm install\n  $ npm test\n  $ npm start\n`,
    );
  });

  it('takes an empty folder, also the working directory', async () => {
    const folder = join(emptyFolder(), 'app');
    mkdirSync(folder);
    const before = process.cwd();
    process.chdir(folder);
    onTestFinished(() => process.chdir(before));
    expect(await printedBy('.')).toContain('start it:\n  $ npm install\n');
  });

  it.each(['file.txt', '.hidden'])(
    'refuses a folder that has the file %s, and changes nothing',
    async (file) => {
      const folder = join(emptyFolder(), 'app');
      mkdirSync(folder);
      writeFileSync(join(folder, file), 'mine');
      await expect(createApplication(folder)).rejects.toThrow(
        new CommandError(`The folder ${folder} is not empty, and stays as it is: name another folder`),
      );
      expect(readdirSync(folder)).toEqual([file]);
    },
  );

  it.each(['My-App', 'a.b', '-a', 'ä'])(
    'refuses %s, which can be no name, and writes nothing',
    async (name) => {
      const folder = join(emptyFolder(), name);
      await expect(createApplication(folder)).rejects.toThrow(
        `The folder '${name}' can't be the name of an application: use lower-case letters, digits, '-' and '_'`,
      );
      expect(existsSync(folder)).toBe(false);
    },
  );

  it('names the folder that it can not write', async () => {
    const file = join(emptyFolder(), 'file');
    writeFileSync(file, '');
    const folder = join(file, 'app');
    await expect(createApplication(folder)).rejects.toThrow(`The folder ${folder} can't be written: ENOTDIR`);
  });
});
