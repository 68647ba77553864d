/** Longer texts are seldom the same. */
const MAX_LENGTH = 64;
/** A power of two. */
const SLOTS = 1024;

/**
 * Texts that come again and again, such as names of headers: those that came lately are not made anew. Only those of
 * ASCII are found again; the others are decoded each time.
 */
export class ShortTexts {
  private readonly recent: string[] = Array.from({ length: SLOTS }, () => '');

  /** The text that these bytes are in UTF-8. */
  read(bytes: Buffer, start: number, end: number): string {
    const length = end - start;
    if (length === 0) return '';
    if (length > MAX_LENGTH) return bytes.toString('utf8', start, end);
    const slot = slotOf(bytes, start, length);
    const known = this.recent[slot]!;
    if (known.length === length && isSame(known, bytes, start)) return known;
    const text = bytes.toString('utf8', start, end);
    // Of another length, it has characters of several bytes, whose codes could be the bytes of another text.
    if (text.length === length) this.recent[slot] = text;
    return text;
  }
}

/** A few of the bytes tell most texts apart; of two in one slot, the later one is kept. */
function slotOf(bytes: Buffer, start: number, length: number): number {
  const last = start + length - 1;
  const middle = start + (length >> 1);
  const late = last - (length >> 2);
  const mixed = length + bytes[start]! * 3 + bytes[middle]! * 37 + bytes[late]! * 193 + bytes[last]! * 769;
  return mixed & (SLOTS - 1);
}

function isSame(text: string, bytes: Buffer, start: number): boolean {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) !== bytes[start + i]) return false;
  }
  return true;
}
