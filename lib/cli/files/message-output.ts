import { printable } from '../../exceptions/index.js';
import { print } from '../output/standard-streams.js';
import { RecordingFile } from './recording-file.js';

/** Takes the messages that a command writes, one on each line. */
export interface MessageOutput {
  /** @param line a line with its newline */
  append(line: string): void | Promise<void>;
  close(): void;
}

/** @param file the file to append to, or `-` for standard output @throws CommandError */
export function appendTo(file: string): MessageOutput {
  if (file !== '-') return RecordingFile.open(file);
  return { append: (line) => print(printable(line)), close: () => undefined };
}
