import { closeSync, existsSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { microsecondsOf } from '../../iso-time/index.js';
import { type Message, SENT_AT_HEADER } from '../../message/index.js';
import { CommandError, messageOf } from '../command-error.js';

/**
 * How far back a catch-up looks when it goes on: a message that was sent before the last one may come to the archive
 * after it.
 */
const LATENESS_US = 10 * 60 * 1_000_000;

/** A line of the file. */
interface Entry {
  /** The time from which the first catch-up read, as the option `--since` has it. */
  readonly since?: string;
  /** The end of a catch-up that came so far. */
  readonly until?: string;
  /** The id of a message that was handled, when it was sent, and by whom. */
  readonly handled?: string;
  readonly sentAt?: unknown;
  readonly by?: string;
}

/**
 * Remembers what a catch-up has handled, one line for each message and recipient. A line is written when the recipient
 * is done, so a process that is killed repeats one message at most.
 */
export class ResumeFile {
  private readonly handled = new Set<string>();

  private constructor(
    private readonly fd: number,
    /** The time from which to go on: the time at which the first message was sent. */
    readonly since: Date | string,
    entries: readonly Entry[],
  ) {
    for (const { handled, by } of entries) if (handled !== undefined) this.handled.add(keyOf(handled, by));
  }

  /** Whether there is a file to go on from. */
  static isThere(file: string): boolean {
    return existsSync(file);
  }

  /**
   * Opens a file, or makes it.
   *
   * @param since where the first catch-up begins; without effect when there is a file
   * @throws CommandError when the file can't be read or written, or is another kind of file
   */
  static open(file: string, since: Date | string): ResumeFile {
    try {
      const known = existsSync(file) ? entriesOf(readFileSync(file, 'utf8'), file) : [];
      const first = known.find((entry) => entry.since !== undefined)?.since ?? textOf(since);
      const begin = beginOf(first, known);
      // Entries of messages that were sent before are not needed any more. A rename leaves no half file when the process
      // is killed.
      const needed = known.filter(({ handled, sentAt }) => {
        const time = microsecondsOf(sentAt);
        return handled !== undefined && (time === undefined || time >= microsecondsOf(begin)!);
      });
      const last = known.findLast(({ until }) => until !== undefined);
      const lines = [{ since: first }, ...needed, ...(last ? [last] : [])].map(lineOf);
      writeFileSync(`${file}.new`, lines.join(''));
      renameSync(`${file}.new`, file);
      return new ResumeFile(openSync(file, 'a'), begin, needed);
    } catch (error) {
      if (error instanceof CommandError) throw error;
      throw new CommandError(
        `option --resume: the file ${file} can't be used: ${messageOf(error)}`,
        undefined,
        {
          cause: error,
        },
      );
    }
  }

  /** Whether a recipient has handled a message. */
  has({ id }: Message<object>, by: string): boolean {
    return this.handled.has(keyOf(id, by));
  }

  /** Remembers that a recipient has handled a message. */
  add({ id, headers }: Message<object>, by: string): void {
    this.handled.add(keyOf(id, by));
    this.write({ handled: id ?? '', sentAt: headers[SENT_AT_HEADER], by });
  }

  /** Remembers that all messages up to a time have been handled. */
  complete(until: Date | string): void {
    this.write({ until: textOf(until) });
  }

  close(): void {
    closeSync(this.fd);
  }

  private write(entry: Entry): void {
    writeSync(this.fd, lineOf(entry));
  }
}

/** The last time that is known to be done, less the lateness of messages; not before the first beginning. */
function beginOf(first: string, entries: readonly Entry[]): string {
  const times = entries.map(({ sentAt, until }) => microsecondsOf(sentAt ?? until) ?? 0);
  const last = times.reduce((latest, time) => Math.max(latest, time), 0) - LATENESS_US;
  return last <= microsecondsOf(first)! ? first : new Date(last / 1000).toISOString();
}

function entriesOf(text: string, file: string): Entry[] {
  // The last piece is empty, or half a line that a killed process left.
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line, index) => {
    try {
      const entry = JSON.parse(line) as Entry;
      if (typeof entry === 'object' && entry !== null && (index > 0 || microsecondsOf(entry.since))) {
        return entry;
      }
    } catch {
      // It is reported below.
    }
    throw new CommandError(
      `option --resume: line ${index + 1} of ${file} is not of a catch-up; name another file, or one that does not exist`,
    );
  });
}

function keyOf(id: string | null, by: string | undefined): string {
  return `${id} ${by}`;
}

function lineOf(entry: Entry): string {
  return `${JSON.stringify(entry)}\n`;
}

function textOf(time: Date | string): string {
  return typeof time === 'string' ? time : time.toISOString();
}
