/** Longer texts are cut: they may come from outside, and be of any length. */
const LONGEST = 1000;

/**
 * A text that may come from outside, as a log can have it: in one line, and without what would make a
 * terminal show something else. So it forges no lines.
 */
export function oneLine(text: string): string {
  const cut = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return cut.replace(
    /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
