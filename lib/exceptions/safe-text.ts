/** Longer texts are cut: they may come from outside, and be of any length. */
const LONGEST = 1000;

/**
 * What a terminal obeys instead of showing it, or what ends a line: control characters (C0, DEL, C1), those
 * that turn the direction of text, and the line separators.
 */
const UNSAFE = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/**
 * A text that may come from outside, safe to be shown; it may have several lines and tabs. Characters that
 * are not safe are written `\uXXXX`: JSON text stays JSON text of the same value.
 */
export function printable(text: string): string {
  return text.replace(UNSAFE, (char) => (char === '\n' || char === '\t' ? char : escapeOf(char)));
}

/**
 * The same in one line, so that it forges none: its line breaks and tabs become spaces.
 *
 * @param longest how many characters there may be; the rest is cut. Default: 1000
 */
export function oneLine(text: string, longest = LONGEST): string {
  const cut = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return printable(cut.replace(/[\r\n\t]+/g, ' '));
}

/** A text that may have URLs in it, each without its user and password. */
export function withoutPasswords(text: string): string {
  return text.replace(/:\/\/[^\s"']*@/g, '://***@');
}

function escapeOf(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
