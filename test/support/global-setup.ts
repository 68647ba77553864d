import type { TestProject } from 'vitest/node';
import buildPackage from './built-package.js';
import startSharedBroker from './shared-broker.js';

/** Starts and builds the things that test files share, at the same time: a RabbitMQ, and the package with test/apps. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const parts = await Promise.allSettled([startSharedBroker(project), buildPackage(project)]);
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
