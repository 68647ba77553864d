/** The most characters of a text. Longer texts are cut, because a text from outside may be of any length. */
const MAX_TEXT_LENGTH = 1000;

/**
 * Characters that control a terminal or end a line: control characters (C0, DEL, C1), characters that change the
 * direction of text, and line separators.
 */
const UNSAFE = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/**
 * Makes a text from outside safe to show. It keeps line feeds and tabs, and writes unsafe characters as `\uXXXX`, so
 * that JSON text keeps its value.
 */
export function printable(text: string): string {
  return text.replace(UNSAFE, (char) => (char === '\n' || char === '\t' ? char : escapeOf(char)));
}

/**
 * Makes a text from outside safe to show in one line, so that it can't forge lines: line breaks and tabs become spaces.
 *
 * @param maxLength how many characters to keep; the rest is cut. Default: 1000
 */
export function oneLine(text: string, maxLength = MAX_TEXT_LENGTH): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
  return printable(cut.replace(/[\r\n\t]+/g, ' '));
}

/** Removes the user and password of each URL in a text. */
export function withoutPasswords(text: string): string {
  return text.replace(/:\/\/[^\s"']*@/g, '://***@');
}

function escapeOf(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
