import type { ServerResponse } from 'node:http';
import type { Refusal } from '../protocol.js';

/** An answer of the page. */
export interface PageAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** On every answer. The page has no inline scripts and styles, is in no frame, and sends no form anywhere. */
export const SAFETY_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: https:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
} as const;

/** An answer in JSON. */
export function jsonAnswer(value: unknown, status = 200): PageAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
    body: JSON.stringify(value, withoutBigInts),
  };
}

/** An answer that says in a sentence why there is no other. */
export function refusal(status: number, error: string, headers: Record<string, string> = {}): PageAnswer {
  const { headers: ofJson, body } = jsonAnswer({ error } satisfies Refusal, status);
  return { status, headers: { ...ofJson, ...headers }, body };
}

/** Sends an answer. */
export function send(response: ServerResponse, { status, headers, body }: PageAnswer, isHead: boolean): void {
  // The length of a 304 would be that of the file, which is not sent.
  const length = status === 304 ? {} : { 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, { ...SAFETY_HEADERS, ...headers, ...length });
  response.end(isHead ? undefined : body);
}

/** Headers of messages may have integers that JSON has no form for. */
function withoutBigInts(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
