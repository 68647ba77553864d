import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import startSharedBroker from '../../support/shared-broker.js';
import { startChromium } from '../../support/chromium.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The WebSocket of the Chromium that the test files share. */
    browserUrl: string;
  }
}

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Starts and builds the things that test files share, at the same time: a RabbitMQ, Chromium and the page's assets. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const parts = await Promise.allSettled([startSharedBroker(project), shareChromium(project), buildAssets()]);
  const tearDown = async (): Promise<void> => {
    for (const part of parts) if (part.status === 'fulfilled') await part.value();
  };
  const failure = parts.find((part) => part.status === 'rejected');
  if (failure) {
    await tearDown();
    throw failure.reason;
  }
  return tearDown;
}

async function shareChromium(project: TestProject): Promise<() => Promise<void>> {
  const server = await startChromium();
  project.provide('browserUrl', server.wsEndpoint());
  return () => server.close();
}

/** Builds the page as it is served: the library finds it from `lib`, too. */
async function buildAssets(): Promise<() => Promise<void>> {
  await promisify(execFile)(process.execPath, ['page/build.mjs'], { cwd: ROOT });
  return async () => undefined;
}
