import type { IncomingMessage } from 'node:http';
import { RequestRefusal } from './request-refusal.js';

/** The largest body of a request, in bytes. */
const MAX_BODY_BYTES = 1024 * 1024;

/**
 * Reads the JSON body of a request. A framework may have read it before: then it is in `request.body`.
 *
 * @throws RequestRefusal
 */
export async function jsonBodyOf(request: IncomingMessage & { readonly body?: unknown }): Promise<unknown> {
  // Forms of other pages can't have this type.
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw new RequestRefusal(415, 'Send the content type application/json');
  }
  if (request.body !== undefined) return request.body;
  const text = await textOf(request);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new RequestRefusal(400, 'The body is not JSON');
  }
}

/** @throws RequestRefusal when the body is too large, or the client leaves before its end */
async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES)
        throw new RequestRefusal(413, `The body is larger than ${MAX_BODY_BYTES} bytes`);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof RequestRefusal || request.complete) throw error;
    throw new RequestRefusal(400, 'The body is not complete');
  }
  return Buffer.concat(chunks).toString();
}
