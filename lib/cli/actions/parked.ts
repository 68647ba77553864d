import type { ParkedMessage, ParkedMessages, ParkedSelection } from '../../consuming/index.js';
import {
  ConfigurationException,
  ConnectionException,
  ConsumeException,
  ExitCode,
  oneLine,
  PermissionException,
  printable,
  publishExitCodeOf,
} from '../../exceptions/index.js';
import { FedoraMessagingService } from '../../module/index.js';
import { CommandError, messageOf } from '../command-error.js';
import type { CommonOptions } from '../commands/options/common-options.js';
import { prepare } from '../environment.js';
import { appendTo } from '../files/message-output.js';
import { startOnBus } from '../loading/application.js';
import { localTime } from '../output/local-time.js';
import { print } from '../output/standard-streams.js';
import { tableOf } from '../output/table.js';

export interface ParkedOptions extends CommonOptions {
  readonly parkingQueue?: string;
  readonly limit: number;
  readonly format: 'table' | 'json';
  readonly giveBack?: true;
  readonly save?: string;
  readonly drop?: boolean;
  readonly id?: string;
  readonly all?: true;
}

/** Lists the parked messages of a queue, or gives back, saves or drops them, as the options say. */
export async function parked(options: ParkedOptions, queue: string): Promise<void> {
  const selection = selectionOf(options);
  const { settings, logger } = await prepare(options);
  const app = await startOnBus({ ...settings, monitoring: {} }, logger);
  try {
    const messages = app.get(FedoraMessagingService).parkedMessages(queue, options);
    if (selection === undefined) await list(messages, options);
    else await settle(messages, selection, options);
  } catch (error) {
    if (error instanceof CommandError || error instanceof ConfigurationException) throw error;
    throw new CommandError(messageOf(error), exitCodeOf(error), { cause: error });
  } finally {
    await app.close();
  }
}

/** The selected messages; undefined when messages are to be listed. @throws CommandError */
function selectionOf({ giveBack, save, drop, id, all }: ParkedOptions): ParkedSelection | undefined {
  const action = giveBack ? '--give-back' : save !== undefined ? '--save' : drop ? '--drop' : undefined;
  if (id === undefined && !all) {
    if (action === undefined) return undefined;
    throw new CommandError(`option ${action}: say which messages are meant, with --id ID or --all`);
  }
  if (action === undefined) {
    throw new CommandError(
      `option ${all ? '--all' : '--id'}: say what to do with the messages: --give-back, --save FILE or --drop`,
    );
  }
  return id === undefined ? { all: true } : { id };
}

async function list(messages: ParkedMessages, { limit, format }: ParkedOptions): Promise<void> {
  const listed = await messages.list({ limit });
  if (format === 'json') for (const message of listed) await print(`${printable(JSON.stringify(message))}\n`);
  else if (listed.length > 0) await print(tableOf([HEAD, ...listed.map(rowOf)]));
  if (listed.length === 0) tell(`No message of queue '${messages.queue}' is parked`);
  if (listed.length === limit) tell(`There may be more than these ${limit}: --limit lists them`);
}

const HEAD = ['PARKED', 'ATTEMPTS', 'ID', 'TOPIC', 'ERROR'];

/** A table row; a dash stands for an unknown value. */
function rowOf({ parkedAt, attempts, id, topic, error }: ParkedMessage): string[] {
  return [
    parkedAt ? localTime(parkedAt) : '-',
    String(attempts ?? '-'),
    oneLine(id ?? '-'),
    oneLine(topic),
    oneLine(error ?? '-'),
  ];
}

async function settle(
  messages: ParkedMessages,
  selection: ParkedSelection,
  { giveBack, save, drop = false }: ParkedOptions,
): Promise<void> {
  if (giveBack) return report(messages, selection, await messages.giveBack(selection), 'given back');
  if (save === undefined) return report(messages, selection, await messages.drop(selection), 'dropped');
  const output = appendTo(save);
  try {
    const count = await messages.save(selection, (line) => output.append(line), { drop });
    report(messages, selection, count, drop ? 'saved and dropped' : 'saved');
  } finally {
    output.close();
  }
}

function report(
  { parkingQueue }: ParkedMessages,
  selection: ParkedSelection,
  count: number,
  what: string,
): void {
  if (count === 0 && 'id' in selection) {
    throw new CommandError(
      `There is no message with the id '${oneLine(selection.id)}' in queue '${parkingQueue}'`,
      ExitCode.GENERAL,
    );
  }
  tell(`${count} ${count === 1 ? 'message' : 'messages'} ${what}`);
}

/** Writes to standard error, because standard output is for messages. */
function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}

function exitCodeOf(error: unknown): number {
  if (error instanceof ConnectionException) return ExitCode.CONSUMER_CONNECTION;
  if (error instanceof PermissionException) return ExitCode.PERMISSION;
  return publishExitCodeOf(error instanceof ConsumeException ? error.cause : error);
}
