/** Takes the cursor to the beginning of its line, and clears the line. */
const CLEAR = '\r\u001b[K';

/** What is asked of a stream that may be a terminal. */
export interface Terminal {
  /** Undefined where it is not a terminal. */
  readonly isTTY?: boolean;
  /** Its width in characters; undefined or 0 where that is not known. */
  readonly columns?: number;
  write(text: string): unknown;
}

/**
 * The last line of a terminal, which tells how far a command has come. It takes one line at most, and what is logged
 * stands above it. Where the stream is not a terminal there is none.
 */
export class StatusLine {
  private shown = '';

  constructor(private readonly stream: Terminal) {}

  /** Whether there is one. */
  get isThere(): boolean {
    return Boolean(this.stream.isTTY);
  }

  /** How many characters it takes. A terminal may begin the next line after a character in its last column. */
  get width(): number {
    const { columns = 0 } = this.stream;
    return columns > 0 ? columns - 1 : Infinity;
  }

  /** Shows another text instead. */
  show(text: string): void {
    if (!this.isThere) return;
    this.shown = text;
    this.draw();
  }

  /** Prints something that stands above it. */
  printAbove(print: () => void): void {
    if (this.shown === '') return print();
    this.stream.write(CLEAR);
    print();
    this.draw();
  }

  /** Ends it: in its place there is a text, which stays. */
  end(text: string): void {
    this.stream.write(`${this.isThere ? CLEAR : ''}${text}\n`);
    this.shown = '';
  }

  private draw(): void {
    this.stream.write(`${CLEAR}${this.shown.slice(0, this.width)}`);
  }
}

/** That of the command: standard error is for what is not a message. */
export const statusLine = new StatusLine(process.stderr);
