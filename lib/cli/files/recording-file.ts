import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { LibraryLogger } from '../../logging/index.js';
import { CommandError, messageOf } from '../command-error.js';

const NEWLINE = 0x0a;
const BLOCK_BYTES = 64 * 1024;

/**
 * The possible beginnings of a line in the file format; lines of this command and of Python's begin with the first.
 */
const BEGINNINGS = ['body', 'headers', 'id', 'priority', 'queue', 'topic'].map((name) => `{"${name}":`);
const MAX_BEGINNING_CHARS = Math.max(...BEGINNINGS.map(({ length }) => length));

/**
 * Appends whole lines to a file. Each line is one write, so that no other writer can interrupt it. If the process was
 * killed during a write, the half line is removed when the file is opened again. Text of other writers stays.
 */
export class RecordingFile {
  private readonly logger = new LibraryLogger();

  private constructor(
    private readonly fd: number,
    private readonly file: string,
  ) {}

  /** Opens a file, or creates it. @throws CommandError */
  static open(file: string): RecordingFile {
    let fd: number;
    try {
      fd = openSync(file, 'a+');
    } catch (error) {
      throw new CommandError(`The file ${file} can't be written: ${messageOf(error)}`, undefined, {
        cause: error,
      });
    }
    const recording = new RecordingFile(fd, file);
    recording.endLastLine();
    return recording;
  }

  /** @param line a line with its newline */
  append(line: string): void {
    const bytes = Buffer.from(line);
    const written = writeSync(this.fd, bytes);
    if (written === bytes.length) return;
    this.takeBack(bytes.subarray(0, written));
    throw new Error(`The file ${this.file} can't take a line of ${bytes.length} bytes: the disk may be full`);
  }

  close(): void {
    closeSync(this.fd);
  }

  /** Removes the written part of a line, unless others have written after it. */
  private takeBack(bytes: Buffer): void {
    const stat = fstatSync(this.fd);
    if (!stat.isFile() || bytes.length === 0) return;
    const start = stat.size - bytes.length;
    if (textAt(this.fd, start, stat.size).equals(bytes)) ftruncateSync(this.fd, start);
  }

  private endLastLine(): void {
    const stat = fstatSync(this.fd);
    if (!stat.isFile()) return;
    const end = endOfLastLine(this.fd, stat.size);
    if (end === stat.size) return;
    if (!isHalfLine(this.fd, end, stat.size)) {
      writeSync(this.fd, '\n');
      return;
    }
    ftruncateSync(this.fd, end);
    this.logger.warn(
      `The file ${this.file} ended with an incomplete line of ${stat.size - end} bytes, which is removed; its message was not acknowledged`,
    );
  }
}

/** The position after the last newline; 0 if there is none. */
function endOfLastLine(fd: number, size: number): number {
  const block = Buffer.alloc(BLOCK_BYTES);
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - BLOCK_BYTES);
    readSync(fd, block, 0, end - start, start);
    const newline = block.subarray(0, end - start).lastIndexOf(NEWLINE);
    if (newline >= 0) return start + newline + 1;
    end = start;
  }
  return 0;
}

/**
 * Whether a text without a newline is half a line of a recording. A complete line that lacks only its newline is not.
 */
function isHalfLine(fd: number, start: number, end: number): boolean {
  const text = textAt(fd, start, Math.min(end, start + MAX_BEGINNING_CHARS)).toString();
  const isOurs = BEGINNINGS.some((beginning) => beginning.startsWith(text) || text.startsWith(beginning));
  if (!isOurs) return false;
  try {
    JSON.parse(textAt(fd, start, end).toString());
    return false;
  } catch {
    return true;
  }
}

function textAt(fd: number, start: number, end: number): Buffer {
  const bytes = Buffer.alloc(end - start);
  readSync(fd, bytes, 0, bytes.length, start);
  return bytes;
}
