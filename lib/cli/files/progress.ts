import { statusLine } from '../output/status-line.js';

/** How often it is drawn at most, in milliseconds. */
const INTERVAL_MS = 100;
/** How wide the bar is where there is room, and how wide it must be to say anything, in characters. */
const BAR_WIDTH = 30;
const MIN_BAR_WIDTH = 5;
/** What is around the bar: `[` and `] 100%  `. */
const FRAME_WIDTH = 9;

/** How far a command has come: on a terminal all the time, otherwise at the end. It is told on standard error. */
export class Progress {
  private readonly startedAt = performance.now();
  private counted = 0;
  private fraction: number | undefined;
  private drawnAt = -Infinity;

  /**
   * @param verb what is done with messages
   * @param total how many there will be, if that is known
   */
  constructor(
    private readonly verb: string,
    private readonly total?: number,
    private readonly line = statusLine,
  ) {}

  /** Whether it is told all the time. */
  get isShown(): boolean {
    return this.line.isThere;
  }

  /** How many messages are done. */
  get done(): number {
    return this.counted;
  }

  /**
   * One more message.
   *
   * @param fraction how much of all is done, where that is known better than by the count: 0 to 1
   */
  count(fraction?: number): void {
    this.counted++;
    this.fraction = fraction ?? (this.total === undefined ? undefined : this.counted / this.total);
    const now = performance.now();
    if (now - this.drawnAt < INTERVAL_MS) return;
    this.drawnAt = now;
    this.line.show(this.textFor(this.line.width));
  }

  /** Tells what was done in all. */
  end(): void {
    this.line.end(this.isShown ? `${this.barFor(this.line.width)}${this.summary}` : this.summary);
  }

  /** The most that a line of so many characters has room for. */
  private textFor(width: number): string {
    const { counts, summary } = this;
    const percent = this.fraction === undefined ? '' : `${this.percent}  `;
    const texts = [`${this.barFor(width) || percent}${summary}`, `${percent}${counts}`];
    return texts.find(({ length }) => length <= width) ?? `${percent}${number(this.counted)}`;
  }

  /** The bar, with how much is done; empty where that is not known, or there is no room for it next to the summary. */
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
