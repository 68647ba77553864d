import { createInterface } from 'node:readline';
import type { InputOf, OutputOf, TaskReply, TaskRequest } from './protocol.js';

/** What does the tasks of a process, by name. */
export type TaskHandlers<Tasks> = {
  readonly [Name in keyof Tasks]: (input: InputOf<Tasks, Name>) => Promise<OutputOf<Tasks, Name>>;
};

/** Does the tasks that come as lines on stdin, and answers on stdout; ends when stdin does. */
export function serve<Tasks>(handlers: TaskHandlers<Tasks>): void {
  createInterface({ input: process.stdin })
    .on('line', (line) => {
      void run(handlers, JSON.parse(line) as TaskRequest).then((reply) => {
        process.stdout.write(`${JSON.stringify(reply)}\n`);
      });
    })
    // Also in the middle of a task, when who asked for it is gone.
    .on('close', () => process.exit(0));
}

async function run<Tasks>(
  handlers: TaskHandlers<Tasks>,
  { id, task, input }: TaskRequest,
): Promise<TaskReply> {
  try {
    return { id, output: await handlers[task as keyof Tasks](input as never) };
  } catch (error) {
    return { id, error: (error as Error).stack ?? String(error) };
  }
}
