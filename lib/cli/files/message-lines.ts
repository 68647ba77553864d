import { isUtf8 } from 'node:buffer';
import { createReadStream, fstatSync, openSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { ValidationError } from '../../exceptions/index.js';
import { loads, type Message, type MessageRegistry } from '../../message/index.js';
import { CommandError, messageOf } from '../command-error.js';

const NEWLINE = 0x0a;

/** One line of a message file. */
export interface Line {
  /** The line number, from 1. */
  readonly number: number;
  /** The line without its newline. */
  readonly bytes: Buffer;
  /** The position in the file after the line and its newline, in bytes. */
  readonly end: number;
}

/** A message file that is read line by line. */
export class MessageFile {
  private constructor(
    private readonly stream: Readable,
    /** The size in bytes; undefined if it is not known, for example for a pipe. */
    readonly size: number | undefined,
  ) {}

  /** @param file a path, or `-` for standard input @throws CommandError */
  static open(file: string): MessageFile {
    if (file === '-') return new MessageFile(process.stdin, undefined);
    try {
      const fd = openSync(file, 'r');
      const stat = fstatSync(fd);
      if (stat.isDirectory()) throw new Error('it is a directory');
      const stream = createReadStream(file, { fd });
      return new MessageFile(stream, stat.isFile() ? stat.size : undefined);
    } catch (error) {
      throw new CommandError(`The file ${file} can't be read: ${messageOf(error)}`, undefined, {
        cause: error,
      });
    }
  }

  /** The lines. A newline at the end of the file does not start another line. */
  async *lines(): AsyncGenerator<Line> {
    let [number, end] = [0, 0];
    let pieces: Buffer[] = [];
    for await (const chunk of this.stream as AsyncIterable<Buffer>) {
      let start = 0;
      for (let newline; (newline = chunk.indexOf(NEWLINE, start)) >= 0; start = newline + 1) {
        const rest = chunk.subarray(start, newline);
        const bytes = pieces.length > 0 ? Buffer.concat([...pieces, rest]) : rest;
        pieces = [];
        end += bytes.length + 1;
        yield { number: ++number, bytes, end };
      }
      if (start < chunk.length) pieces.push(chunk.subarray(start));
    }
    if (pieces.length === 0) return;
    const bytes = Buffer.concat(pieces);
    yield { number: ++number, bytes, end: end + bytes.length };
  }

  /** Stops reading. */
  close(): void {
    this.stream.destroy();
  }
}

/** The message of a line. @throws ValidationError that names the line's number */
export function messageOfLine({ number, bytes }: Line, registry: MessageRegistry): Message<object> {
  const what = `Line ${number}`;
  if (!isUtf8(bytes)) throw new ValidationError(what, [{ path: '', message: 'is not UTF-8' }]);
  try {
    // With the newline, an empty line is an invalid message; without it, it would be no message.
    return loads(`${bytes.toString()}\n`, registry)[0]!;
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    throw new ValidationError(what, error.errors, { cause: error });
  }
}
