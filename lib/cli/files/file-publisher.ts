import type { Message, MessageRegistry } from '../../message/index.js';
import type { Line, MessageFile } from './message-lines.js';
import { messageOfLine } from './message-lines.js';

/** How much may be on its way to the broker at once: what is not confirmed is held in memory. */
const MAX_MESSAGES = 200;
const MAX_BYTES = 16 * 1024 * 1024;

/** A line on its way; the outcome is the error, if there is one. */
interface Unconfirmed {
  readonly line: Line;
  readonly outcome: Promise<Error | undefined>;
}

/** How far a file was published. */
export interface FileReport {
  /** So many lines at the beginning of the file are published, or were skipped. */
  readonly leading: number;
  /** So many of the lines after these are published as well. */
  readonly beyond: number;
  /** What is wrong with the line after the leading ones, if that is why it stopped. */
  readonly failure: { readonly line: number; readonly error: Error } | undefined;
}

/** Publishes the lines of a file, several at a time, and knows which of them the broker has. */
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

  /** @param stop stops it early, when what is on its way has been settled */
  async run(stop: AbortSignal): Promise<FileReport> {
    stop.addEventListener('abort', () => this.stopReading(), { once: true });
    try {
      for await (const line of this.file.lines()) {
        if (line.number <= this.skip) continue;
        this.send(line);
        while (this.unconfirmed.length >= MAX_MESSAGES || this.bytes > MAX_BYTES) await this.settleFirst();
        if (this.isStopped) break;
      }
    } catch (error) {
      // A stream that is closed while it is read says so.
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

  /** At once, also while the next line is long in coming. */
  private stopReading(): void {
    this.isStopped = true;
    this.file.close();
  }

  /** In the order of the file, so that the first failure known is the first there is. */
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
