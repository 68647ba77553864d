/** A line of a program, and the line of its document that it is from, counted from 1. */
export interface SourceLine {
  readonly text: string;
  readonly line: number;
}

/** A fenced block of a document. */
export interface Block {
  /** The document's path from the root of the repository. */
  readonly page: string;
  /** The line of the document with the opening fence, counted from 1. */
  readonly line: number;
  /** The first word after the fence. */
  readonly language: string;
  /** The other words after the fence. */
  readonly marks: readonly string[];
  readonly text: string;
  /** The block within its context. */
  readonly program: readonly SourceLine[];
}

/** A file that the page's programs and commands find. */
export interface PageFile {
  readonly name: string;
  readonly text: string;
}

export interface Page {
  readonly blocks: readonly Block[];
  /** The files of comments, see `<!-- file NAME: … -->`. */
  readonly files: readonly PageFile[];
}

/** The line of a context that the block takes the place of. Without such a line, the block follows its context. */
const HOLE = '…';
const FENCE = /^( *)(`{3,})([^`]*)$/;
const COMMENT = /^<!-- (context|file)\b ?([^:\s]*?)(:?)(?: (-->)|\s*)$/;

/**
 * Reads a document in Markdown. Next to its fenced blocks, these comments have a meaning:
 *
 * - `<!-- context: CODE -->` before a block: the code around the block, which readers do not need
 * - `<!-- context NAME: CODE -->`: the same, and a name for it
 * - `<!-- context NAME -->`: the context of this name again
 * - `<!-- file NAME: TEXT -->`: a file that programs and commands of the page find
 *
 * Code and text begin on the line after the colon, and `-->` has a line for itself.
 *
 * @throws Error if a comment or a fence has no end, or a context no block
 */
export function readPage(page: string, text: string): Page {
  const lines = text.split('\n');
  const blocks: Block[] = [];
  const files: PageFile[] = [];
  const named = new Map<string, readonly SourceLine[]>();
  let context: readonly SourceLine[] = [];
  let index = 0;

  const refuse = (line: number, problem: string): never => {
    throw new Error(`${page}:${line}: ${problem}`);
  };

  /** Takes the lines after the current one, up to the line that ends them. */
  const take = (isEnd: (line: string) => boolean): SourceLine[] => {
    const first = index + 1;
    const length = lines.slice(first).findIndex(isEnd);
    if (length === -1) refuse(first, 'it has no end');
    index = first + length;
    return lines.slice(first, index).map((line, at) => ({ text: line, line: first + at + 1 }));
  };

  for (; index < lines.length; index++) {
    const line = index + 1;
    const [, indent, fence, words] = FENCE.exec(lines[index]!) ?? [];
    const [, kind, name = '', colon] = COMMENT.exec(lines[index]!) ?? [];
    if (fence !== undefined) {
      const code = take((end) => end.trim() === fence).map((taken) => ({
        ...taken,
        text: taken.text.replace(indent!, ''),
      }));
      const [language = '', ...marks] = words!.trim().split(/\s+/);
      blocks.push({ page, line, language, marks, text: textOf(code), program: inContext(code, context) });
      context = [];
    } else if (kind === 'file') {
      files.push({ name, text: textOf(take((end) => end === '-->')) });
    } else if (kind === 'context' && colon === ':') {
      const own = take((end) => end === '-->');
      named.set(name, own);
      context = [...context, ...own];
    } else if (kind === 'context') {
      context = [...context, ...(named.get(name) ?? refuse(line, `no context above has the name '${name}'`))];
    } else if (lines[index]!.trim() !== '' && context.length > 0) {
      refuse(line, 'a block must follow its context');
    }
  }
  if (context.length > 0) refuse(index, 'a block must follow its context');
  return { blocks, files };
}

/** The name that a mark `file=NAME` gives to a block. */
export function fileNameOf({ marks }: Block): string | undefined {
  return marks.find((mark) => mark.startsWith('file='))?.slice('file='.length);
}

function inContext(code: readonly SourceLine[], context: readonly SourceLine[]): readonly SourceLine[] {
  const hole = context.findIndex(({ text }) => text.trim() === HOLE);
  if (hole === -1) return [...context, ...code];
  return [...context.slice(0, hole), ...code, ...context.slice(hole + 1)];
}

function textOf(lines: readonly SourceLine[]): string {
  return lines.map(({ text }) => `${text}\n`).join('');
}
