import { oneLine } from '../exceptions/index.js';
import { shownValue } from '../json-schema/index.js';

/** A message in an error or a log line: what comes from outside is quoted, so that it can't forge lines. */
export function nameOf({ id, topic }: { readonly id: unknown; readonly topic: unknown }): string {
  return `The message ${quote(id)} with topic ${quote(topic)}`;
}

/** A delivery in an error or a log line. */
export function nameOfDelivery({
  fields,
  properties,
}: {
  readonly fields: { readonly routingKey: string };
  readonly properties: { readonly messageId?: string | undefined };
}): string {
  return nameOf({ id: properties.messageId ?? null, topic: fields.routingKey });
}

/** A text from outside in one line, and not too long a one. */
export function quote(text: unknown): string {
  const quoted = shownValue(text);
  return oneLine(quoted.length > 300 ? `${quoted.slice(0, 300)}…` : quoted);
}
