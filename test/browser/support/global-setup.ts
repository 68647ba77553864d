import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import startSharedBroker from '../../support/shared-broker.js';
import { startChromium } from '../../support/chromium.js';
import { type TearDown, whenStarted } from '../../support/shared-parts.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The WebSocket of the Chromium that the test files share. */
    browserUrl: string;
  }
}

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Starts and builds the things that test files share, at the same time: a RabbitMQ, Chromium and the page's assets. */
export default function setup(project: TestProject): Promise<TearDown> {
  return whenStarted([startSharedBroker(project), shareChromium(project), buildAssets()]);
}

async function shareChromium(project: TestProject): Promise<TearDown> {
  const server = await startChromium();
  project.provide('browserUrl', server.wsEndpoint());
  return () => server.close();
}

/** Builds the page as it is served: the library finds it from `lib`, too. */
async function buildAssets(): Promise<TearDown> {
  await promisify(execFile)(process.execPath, ['page/build.mjs'], { cwd: ROOT });
  return async () => undefined;
}
