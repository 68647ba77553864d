import { ExitCode, ValidationError } from '../../exceptions/index.js';
import { LibraryLogger } from '../../logging/index.js';
import { type Message, nameOf } from '../../message/index.js';
import type { Recipient } from '../consuming/recipient.js';
import type { Recipients } from '../consuming/recipients.js';
import { outcomeOf } from '../consuming/replay-outcome.js';
import { exitCodeOfSignal, StopSignal } from '../consuming/stop-signal.js';
import { Progress } from '../files/progress.js';
import type { ResumeFile } from '../files/resume-file.js';
import type { CatchUpSource } from './catch-up-sources.js';

/** How a catch-up ends, and what it does with messages whose handler failed. */
export interface CatchUpOptions {
  readonly limit?: number;
  readonly onError: 'stop' | 'drop';
}

/** The reason why a catch-up ended before the end of its source. */
interface Stop {
  readonly exitCode: number;
  /** The last message that was handed over; undefined before the first. */
  readonly last: Message<object> | undefined;
  /** Whether all its recipients have handled it. */
  readonly isHandled: boolean;
}

/** Hands all messages of a source to its recipients, one after another, until the source ends or one is not handled. */
export class CatchUp {
  private readonly logger = new LibraryLogger();
  private readonly progress = new Progress('Handled');
  private readonly signal = new StopSignal();
  private last: Message<object> | undefined;

  constructor(
    private readonly source: CatchUpSource,
    private readonly recipients: Recipients,
    private readonly options: CatchUpOptions,
    private readonly resumeFile?: ResumeFile,
  ) {}

  /**
   * Returns the exit code.
   *
   * @throws CommandError when the source fails
   */
  async run(): Promise<number> {
    let stop: Stop | undefined;
    try {
      stop = await this.handOverAll();
    } catch (error) {
      this.tellWayOn({ last: this.last, isHandled: true });
      throw error;
    } finally {
      this.resumeFile?.close();
      if (this.progress.isShown) this.progress.end();
      else this.logger.log(`Handled ${this.progress.done} messages`);
    }
    if (stop) this.tellWayOn(stop);
    return stop?.exitCode ?? ExitCode.OK;
  }

  private async handOverAll(): Promise<Stop | undefined> {
    const { signal, received } = this.signal;
    for await (const archived of this.source.messages(signal)) {
      if (signal.aborted) break;
      const stop = await this.handOver(archived);
      if (stop) return stop;
      this.last = archived;
    }
    if (!signal.aborted) return undefined;
    return { exitCode: exitCodeOfSignal(await received), last: this.last, isHandled: true };
  }

  private async handOver(archived: Message<object>): Promise<Stop | undefined> {
    const takers = this.recipients.all.filter(
      (recipient) => recipient.takes(archived.topic) && !this.resumeFile?.has(archived, recipient.name),
    );
    for (const [index, recipient] of takers.entries()) {
      const stop = await this.handTo(recipient, archived);
      if (stop) return { ...stop, isHandled: stop.isHandled && index === takers.length - 1 };
    }
    if (takers.length === 0) return undefined;
    this.progress.count(this.source.fraction);
    if (this.progress.done !== this.options.limit) return undefined;
    return { exitCode: ExitCode.OK, last: archived, isHandled: true };
  }

  private async handTo(recipient: Recipient, archived: Message<object>): Promise<Stop | undefined> {
    const received = this.receive(archived);
    if (!received) return undefined;
    const outcome = outcomeOf(await recipient.handle(received));
    const { isHalted, exitCode } = outcome;
    const isHandled = outcome.isHandled || (this.options.onError === 'drop' && !isHalted);
    // Log lines would hide the progress.
    if (!this.progress.isShown || !outcome.isHandled) {
      outcome.log(this.logger, nameOf(archived), recipient.title);
    }
    if (isHandled) this.resumeFile?.add(archived, recipient.name);
    if (isHandled && !isHalted && !recipient.isCancelled) return undefined;
    // A message that would go back into its queue has no exit code of its own.
    const failure = isHandled ? ExitCode.OK : exitCode || ExitCode.CALLBACK;
    return { exitCode: isHalted ? exitCode : failure, last: archived, isHandled };
  }

  /** The message as a consumer would receive it; undefined for a message that the consumer would reject. */
  private receive(archived: Message<object>): Message<object> | undefined {
    try {
      return this.recipients.receive(archived);
    } catch (error) {
      if (!(error instanceof ValidationError)) throw error;
      this.logger.warn(`${error.message}; a consumer would reject it, so it is left out`);
      return undefined;
    }
  }

  private tellWayOn({ last, isHandled }: Pick<Stop, 'last' | 'isHandled'>): void {
    if (last) this.logger.log(this.source.wayOn(last, isHandled));
  }
}
