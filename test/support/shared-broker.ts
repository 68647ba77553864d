import type { TestProject } from 'vitest/node';
import { RabbitMq } from './rabbitmq.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A RabbitMQ that the test files share; each uses exchanges, queues and users of its own. */
    amqpPort: number;
    /** The private folder and ports of it, to run rabbitmqctl. */
    rabbitmqctl: { command: string; env: Record<string, string> };
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const broker = await RabbitMq.start();
  project.provide('amqpPort', broker.port);
  project.provide('rabbitmqctl', broker.ctlCommand);
  return () => broker.stop();
}
