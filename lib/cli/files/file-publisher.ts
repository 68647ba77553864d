import type { Message, MessageRegistry } from '../../message/index.js';
import type { Line, MessageFile } from './message-lines.js';
import { messageOfLine } from './message-lines.js';

/** The limits for lines that the broker has not confirmed yet, because these are held in memory. */
const MAX_LINES = 200;
const MAX_BYTES = 16 * 1024 * 1024;

/** A line that is not confirmed yet; the outcome is its error, if any. */
interface Unconfirmed {
  readonly line: Line;
  readonly outcome: Promise<Error | undefined>;
}

/** How much of a file was published. */
export interface FileReport {
  /** The number of lines at the beginning of the file that are published or were skipped. */
  readonly leading: number;
  /** The number of later lines that are published as well. */
  readonly beyond: number;
  /** The error of the line after the leading lines, if it ended the run. */
  readonly failure: { readonly line: number; readonly error: Error } | undefined;
}

/** Publishes the lines of a file, several at a time, and tracks which lines the broker has. */
export class FilePublisher {
  private unconfirmed: Unconfirmed[] = [];
  private bytes = 0;
  private leading: number;
  private beyond = 0;
  private isStopped = false;
  private failure: { line: number; error: Error } | undefined;

  constructor(
    private readonly file: MessageFile,
    private readonly registry: MessageRegistry,
    private readonly publish: (message: Message<object>) => Promise<void>,
    private readonly skip: number,
    private readonly onPublished: (line: Line) => void,
  ) {
    this.leading = skip;
  }

  /** @param stop ends the run early, after all unconfirmed lines have been settled */
  async run(stop: AbortSignal): Promise<FileReport> {
    stop.addEventListener('abort', () => this.stopReading(), { once: true });
    try {
      for await (const line of this.file.lines()) {
        if (line.number <= this.skip) continue;
        this.send(line);
        while (this.unconfirmed.length >= MAX_LINES || this.bytes > MAX_BYTES) await this.settleFirst();
        if (this.isStopped) break;
      }
    } catch (error) {
      // A stream throws when it is closed while it is read.
      if (!this.isStopped) throw error;
    }
    while (this.unconfirmed.length > 0) await this.settleFirst();
    const { leading, beyond, failure } = this;
    return { leading, beyond, failure };
  }

  private send(line: Line): void {
    const outcome = this.publishLine(line).then(
      () => undefined,
      (error: Error) => {
        this.stopReading();
        return error;
      },
    );
    this.bytes += line.bytes.length;
    this.unconfirmed.push({ line, outcome });
  }

  private async publishLine(line: Line): Promise<void> {
    await this.publish(messageOfLine(line, this.registry));
  }

  /** Stops reading at once, even while the next line has not arrived yet. */
  private stopReading(): void {
    this.isStopped = true;
    this.file.close();
  }

  /** Settles lines in the order of the file, so that the first failure seen is the first in the file. */
  private async settleFirst(): Promise<void> {
    const { line, outcome } = this.unconfirmed.shift()!;
    const error = await outcome;
    this.bytes -= line.bytes.length;
    if (error) {
      this.failure ??= { line: line.number, error };
      return;
    }
    if (this.failure) this.beyond++;
    else this.leading = line.number;
    this.onPublished(line);
  }
}
