import { createHash } from 'node:crypto';

/** What begins a comment line in the language of a file. */
export type CommentMark = '//' | '#';

const CHECKSUM_LINE = /^(?:\/\/|#) Checksum: ([0-9a-f]{64})\n/m;

/**
 * Puts a header before a generated text: a comment, and a checksum that tells whether somebody edited the file.
 *
 * @param comment becomes one line, whatever characters it has
 */
export function withHeader(mark: CommentMark, comment: string, text: string): string {
  const head = `${mark} ${comment.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ')}\n`;
  return `${head}${mark} Checksum: ${checksumOf(`${head}\n${text}`)}\n\n${text}`;
}

/** Whether a text is as it was generated. False for one that was not generated. */
export function isUnedited(text: string): boolean {
  const checksum = CHECKSUM_LINE.exec(text)?.[1];
  return checksum !== undefined && checksumOf(text.replace(CHECKSUM_LINE, '')) === checksum;
}

/** Whether a text was generated, edited or not. */
export function isGenerated(text: string): boolean {
  return CHECKSUM_LINE.test(text);
}

function checksumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
