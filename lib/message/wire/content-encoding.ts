import { isUtf8 } from 'node:buffer';
import { createRequire } from 'node:module';
import { TextDecoder } from 'node:util';
import { atOnce } from './json/in-turns.js';
import { decodingOf } from './python-encodings.js';

// iconv-lite is loaded on first use, because nearly all bodies are UTF-8.
const require = createRequire(import.meta.url);

/**
 * Decodes the bytes of a body. It knows Python's names of encodings, because Python programs write them.
 *
 * @throws RangeError when the encoding is not known
 * @throws TypeError when the bytes are not valid in the encoding
 */
export function decodeText(content: Buffer, encoding: string): string {
  if (encoding === 'utf-8') return decodeUtf8(content);
  const decoding = decodingOf(encoding);
  switch (decoding?.by) {
    case 'utf-8':
      return decodeUtf8(content);
    case 'utf-8-sig':
      return new TextDecoder('utf-8', { fatal: true }).decode(content);
    case 'utf-16': {
      const isBigEndian = content[0] === 0xfe && content[1] === 0xff;
      return new TextDecoder(isBigEndian ? 'utf-16be' : 'utf-16le', { fatal: true }).decode(content);
    }
    case 'latin1':
      return content.toString('latin1');
    case 'ascii':
      return decodeAscii(content);
    case 'platform':
      // Python keeps a byte order mark when the encoding's name does not announce one. It then rejects the JSON.
      return new TextDecoder(decoding.name, { fatal: true, ignoreBOM: true }).decode(content);
    case 'table':
      return atOnce(decodeByTable(content, decoding.name));
    case undefined:
      throw new RangeError(`the encoding ${JSON.stringify(encoding)} is not known`);
  }
}

/** Does what {@link decodeText} does, in steps, because iconv-lite takes seconds for 16 MB of UTF-7. */
export function* decodeTextInParts(content: Buffer, encoding: string): Generator<void, string> {
  const decoding = decodingOf(encoding);
  return decoding?.by === 'table'
    ? yield* decodeByTable(content, decoding.name)
    : decodeText(content, encoding);
}

function decodeUtf8(content: Buffer): string {
  if (!isUtf8(content)) throw new TypeError('The bytes are not valid UTF-8');
  return content.toString('utf8');
}

function decodeAscii(content: Buffer): string {
  if (content.some((byte) => byte > 0x7f)) throw new TypeError('The bytes are not ASCII');
  return content.toString('latin1');
}

/** How many bytes one step decodes. */
const PART_BYTES = 256 * 1024;

/** Encodings that can encode the replacement character, so that its presence alone is no error. */
const UNICODE_ENCODINGS = new Set(['utf-7', 'utf-32', 'utf-32-be', 'utf-32-le', 'gb18030']);

function* decodeByTable(content: Buffer, name: string): Generator<void, string> {
  const iconv = require('iconv-lite') as typeof import('iconv-lite');
  const decoder = iconv.getDecoder(name, { stripBOM: name === 'utf-32' });
  let text = '';
  for (let start = 0; start < content.length;) {
    const end = endOfPart(content, start, name);
    text += decoder.write(content.subarray(start, end));
    start = end;
    yield;
  }
  text += decoder.end() ?? '';
  // iconv-lite writes this character in place of invalid bytes.
  if (text.includes('\ufffd') && !(UNICODE_ENCODINGS.has(name) && iconv.encode(text, name).equals(content))) {
    throw new TypeError(`The bytes are not valid ${name}`);
  }
  return text;
}

/** Ends a part outside of base64 runs: iconv-lite loses a run of UTF-7 that is cut right before its end. */
function endOfPart(content: Buffer, start: number, name: string): number {
  let end = start + PART_BYTES;
  if (name === 'utf-7') while (end < content.length && isBase64(content[end - 1]!)) end++;
  return end;
}

function isBase64(byte: number): boolean {
  return /[A-Za-z0-9+/]/.test(String.fromCharCode(byte));
}
