import { createInterface } from 'node:readline';
import type { InputOf, OutputOf, TaskReply, TaskRequest } from './protocol.js';

/** What does the tasks of a process, by name. */
export type TaskHandlers<Tasks> = {
  readonly [Name in keyof Tasks]: (input: InputOf<Tasks, Name>) => Promise<OutputOf<Tasks, Name>>;
};

/** Does the tasks that come as lines on stdin, and answers on stdout, until stdin ends. */
export async function serve<Tasks>(handlers: TaskHandlers<Tasks>): Promise<never> {
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line) as TaskRequest;
    const reply = await run(handlers, request);
    process.stdout.write(`${JSON.stringify(reply)}\n`);
  }
  process.exit(0);
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
