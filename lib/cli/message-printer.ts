import { styleText } from 'node:util';
import type { MessageHandler } from '../consuming/index.js';
import { dumps, type Message, Severity } from '../message/index.js';
import type { MessageFormat } from './message-formats.js';
import { inOneLine, isColourful, print, printable } from './output.js';

/** A callback that prints each message; it is acknowledged when it has been printed. */
export function messagePrinter(format: MessageFormat): MessageHandler {
  switch (format) {
    case 'json':
      return (message) => print(dumps(message));
    case 'long':
      return (message) => print(`${printable(attempt(() => String(message)) ?? message.topic)}\n\n`);
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

/** Time, severity, topic, and what the class of the message makes of it for people. */
function lineOf(message: Message<object>, colourful: boolean): string {
  const { severity, topic } = message;
  const name = (SEVERITY_NAMES[severity] ?? String(severity)).padEnd(7);
  const summary = attempt(() => message.summary);
  const url = attempt(() => message.url);
  return [
    timeOf(message),
    colourful ? styleText(COLOURS[severity] ?? 'white', name, { validateStream: false }) : name,
    inOneLine(topic),
    ...(summary && summary !== topic ? [inOneLine(summary)] : []),
    ...(url ? [inOneLine(url)] : []),
  ].join('  ');
}

/** When it was sent, or else now, in local time. */
function timeOf({ headers }: Message<object>): string {
  const sentAt = new Date(String(headers['sent-at']));
  const time = Number.isNaN(sentAt.getTime()) ? new Date() : sentAt;
  const two = (n: number): string => String(n).padStart(2, '0');
  const date = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${date} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}

/** What an accessor of a message class gives, which may be wrong about the body. */
function attempt<T>(accessor: () => T): T | undefined {
  try {
    return accessor();
  } catch {
    return undefined;
  }
}
