import { fileURLToPath } from 'node:url';

/** A compiler that users of the package may have. */
export interface Compiler {
  readonly name: string;
  /** The script to run with Node. */
  readonly tsc: string;
}

/** The majors of TypeScript that the package's types are for. The package itself is built with the first. */
export const COMPILERS: readonly Compiler[] = [
  { name: 'TypeScript 6', tsc: scriptOf('typescript') },
  { name: 'TypeScript 7', tsc: scriptOf('typescript-7/node_modules/typescript') },
];

function scriptOf(folder: string): string {
  return fileURLToPath(new URL(`../../node_modules/${folder}/bin/tsc`, import.meta.url));
}
