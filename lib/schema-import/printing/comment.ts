/** The longest line of a comment, with its indentation. */
const MAX_COLUMNS = 100;
/** Space of other kinds, and characters that show nothing or turn the direction of text. */
const STRANGE_SPACE = /(?![\n ])[\s\p{Cc}\p{Cf}]/gu;

/** The lines of a documentation comment; none for a text without words. */
export function docComment(text: string | undefined, indent: string): string[] {
  const lines = linesOf(text ?? '', MAX_COLUMNS - indent.length - 3);
  if (lines.length === 0) return [];
  const [first] = lines;
  if (lines.length === 1 && first!.length + 4 <= MAX_COLUMNS - indent.length)
    return [`${indent}/** ${first} */`];
  return [`${indent}/**`, ...lines.map((line) => `${indent} * ${line}`.trimEnd()), `${indent} */`];
}

/** The lines of a comment with `//`. */
export function lineComment(text: string, indent: string): string[] {
  return linesOf(text, MAX_COLUMNS - indent.length - 3).map((line) => `${indent}// ${line}`.trimEnd());
}

function linesOf(text: string, columns: number): string[] {
  const paragraphs = text.replace(/\r\n?/g, '\n').replace(STRANGE_SPACE, ' ').replaceAll('*/', '*\\/').trim();
  if (paragraphs === '') return [];
  return paragraphs
    .split('\n')
    .flatMap((line) => wrapped(line.trim(), columns))
    .filter((line, index, all) => line !== '' || all[index - 1] !== '');
}

function wrapped(line: string, columns: number): string[] {
  const lines: string[] = [''];
  for (const word of line.split(/ +/)) {
    const last = lines.at(-1)!;
    if (last === '') lines[lines.length - 1] = word;
    else if (last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
