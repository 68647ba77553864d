import type { DatagrepperSearch } from '../../datagrepper/index.js';
import { ValidationError } from '../../exceptions/index.js';
import { microsecondsOf } from '../../iso-time/index.js';
import { type Message, type MessageRegistry, SENT_AT_HEADER } from '../../message/index.js';
import { CommandError } from '../command-error.js';
import type { DatagrepperOptions } from '../commands/options/datagrepper-options.js';
import { type QueryOptions, queryOf } from '../commands/options/query-options.js';
import { datagrepperOf, rethrow } from '../datagrepper.js';
import { MessageFile, messageOfLine } from '../files/message-lines.js';
import type { ResumeFile } from '../files/resume-file.js';

/** The source of the messages of a catch-up. */
export interface CatchUpSource {
  /** @throws CommandError when there is no next message to be had */
  messages(signal: AbortSignal): AsyncIterable<Message<object>>;
  /** How much of it has been read, from 0 to 1; undefined where that is not known. */
  readonly fraction: number | undefined;
  /** How a later command goes on from the last message, which is repeated unless it was handled. */
  wayOn(last: Message<object>, isHandled: boolean): string;
}

/** The messages of Datagrepper, since a time. */
export class SearchSource implements CatchUpSource {
  private search: DatagrepperSearch | undefined;

  constructor(
    private readonly options: DatagrepperOptions & QueryOptions & { readonly resume?: string },
    private readonly registry: MessageRegistry,
    private readonly resumeFile: ResumeFile | undefined,
  ) {}

  async *messages(signal: AbortSignal): AsyncGenerator<Message<object>> {
    const { resumeFile } = this;
    const until = endOf(this.options);
    // Messages that were handled before do not count.
    const { limit: _, ...query } = queryOf(this.options);
    const since = resumeFile ? { since: resumeFile.since } : {};
    const archive = datagrepperOf(this.options, this.registry);
    this.search = archive.search({ ...query, ...since, until }, { signal });
    try {
      yield* this.search;
      resumeFile?.complete(until);
    } catch (error) {
      if (!signal.aborted) rethrow(error);
    }
  }

  get fraction(): number | undefined {
    const { total, read } = this.search ?? {};
    return total ? read! / total : undefined;
  }

  wayOn({ headers }: Message<object>, isHandled: boolean): string {
    const { resume } = this.options;
    if (resume !== undefined) return `The same command goes on: ${resume} has what was handled`;
    const again = isHandled
      ? 'the messages of that second come again, and with --resume FILE none would'
      : 'other messages of that second may come again, and with --resume FILE none would';
    return `To go on, use --since ${String(headers[SENT_AT_HEADER])} (${again})`;
  }
}

/** The end of a catch-up, which does not move while messages are handled, and is never in the future. */
function endOf({ until }: QueryOptions): Date | string {
  const now = new Date();
  return until !== undefined && microsecondsOf(until)! < microsecondsOf(now)! ? until : now;
}

/** The messages of a file. */
export class FileSource implements CatchUpSource {
  private line = 0;
  private end = 0;

  private constructor(
    private readonly file: MessageFile,
    private readonly skip: number,
    private readonly registry: MessageRegistry,
  ) {}

  /** @throws CommandError when the file can't be read */
  static open(file: string, skip: number, registry: MessageRegistry): FileSource {
    return new FileSource(MessageFile.open(file), skip, registry);
  }

  async *messages(signal: AbortSignal): AsyncGenerator<Message<object>> {
    signal.addEventListener('abort', () => this.file.close(), { once: true });
    try {
      for await (const line of this.file.lines()) {
        this.line = line.number;
        this.end = line.end;
        if (line.number > this.skip) yield messageOfLine(line, this.registry);
      }
    } catch (error) {
      // A stream throws when it is closed while it is read.
      if (signal.aborted) return;
      if (error instanceof ValidationError)
        throw new CommandError(error.message, undefined, { cause: error });
      throw error;
    }
  }

  get fraction(): number | undefined {
    return this.file.size === undefined ? undefined : Math.min(1, this.end / this.file.size);
  }

  wayOn(_last: Message<object>, isHandled: boolean): string {
    return `To go on, use --skip ${isHandled ? this.line : this.line - 1}`;
  }
}
