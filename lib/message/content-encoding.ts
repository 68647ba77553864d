import { isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';

/**
 * Decodes the bytes of a body. The names of encodings are those that Python knows, because Python
 * programs write them: `utf-8`, `latin-1`, `utf-16` and whatever else both languages know.
 *
 * @throws RangeError when the encoding is not known
 * @throws TypeError when the bytes are not valid in it
 */
export function decodeText(content: Buffer, encoding: string): string {
  if (encoding === 'utf-8') return decodeUtf8(content);
  const name = encoding.trim().toLowerCase().replace(/[_ ]/g, '-');
  if (UTF_8.has(name)) return decodeUtf8(content);
  if (LATIN_1.has(name)) return content.toString('latin1');
  if (ASCII.has(name)) return decodeAscii(content);
  if (name === 'utf-16' || name === 'utf16' || name === 'u16') {
    const isBigEndian = content[0] === 0xfe && content[1] === 0xff;
    return new TextDecoder(isBigEndian ? 'utf-16be' : 'utf-16le', { fatal: true }).decode(content);
  }
  if (name === 'utf-8-sig') return new TextDecoder('utf-8', { fatal: true }).decode(content);
  // Python keeps a byte order mark that the encoding's name does not speak of, and so rejects the JSON.
  return decoderOf(Object.hasOwn(PYTHON_NAMES, name) ? PYTHON_NAMES[name]! : name, encoding).decode(content);
}

function decoderOf(name: string, encoding: string): TextDecoder {
  try {
    return new TextDecoder(name, { fatal: true, ignoreBOM: true });
  } catch {
    throw new RangeError(`the encoding ${JSON.stringify(encoding)} is not known`);
  }
}

const UTF_8 = new Set(['utf-8', 'utf8', 'u8', 'utf', 'cp65001']);
const LATIN_1 = new Set(['latin-1', 'latin1', 'latin', 'l1', 'iso-8859-1', 'iso8859-1', '8859', 'cp819']);
const ASCII = new Set(['ascii', 'us-ascii', '646']);
/** Names that Python knows, to the ones that the Encoding Standard has for the same. */
const PYTHON_NAMES: Record<string, string> = {
  'utf-16-le': 'utf-16le',
  'utf-16-be': 'utf-16be',
  latin9: 'iso-8859-15',
  eucjp: 'euc-jp',
  cp932: 'shift_jis',
  cp949: 'euc-kr',
  cp950: 'big5',
  cp874: 'windows-874',
  macroman: 'macintosh',
  'mac-roman': 'macintosh',
  'mac-cyrillic': 'x-mac-cyrillic',
};

function decodeUtf8(content: Buffer): string {
  if (!isUtf8(content)) throw new TypeError('The bytes are not valid UTF-8');
  return content.toString('utf8');
}

function decodeAscii(content: Buffer): string {
  if (content.some((byte) => byte > 0x7f)) throw new TypeError('The bytes are not ASCII');
  return content.toString('latin1');
}
