import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Message } from '../../lib/index.js';
import { memberName } from '../../lib/schema-import/names/index.js';

/** A line of `accessors/PACKAGE.jsonl`: what Python's accessors answer for a message. */
interface RecordedAnswers {
  readonly id: string;
  readonly accessors: Readonly<Record<string, unknown>>;
}

/** How the accessors of imported classes agree with those of Python. */
export interface Agreement {
  /** How many answers were compared. */
  readonly compared: number;
  readonly agreed: number;
  /** How many answers come from accessors that are not translated. */
  readonly leftOut: number;
  readonly differences: readonly string[];
}

/**
 * Compares what the accessors of messages answer with what Python's answer.
 *
 * @param messages the messages, by id
 * @param isLeftOut whether an accessor of a class answers as the class above, because it is not translated
 */
export function compareAnswers(
  folder: string,
  packageName: string,
  messages: ReadonlyMap<string, Message<object>>,
  isLeftOut: (message: Message<object>, accessor: string) => boolean,
): Agreement {
  const differences: string[] = [];
  let [compared, agreed, leftOut] = [0, 0, 0];
  for (const { id, accessors } of recorded(folder, packageName)) {
    const message = messages.get(id);
    if (!message) throw new Error(`${packageName} has answers for ${id}, but no such message`);
    for (const [accessor, expected] of Object.entries(accessors)) {
      if (isLeftOut(message, accessor)) {
        leftOut++;
        continue;
      }
      compared++;
      const answer = answerOf(message, accessor);
      if (JSON.stringify(answer) === JSON.stringify(expected)) agreed++;
      else
        differences.push(
          `${message.constructor.name}.${accessor} of ${id}: ${shown(answer)}, but in Python ${shown(expected)}`,
        );
    }
  }
  return { compared, agreed, leftOut, differences };
}

function recorded(folder: string, packageName: string): RecordedAnswers[] {
  const file = join(folder, 'accessors', `${packageName}.jsonl`);
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RecordedAnswers);
}

function answerOf(message: Message<object>, accessor: string): unknown {
  try {
    if (accessor === '__str__') return String(message);
    return (message as unknown as Record<string, unknown>)[memberName(accessor)] ?? null;
  } catch (error) {
    return `raises ${String(error)}`;
  }
}

function shown(value: unknown): string {
  return JSON.stringify(value).slice(0, 200);
}
