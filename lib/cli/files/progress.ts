import { statusLine } from '../output/status-line.js';

/** The shortest time between two updates. */
const MIN_INTERVAL_MS = 100;
/** The width of the bar, in characters, and the smallest useful width. */
const BAR_WIDTH = 30;
const MIN_BAR_WIDTH = 5;
/** The width of the text around the bar: `[` and `] 100%  `. */
const FRAME_WIDTH = 9;

/** Shows the progress of a command on standard error: on a terminal all the time, otherwise only at the end. */
export class Progress {
  private readonly startedAt = performance.now();
  private counted = 0;
  private fraction: number | undefined;
  private drawnAt = -Infinity;

  /**
   * @param verb the verb in the text, such as `Published`
   * @param total the number of messages, if it is known
   */
  constructor(
    private readonly verb: string,
    private readonly total?: number,
    private readonly line = statusLine,
  ) {}

  /** Whether the progress is shown all the time. */
  get isShown(): boolean {
    return this.line.isThere;
  }

  /** The number of messages counted so far. */
  get done(): number {
    return this.counted;
  }

  /**
   * Counts one more message.
   *
   * @param fraction the fraction that is done, from 0 to 1, if it is known better than by the count
   */
  count(fraction?: number): void {
    this.counted++;
    this.fraction = fraction ?? (this.total === undefined ? undefined : this.counted / this.total);
    const now = performance.now();
    if (now - this.drawnAt < MIN_INTERVAL_MS) return;
    this.drawnAt = now;
    this.line.show(this.textFor(this.line.width));
  }

  /** Shows the total. */
  end(): void {
    this.line.end(this.isShown ? `${this.barFor(this.line.width)}${this.summary}` : this.summary);
  }

  /** The longest text that fits into `width` characters. */
  private textFor(width: number): string {
    const { counts, summary } = this;
    const percent = this.fraction === undefined ? '' : `${this.percent}  `;
    const texts = [`${this.barFor(width) || percent}${summary}`, `${percent}${counts}`];
    return texts.find(({ length }) => length <= width) ?? `${percent}${number(this.counted)}`;
  }

  /**
   * The bar with its percentage; empty if the fraction is not known, or if the bar does not fit next to the summary.
   */
  private barFor(width: number): string {
    const room = Math.min(BAR_WIDTH, width - FRAME_WIDTH - this.summary.length);
    if (this.fraction === undefined || room < MIN_BAR_WIDTH) return '';
    const filled = Math.floor(this.fraction * room);
    return `[${'#'.repeat(filled)}${'-'.repeat(room - filled)}] ${this.percent.padStart(4)}  `;
  }

  private get percent(): string {
    return `${Math.floor((this.fraction ?? 0) * 100)}%`;
  }

  private get counts(): string {
    const of = this.total === undefined ? '' : ` of ${number(this.total)}`;
    return `${this.verb} ${number(this.counted)}${of} messages`;
  }

  private get summary(): string {
    const seconds = (performance.now() - this.startedAt) / 1000;
    const rate = seconds > 0 ? Math.round(this.counted / seconds) : 0;
    return `${this.counts} in ${seconds.toFixed(1)} s (${number(rate)}/s)`;
  }
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
