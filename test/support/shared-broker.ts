import type { TestProject } from 'vitest/node';
import { RabbitMq } from './rabbitmq.js';
import type { Command } from './rabbitmq-runtime.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A RabbitMQ that the test files share. Each file has its own exchanges, queues and users. */
    amqpPort: number;
    /** The port where it evaluates expressions; undefined when only rabbitmqctl reaches it. */
    evaluatorPort: number | undefined;
    /** The command that runs rabbitmqctl on it. */
    rabbitmqctl: Command;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const broker = await RabbitMq.start();
  project.provide('amqpPort', broker.port);
  project.provide('rabbitmqctl', broker.ctlCommand);
  project.provide('evaluatorPort', broker.evaluatorPort);
  return () => broker.stop();
}
