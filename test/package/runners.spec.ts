import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from './support/checkout.js';
import { compile, createProject, install, run } from './support/user-project.js';

describe('nestjs-fedora-messaging/testing', () => {
  let project: string;

  beforeAll(async () => {
    const installed = await install('runners', ['@nestjs/testing', 'jest'], { jest: '^30' });
    project = createProject(installed, 'tested', 'module');
    copyFileSync(join(ROOT, 'test/runners/greeter.test.ts'), join(project, 'src/greeter.test.ts'));
    await compile(project);
    // Vitest would take both files.
    rmSync(join(project, 'src'), { recursive: true });
    writeFileSync(join(project, 'jest.config.json'), JSON.stringify({ transform: {} }));
  });

  it.each([
    ['node:test', ['--test', '--test-reporter=tap', 'dist/greeter.test.js']],
    ['Jest', ['--experimental-vm-modules', '../node_modules/jest/bin/jest.js']],
    ['Vitest', [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--globals']],
  ])(
    'works under %s, whose output shows the difference between messages sent and expected',
    async (_, args) => {
      const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, NODE_OPTIONS: undefined };
      await run(process.execPath, args, { cwd: project, env });
      const failed = await run(process.execPath, args, {
        cwd: project,
        env: { ...env, SHOW_DIFFERENCE: '1' },
      }).then(
        () => expect.fail('the test that differs has passed'),
        ({ stdout, stderr }: { stdout: string; stderr: string }) => stdout + stderr,
      );
      expect(failed).toMatch(/2 passed|# pass 2/);
      expect(failed).toMatch(/1 failed|# fail 1/);
      expect(failed).toContain('Message 1 of 1 is not the expected one: it differs in body.');
      expect(failed).toMatch(/name"?: ['"]Ada['"][^]*name"?: ['"]Bob['"]/);
    },
  );
});
