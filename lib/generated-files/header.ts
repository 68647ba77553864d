import { createHash } from 'node:crypto';
import type { ExportedPackage } from '../exporter/index.js';

const CHECKSUM_LINE = /^\/\/ Checksum: ([0-9a-f]{64})\n/m;

/** Puts a header before a generated text: what it is from, and a checksum that tells whether somebody edited it. */
export function withHeader({ name, version, license }: ExportedPackage, text: string): string {
  const of = [name, version ?? '', license === null ? '' : `(${license})`].filter((part) => part !== '');
  const by = `by \`fedora-messaging schemas import ${name}\`. To change a class, extend it.`;
  // One line, whatever is in the metadata of the package.
  const head = `// ${of.join(' ')}, ${by}`.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ').concat('\n');
  const checksum = checksumOf(`${head}\n${text}`);
  return `${head}// Checksum: ${checksum}\n\n${text}`;
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
