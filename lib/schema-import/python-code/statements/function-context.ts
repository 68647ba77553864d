import type { Code } from '../code.js';
import type { Context } from '../context.js';
import type { LocalNames } from './local-names.js';
import type { PythonType } from '../python-type.js';

/** The facts about a function that its statements need. */
export interface FunctionContext extends Context {
  readonly names: LocalNames;
  assigned: Set<string>;
  localType(name: string): PythonType;
  noteLocal(name: string, type: PythonType): void;
  /** The text of a value that the function returns. */
  return(value: Code): string;
  typeText(type: PythonType): string;
}

/** The lines of a block, and whether nothing behind it is reached. */
export interface Block {
  readonly lines: string[];
  readonly ends: boolean;
}
/** A statement; `declared` are the names that its lines declare. */
export interface Statement extends Block {
  readonly declared?: readonly string[];
}
