import { styleText } from 'node:util';
import { oneLine, printable } from '../../exceptions/index.js';
import { dumps, type Message, Severity } from '../../message/index.js';
import { localTime } from './local-time.js';
import type { MessageFormat } from './message-formats.js';
import { isColourful, print } from './standard-streams.js';
import { writtenText } from './written-text.js';

/** Makes a callback that prints each message; a message is acknowledged after it has been printed. */
export function messagePrinter(format: MessageFormat): (message: Message<object>) => Promise<void> {
  switch (format) {
    case 'json':
      return (message) => print(printable(writtenText(message, dumps)));
    case 'long':
      return (message) => print(`${printable(textOf(() => message) || oneLine(message.topic))}\n\n`);
    case 'line': {
      const colourful = isColourful(process.stdout);
      return (message) => print(`${lineOf(message, colourful)}\n`);
    }
  }
}

const SEVERITY_NAMES: Record<Severity, string> = {
  [Severity.DEBUG]: 'DEBUG',
  [Severity.INFO]: 'INFO',
  [Severity.WARNING]: 'WARNING',
  [Severity.ERROR]: 'ERROR',
};

const COLOURS = {
  [Severity.DEBUG]: 'gray',
  [Severity.INFO]: 'green',
  [Severity.WARNING]: 'yellow',
  [Severity.ERROR]: 'red',
} as const;

/** One line for a message: time, severity, topic, and the summary and URL of its class. */
function lineOf(message: Message<object>, colourful: boolean): string {
  const { severity, topic } = message;
  const name = (SEVERITY_NAMES[severity] ?? String(severity)).padEnd(7);
  const summary = textOf(() => message.summary);
  const url = textOf(() => message.url);
  return [
    timeOf(message),
    colourful ? styleText(COLOURS[severity] ?? 'white', name, { validateStream: false }) : name,
    oneLine(topic),
    ...(summary && summary !== topic ? [oneLine(summary)] : []),
    ...(url ? [oneLine(url)] : []),
  ].join('  ');
}

/** The time when the message was sent, or else now, in local time. */
function timeOf({ headers }: Message<object>): string {
  const sentAt = new Date(String(headers['sent-at']));
  return localTime(Number.isNaN(sentAt.getTime()) ? new Date() : sentAt);
}

/** The text of a message class's accessor; empty if it returns nothing or throws on this body. */
function textOf(accessor: () => unknown): string {
  try {
    return String(accessor() ?? '');
  } catch {
    return '';
  }
}
