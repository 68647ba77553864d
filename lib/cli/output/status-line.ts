/** Takes the cursor to the beginning of its line, and clears the line. */
const CLEAR = '\r\u001b[K';

/** The parts of a stream that a status line needs; the stream may be a terminal. */
export interface Terminal {
  /** Undefined if the stream is not a terminal. */
  readonly isTTY?: boolean;
  /** The width in characters; undefined or 0 if it is not known. */
  readonly columns?: number;
  write(text: string): unknown;
}

/**
 * The last line of a terminal, which shows the progress of a command. It takes at most one line, and log lines appear
 * above it. A stream that is not a terminal has no status line.
 */
export class StatusLine {
  private shown = '';

  constructor(private readonly stream: Terminal) {}

  /** Whether the stream has a status line. */
  get isThere(): boolean {
    return Boolean(this.stream.isTTY);
  }

  /**
   * The maximum number of characters. The last column stays empty, because some terminals begin the next line after
   * it.
   */
  get width(): number {
    const { columns = 0 } = this.stream;
    return columns > 0 ? columns - 1 : Infinity;
  }

  /** Replaces the text. */
  show(text: string): void {
    if (!this.isThere) return;
    this.shown = text;
    this.draw();
  }

  /** Prints text above the status line. */
  printAbove(print: () => void): void {
    if (this.shown === '') return print();
    this.stream.write(CLEAR);
    print();
    this.draw();
  }

  /** Replaces the status line by a final text. */
  end(text: string): void {
    this.stream.write(`${this.isThere ? CLEAR : ''}${text}\n`);
    this.shown = '';
  }

  private draw(): void {
    this.stream.write(`${CLEAR}${this.shown.slice(0, this.width)}`);
  }
}

/** The command's status line. It is on standard error, because standard output is for messages. */
export const statusLine = new StatusLine(process.stderr);
