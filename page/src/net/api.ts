import type {
  ActionAnswer,
  ConsumerAction,
  HandleAction,
  MessageDetail,
  PublishAction,
  Refusal,
  TokenHeader,
} from '../../../lib/page/protocol.js';
import type { Reference } from '../../../lib/page/reference-protocol.js';

/** The bodies of the actions, by their names. */
export interface Actions {
  readonly pause: ConsumerAction;
  readonly resume: ConsumerAction;
  readonly handle: HandleAction;
  readonly publish: PublishAction;
}

const TOKEN: TokenHeader = 'x-fedora-messaging-token';

/** @throws Error with the server's sentence when the message has left the buffer */
export function fetchMessage(seq: number): Promise<MessageDetail> {
  return ask<MessageDetail>(`api/messages/${seq}`);
}

export function fetchReference(): Promise<Reference> {
  return ask<Reference>('api/reference');
}

/** @throws Error with the server's sentence when it refuses the action, or the action fails */
export function act<Name extends keyof Actions>(
  name: Name,
  body: Actions[Name],
  token = '',
): Promise<ActionAnswer> {
  return ask<ActionAnswer>(`api/actions/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', [TOKEN]: token },
    body: JSON.stringify(body),
  });
}

async function ask<Answer>(path: string, request?: RequestInit): Promise<Answer> {
  const response = await fetch(path, request).catch(() => {
    throw new Error('The server does not answer.');
  });
  if (response.ok) return (await response.json()) as Answer;
  throw new Error(await sentenceOf(response));
}

/** What went wrong; a proxy in between may answer with something else than JSON. */
async function sentenceOf(response: Response): Promise<string> {
  const fallback = `The server answered ${response.status} ${response.statusText}`.trim();
  const refusal = (await response.json().catch(() => ({}))) as Partial<Refusal>;
  return refusal.error ?? fallback;
}
