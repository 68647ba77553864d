const INTERVAL = 100;
const WIDTH = 30;

/** How far a command has come: on a terminal all the time, otherwise at the end. It is told on standard error. */
export class Progress {
  private readonly stream = process.stderr;
  private readonly startedAt = performance.now();
  private counted = 0;
  private fraction: number | undefined;
  private drawnAt = 0;

  /**
   * @param verb what is done with messages
   * @param total how many there will be, if that is known
   */
  constructor(
    private readonly verb: string,
    private readonly total?: number,
  ) {}

  /** Whether it is told all the time. */
  get isShown(): boolean {
    return this.stream.isTTY;
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
    if (!this.stream.isTTY || now - this.drawnAt < INTERVAL) return;
    this.drawnAt = now;
    this.stream.write(`\r\u001b[K${this.bar}${this.summary}`);
  }

  /** Tells what was done in all. */
  end(): void {
    this.stream.write(`${this.stream.isTTY ? `\r\u001b[K${this.bar}` : ''}${this.summary}\n`);
  }

  private get bar(): string {
    if (this.fraction === undefined) return '';
    const filled = Math.floor(this.fraction * WIDTH);
    const percent = `${Math.floor(this.fraction * 100)}%`.padStart(4);
    return `[${'#'.repeat(filled)}${'-'.repeat(WIDTH - filled)}] ${percent}  `;
  }

  private get summary(): string {
    const seconds = (performance.now() - this.startedAt) / 1000;
    const rate = seconds > 0 ? Math.round(this.counted / seconds) : 0;
    const of = this.total === undefined ? '' : ` of ${number(this.total)}`;
    return `${this.verb} ${number(this.counted)}${of} messages in ${seconds.toFixed(1)} s (${number(rate)}/s)`;
  }
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
