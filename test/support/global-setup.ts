import type { TestProject } from 'vitest/node';
import buildPackage from './built-package.js';
import startSharedBroker from './shared-broker.js';
import { type TearDown, whenStarted } from './shared-parts.js';

/** Starts and builds the things that test files share, at the same time: a RabbitMQ, and the package with test/apps. */
export default function setup(project: TestProject): Promise<TearDown> {
  return whenStarted([startSharedBroker(project), buildPackage(project)]);
}
