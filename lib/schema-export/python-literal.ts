/** The longest line that PEP 8's most common formatter leaves as it is. */
const MAX_LINE_CHARACTERS = 88;
const INDENT = '    ';

/** Characters that no reader sees, and that turn the direction of text. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * A JSON value as a Python expression.
 *
 * @param value what JSON can say
 * @param indent the indentation of the line that the expression is in
 * @param before how many characters that line has before the expression
 */
export function pythonLiteral(value: unknown, indent = '', before = 0): string {
  if (value === null) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'string') return pythonString(value);
  if (typeof value === 'number') return String(value);
  const deeper = indent + INDENT;
  const [open, close, items] = Array.isArray(value)
    ? ['[', ']', value.map((item) => pythonLiteral(item, deeper, deeper.length))]
    : ['{', '}', entriesOf(value as object, deeper)];
  const inOneLine = `${open}${items.join(', ')}${close}`;
  const fits = before + inOneLine.length < MAX_LINE_CHARACTERS && !inOneLine.includes('\n');
  if (fits) return inOneLine;
  return `${open}\n${items.map((item) => `${deeper}${item},\n`).join('')}${indent}${close}`;
}

/** A text as a Python string: every escape of JSON means the same in Python. */
export function pythonString(text: string): string {
  return JSON.stringify(text).replace(INVISIBLE, escaped);
}

function entriesOf(value: object, indent: string): string[] {
  return Object.entries(value).map(([key, member]) => {
    const name = `${pythonString(key)}: `;
    return `${name}${pythonLiteral(member, indent, indent.length + name.length)}`;
  });
}

/** Python joins no two surrogates to one character: beyond U+FFFF, its escape has eight digits. */
function escaped(character: string): string {
  const code = character.codePointAt(0)!.toString(16);
  return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`;
}
