import { afterEach, describe, expect, it, vi } from 'vitest';
import { Progress } from '../../../lib/cli/files/progress.js';
import { StatusLine, type Terminal } from '../../../lib/cli/output/status-line.js';

/** Clears the rest of the line, in one character. */
const CLEAR = '\u0000';

/** The lines that a person sees on a terminal of this width. */
class Screen implements Terminal {
  readonly isTTY = true;
  readonly lines: string[] = [''];

  constructor(public columns: number) {}

  write(text: string): void {
    for (const part of text.replaceAll('\u001b[K', CLEAR)) {
      const last = this.lines.length - 1;
      if (part === CLEAR) this.lines[last] = this.lines[last]!.slice(0, this.column);
      else if (part === '\r') this.column = 0;
      else if (part === '\n') this.newLine();
      else this.put(part);
    }
  }

  private column = 0;

  private put(character: string): void {
    if (this.columns > 0 && this.column >= this.columns) this.newLine();
    const line = this.lines.at(-1)!;
    this.lines[this.lines.length - 1] = line.slice(0, this.column) + character + line.slice(this.column + 1);
    this.column++;
  }

  private newLine(): void {
    this.lines.push('');
    this.column = 0;
  }
}

/** Time stands still, unless a test lets it pass. */
let now = 1_000;
function startClock(): void {
  now = 1_000;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
}
afterEach(() => vi.restoreAllMocks());

function progressOn(terminal: Terminal, total?: number): { progress: Progress; line: StatusLine } {
  startClock();
  const line = new StatusLine(terminal);
  return { progress: new Progress('Recorded', total, line), line };
}

/** Counts this many messages, one per second. */
function count(progress: Progress, messages: number): void {
  for (let n = 0; n < messages; n++) {
    now += 1_000;
    progress.count();
  }
}

describe('the progress bar on a terminal', () => {
  it('stays in one line of 100 columns', () => {
    const screen = new Screen(100);
    const { progress } = progressOn(screen, 4);
    count(progress, 2);
    expect(screen.lines).toEqual([
      `[${'#'.repeat(15)}${'-'.repeat(15)}]  50%  Recorded 2 of 4 messages in 2.0 s (1/s)`,
    ]);
  });

  it.each([
    [60, '[#####------]  50%  Recorded 2 of 4 messages in 2.0 s (1/s)'],
    [50, '50%  Recorded 2 of 4 messages in 2.0 s (1/s)'],
    [40, '50%  Recorded 2 of 4 messages'],
    [20, '50%  2'],
    [4, '50%'],
  ])('shows in %i columns what fits in one line', (columns, text) => {
    const screen = new Screen(columns);
    const { progress } = progressOn(screen, 4);
    count(progress, 2);
    expect(screen.lines).toEqual([text]);
  });

  it('stays in one line at any width, with any numbers', () => {
    for (let columns = 1; columns <= 120; columns++) {
      const screen = new Screen(columns);
      const { progress } = progressOn(screen, 12_345_678);
      count(progress, 3);
      expect(screen.lines, `${columns} columns`).toHaveLength(1);
    }
  });

  it('is not torn by log lines, which stand above it', () => {
    const screen = new Screen(100);
    const { progress, line } = progressOn(screen, 4);
    line.printAbove(() => screen.write('before\n'));
    for (const text of ['first', 'second']) {
      count(progress, 1);
      line.printAbove(() => screen.write(`${text}\n`));
    }
    const bar = screen.lines.at(-1);
    expect(bar).toMatch(/^\[#+-+\] +50% {2}Recorded 2 of 4 messages in 2\.0 s/);
    expect(screen.lines).toEqual(['before', 'first', 'second', bar]);
    progress.end();
    line.printAbove(() => screen.write('after\n'));
    expect(screen.lines).toEqual(['before', 'first', 'second', bar, 'after', '']);
  });

  it('uses the present width of the terminal', () => {
    const screen = new Screen(100);
    const { progress, line } = progressOn(screen, 4);
    count(progress, 1);
    screen.write('\r\u001b[K');
    screen.columns = 20;
    line.printAbove(() => undefined);
    expect(screen.lines).toHaveLength(1);
    count(progress, 1);
    expect(screen.lines).toEqual(['50%  2']);
  });

  it('shows everything when the width is unknown', () => {
    const screen = new Screen(0);
    const { progress } = progressOn(screen, 4);
    count(progress, 4);
    expect(screen.lines[0]).toMatch(/^\[#{30}\] 100% {2}Recorded 4 of 4 messages/);
  });

  it('ends with the complete result, also when that takes more than a line', () => {
    const screen = new Screen(20);
    const { progress } = progressOn(screen, 4);
    count(progress, 4);
    progress.end();
    expect(screen.lines.join('')).toBe('Recorded 4 of 4 messages in 4.0 s (1/s)');
    expect(screen.lines.at(-1)).toBe('');
  });

  it('is drawn at most ten times a second', () => {
    const write = vi.fn<(text: string) => void>();
    const { progress } = progressOn({ isTTY: true, columns: 80, write });
    for (let n = 0; n < 1_000; n++) {
      now += 1;
      progress.count();
    }
    expect(write).toHaveBeenCalledTimes(10);
  });
});

describe('the progress without a terminal', () => {
  it('is printed once, at the end, without control characters', () => {
    const written: string[] = [];
    const { progress, line } = progressOn({ write: (text) => written.push(text) }, 4);
    expect(progress.isShown).toBe(false);
    count(progress, 4);
    line.printAbove(() => written.push('a log line\n'));
    progress.end();
    expect(written).toEqual(['a log line\n', 'Recorded 4 of 4 messages in 4.0 s (1/s)\n']);
  });
});
