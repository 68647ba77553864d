import { type Message, passedOn, SCHEMA_HEADER, SEVERITY_HEADER } from '../../../message/index.js';
import type {
  ErrorDetail,
  MessageDetail,
  MessageRecord,
  OutcomeChange,
  SettledOutcome,
  SeverityName,
} from '../../protocol.js';
import type { Description, MessageEntry } from './message-entry.js';
import type { Redaction, ShownParts } from './redaction.js';

/** The most characters of a summary or an address, and of a name, and the most names of a message. */
const MAX_TEXT_LENGTH = 500;
const MAX_NAME_LENGTH = 200;
const MAX_NAMES = 50;
const SEVERITIES: Readonly<Record<number, SeverityName>> = {
  10: 'debug',
  20: 'info',
  30: 'warning',
  40: 'error',
};

/** Turns messages into what the page shows of them. A message is read once, when it is first shown. */
export class ShownMessages {
  constructor(private readonly redaction: Redaction) {}

  /** What a message is about. */
  describe(entry: MessageEntry): Description {
    return this.shownOf(entry).description;
  }

  /** The parts of a message that filters look at. */
  searched(entry: MessageEntry): Description & { readonly error?: string } {
    return entry.error ? { ...this.describe(entry), ...this.errorLine(entry) } : this.describe(entry);
  }

  /** A message in one line. */
  record(entry: MessageEntry): MessageRecord {
    const { outcome, milliseconds } = entry;
    return {
      ...this.describe(entry),
      outcome,
      ...(milliseconds !== undefined && { milliseconds }),
      ...this.errorLine(entry),
    };
  }

  /** The outcome of a message that is settled. */
  outcome(entry: MessageEntry): OutcomeChange {
    const { seq, outcome, milliseconds = 0 } = entry;
    return { seq, outcome: outcome as SettledOutcome, milliseconds, ...this.errorLine(entry) };
  }

  /** A message in full. */
  detail(entry: MessageEntry): MessageDetail {
    const { init } = entry;
    const error = this.errorOf(entry);
    const { headers, body, isRedacted, message } = this.redaction.partsOf(entry);
    return {
      record: this.record(entry),
      ...(headers !== undefined && { headers, body }),
      isRedacted,
      text: message ? read(() => message.toString(), '') : '',
      priority: init.delivery.properties.priority ?? 0,
      properties: { ...passedOn(init.delivery.properties) },
      ...(init.context && { attempt: init.context.attempt, deliveryCount: init.context.deliveryCount }),
      failures: this.redaction.failuresOf(entry),
      ...(error && { error }),
    };
  }

  /** The error of a message, with its stack. */
  errorOf(entry: MessageEntry): ErrorDetail | undefined {
    if (!entry.error) return undefined;
    const shown = this.shownOf(entry);
    shown.error ??= { detail: this.redaction.errorOf(entry) };
    return shown.error.detail;
  }

  private shownOf(entry: MessageEntry): NonNullable<MessageEntry['shown']> {
    if (entry.shown?.by !== this) {
      entry.shown = { by: this, description: descriptionOf(entry, this.redaction.describedBy(entry)) };
    }
    return entry.shown;
  }

  private errorLine(entry: MessageEntry): { error?: string } {
    const error = this.errorOf(entry);
    return error ? { error: error.text } : {};
  }
}

function descriptionOf(
  entry: MessageEntry,
  { message, headers }: Pick<ShownParts, 'message' | 'headers'>,
): Description {
  const { init, seq, queue, topic, receivedAt } = entry;
  const { properties, fields } = init.delivery;
  const schema = headers?.[SCHEMA_HEADER];
  const severity = message ? read(() => message.severity) : headers?.[SEVERITY_HEADER];
  return {
    seq,
    bus: init.bus,
    consumer: init.consumer.name,
    queue,
    ...(typeof properties.messageId === 'string' && { id: properties.messageId }),
    topic,
    schema: text(schema) ?? '',
    severity: (typeof severity === 'number' ? SEVERITIES[severity] : undefined) ?? 'info',
    receivedAt,
    bytes: init.bytes,
    isRedelivered: fields.redelivered,
    ...(init.isAgain && { again: true }),
    ...(message ? saidBy(message, topic) : { summary: topic, users: [], packages: [] }),
  };
}

/** What the class of a message says about it. Classes are not trusted: a getter may throw, or have any value. */
function saidBy(
  message: Message<object>,
  topic: string,
): Pick<Description, 'summary' | 'users' | 'packages' | 'agent' | 'url' | 'app'> {
  const name = text(read(() => message.appName));
  const icon = link(read(() => message.appIcon));
  const agent = text(read(() => message.agentName));
  const url = link(read(() => message.url));
  return {
    summary: text(read(() => message.summary)) ?? topic,
    users: texts(read(() => message.usernames)),
    packages: texts(read(() => message.packages)),
    ...(agent !== undefined && { agent }),
    ...(url !== undefined && { url }),
    ...((name !== undefined || icon !== undefined) && {
      app: { ...(name !== undefined && { name }), ...(icon !== undefined && { icon }) },
    }),
  };
}

function read<T>(getter: () => T): unknown;
function read<T>(getter: () => T, otherwise: T): T;
function read(getter: () => unknown, otherwise?: unknown): unknown {
  try {
    return getter();
  } catch {
    return otherwise;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, MAX_TEXT_LENGTH) : undefined;
}

function texts(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, MAX_NAMES).flatMap((item) => text(item)?.slice(0, MAX_NAME_LENGTH) ?? []);
}

/** An address of the web; undefined for any other, such as `javascript:`. */
function link(value: unknown): string | undefined {
  const address = text(value);
  if (address === undefined || !URL.canParse(address)) return undefined;
  return /^https?:$/.test(new URL(address).protocol) ? address : undefined;
}
