import { shownValue } from '../exceptions/index.js';

/** Names a message at the beginning of an error or a log line. Values from outside are quoted, so that they can't forge lines. */
export function nameOf({ id, topic }: { readonly id: unknown; readonly topic: unknown }): string {
  return `The message ${shownValue(id)} with topic ${shownValue(topic)}`;
}

/** Names a delivery at the beginning of an error or a log line. */
export function nameOfDelivery({
  fields,
  properties,
}: {
  readonly fields: { readonly routingKey: string };
  readonly properties: { readonly messageId?: string | undefined };
}): string {
  return nameOf({ id: properties.messageId ?? null, topic: fields.routingKey });
}

/** The name of a message for the middle of a sentence. */
export function midSentence(name: string): string {
  return name.replace(/^The/, 'the');
}
