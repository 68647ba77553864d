import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export const alias = { 'nestjs-fedora-messaging': fileURLToPath(new URL('lib/index.ts', import.meta.url)) };
export const oxc = { decorator: { legacy: true, emitDecoratorMetadata: true } };
export const setupFiles = ['test/support/setup.ts'];

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        oxc,
        test: { name: 'unit', include: ['test/unit/**/*.spec.ts', 'test/vectors/**/*.spec.ts'], setupFiles },
      },
      {
        resolve: { alias },
        oxc,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.spec.ts'],
          setupFiles,
          globalSetup: [
            'test/support/shared-broker.ts',
            'test/support/compiled-apps.ts',
            'test/support/built-package.ts',
          ],
          testTimeout: 30_000,
          hookTimeout: 90_000,
        },
      },
    ],
  },
});
