import { isUtf8 } from 'node:buffer';
import { createReadStream, fstatSync, openSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { ValidationError } from '../../exceptions/index.js';
import { loads, type Message, type MessageRegistry } from '../../message/index.js';
import { CommandError, messageOf } from '../command-error.js';

const NEWLINE = 0x0a;

/** One line of a message file. */
export interface Line {
  /** From 1. */
  readonly number: number;
  /** Without its newline. */
  readonly bytes: Buffer;
  /** How many bytes of the file end with it, its newline included. */
  readonly end: number;
}

/** A message file that is read a line at a time. */
export class MessageFile {
  private constructor(
    private readonly stream: Readable,
    /** In bytes; undefined where that is not known, as of a pipe. */
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

  /** The lines; a newline at the end of the file begins no other. */
  async *lines(): AsyncGenerator<Line> {
    let [number, end] = [0, 0];
    let begun: Buffer[] = [];
    for await (const chunk of this.stream as AsyncIterable<Buffer>) {
      let start = 0;
      for (let newline; (newline = chunk.indexOf(NEWLINE, start)) >= 0; start = newline + 1) {
        const rest = chunk.subarray(start, newline);
        const bytes = begun.length > 0 ? Buffer.concat([...begun, rest]) : rest;
        begun = [];
        end += bytes.length + 1;
        yield { number: ++number, bytes, end };
      }
      if (start < chunk.length) begun.push(chunk.subarray(start));
    }
    if (begun.length === 0) return;
    const bytes = Buffer.concat(begun);
    yield { number: ++number, bytes, end: end + bytes.length };
  }

  /** Reads no further. */
  close(): void {
    this.stream.destroy();
  }
}

/** The message of a line. @throws ValidationError that names its number */
export function messageOfLine({ number, bytes }: Line, registry: MessageRegistry): Message<object> {
  const what = `Line ${number}`;
  if (!isUtf8(bytes)) throw new ValidationError(what, [{ path: '', message: 'is not UTF-8' }]);
  try {
    // The newline makes an empty line one that is wrong rather than none.
    return loads(`${bytes.toString()}\n`, registry)[0]!;
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    throw new ValidationError(what, error.errors, { cause: error });
  }
}
