import { createInterface } from 'node:readline';
import type { InputOf, OutputOf, TaskReply, TaskRequest } from './protocol.js';

/** The functions that do the tasks of a process, by name. */
export type TaskHandlers<Tasks> = {
  readonly [Name in keyof Tasks]: (input: InputOf<Tasks, Name>) => Promise<OutputOf<Tasks, Name>>;
};

/** Does the tasks that come as lines on stdin, and answers on stdout. Ends when stdin ends. */
export function serve<Tasks>(handlers: TaskHandlers<Tasks>): void {
  createInterface({ input: process.stdin })
    .on('line', (line) => {
      void run(handlers, JSON.parse(line) as TaskRequest).then((reply) => {
        process.stdout.write(`${JSON.stringify(reply)}\n`);
      });
    })
    // This also ends a task when the driver is gone.
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
