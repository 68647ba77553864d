import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { LibraryLogger } from '../../logging/index.js';
import { CommandError, messageOf } from '../command-error.js';

const NEWLINE = 0x0a;
const BLOCK = 64 * 1024;

/** What a line of the file format begins with; those of this command, and of Python's, with the first one. */
const BEGINNINGS = ['body', 'headers', 'id', 'priority', 'queue', 'topic'].map((name) => `{"${name}":`);
const LONGEST_BEGINNING = Math.max(...BEGINNINGS.map(({ length }) => length));

/**
 * A file of whole lines, which is appended to. A line is one write, so that no other writer comes between;
 * half a line that a kill in the middle of a write left is removed when the file is opened again. What
 * others have written stays.
 */
export class RecordingFile {
  private readonly logger = new LibraryLogger();

  private constructor(
    private readonly fd: number,
    private readonly file: string,
  ) {}

  /** Opens a file, or makes it. @throws CommandError */
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

  /** @param line with the newline that ends it */
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

  /** Removes what was written of a line, unless others have written behind it. */
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
    if (!isHalfOurs(this.fd, end, stat.size)) {
      writeSync(this.fd, '\n');
      return;
    }
    ftruncateSync(this.fd, end);
    this.logger.warn(
      `The file ${this.file} ended with half a line, which is removed: ${stat.size - end} bytes; its message was not acknowledged`,
    );
  }
}

/** Where the last newline ends; 0 without one. */
function endOfLastLine(fd: number, size: number): number {
  const block = Buffer.alloc(BLOCK);
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - BLOCK);
    readSync(fd, block, 0, end - start, start);
    const newline = block.subarray(0, end - start).lastIndexOf(NEWLINE);
    if (newline >= 0) return start + newline + 1;
    end = start;
  }
  return 0;
}

/** Whether a text without a newline is half a line of a recording: of a whole one, only the newline is missing. */
function isHalfOurs(fd: number, start: number, end: number): boolean {
  const text = textAt(fd, start, Math.min(end, start + LONGEST_BEGINNING)).toString();
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
