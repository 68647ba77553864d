import { printable } from '../../exceptions/index.js';
import { print } from '../output/standard-streams.js';
import { RecordingFile } from './recording-file.js';

/** Where a command writes messages to, one a line. */
export interface MessageOutput {
  /** @param line with the newline that ends it */
  append(line: string): void | Promise<void>;
  close(): void;
}

/** @param file the file to append to, or `-` for standard output @throws CommandError */
export function appendTo(file: string): MessageOutput {
  if (file !== '-') return RecordingFile.open(file);
  return { append: (line) => print(printable(line)), close: () => undefined };
}
