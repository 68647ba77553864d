import type { TestProject } from 'vitest/node';
import buildPackage from './built-package.js';
import { compileApps } from './child-process.js';
import startSharedBroker from './shared-broker.js';

/**
 * Starts and builds what the test files share, at the same time: a RabbitMQ, the package, and the applications of
 * test/apps, which one test file must not write while another runs them.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const parts = await Promise.allSettled([startSharedBroker(project), buildPackage(project), compileApps()]);
  const tearDown = async (): Promise<void> => {
    for (const part of parts) if (part.status === 'fulfilled') await part.value?.();
  };
  const failure = parts.find((part) => part.status === 'rejected');
  if (failure) {
    await tearDown();
    throw failure.reason;
  }
  return tearDown;
}
