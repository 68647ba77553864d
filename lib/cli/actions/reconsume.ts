import { ExitCode, ValidationError } from '../../exceptions/index.js';
import { LibraryLogger } from '../../logging/index.js';
import { type Message, nameOf } from '../../message/index.js';
import { CommandError } from '../command-error.js';
import type { CallbackOptions } from '../commands/options/callback-options.js';
import type { CommonOptions } from '../commands/options/common-options.js';
import type { DatagrepperOptions } from '../commands/options/datagrepper-options.js';
import { CONDITION_KEYS, type QueryOptions } from '../commands/options/query-options.js';
import { outcomeOf } from '../consuming/replay-outcome.js';
import { recipientOfCallback, type Recipients, recipientsOfApp } from '../consuming/recipients.js';
import { fetchMessage } from '../datagrepper.js';
import { assertNoAmqpUrl, prepare } from '../environment.js';
import { ResumeFile } from '../files/resume-file.js';
import { loadConfiguredCallback } from '../loading/callback.js';
import { CatchUp } from './catch-up.js';
import { FileSource, SearchSource } from './catch-up-sources.js';

export interface ReconsumeOptions extends CommonOptions, DatagrepperOptions, CallbackOptions, QueryOptions {
  readonly app?: string;
  readonly file?: string;
  readonly skip: number;
  readonly resume?: string;
  readonly onError: 'stop' | 'drop';
}

const logger = new LibraryLogger();

/** Hands one message to the callback or application, or all messages of a time or of a file. */
export async function reconsume(options: ReconsumeOptions, id: string | undefined): Promise<number> {
  assertSource(options, id);
  const recipients = await recipientsOf(options);
  try {
    return await (id === undefined ? catchUp(options, recipients) : handOver(id, options, recipients));
  } finally {
    await recipients.close();
  }
}

function assertSource(options: ReconsumeOptions, id: string | undefined): void {
  const { file, since, resume } = options;
  const isSpan = since !== undefined || (resume !== undefined && ResumeFile.isThere(resume));
  const sources = [id !== undefined, file !== undefined, since !== undefined || resume !== undefined];
  if (sources.filter(Boolean).length > 1) {
    throw new CommandError('reconsume takes one of these: an id, --file, or --since and --resume');
  }
  const useless = [...CONDITION_KEYS, 'until', 'limit'].find((key) => Object.hasOwn(options, key));
  if (id !== undefined && useless !== undefined) {
    throw new CommandError(`option --${inKebabCase(useless)}: cannot be used with the id of a message`);
  }
  if (id === undefined && file === undefined && !isSpan) {
    throw new CommandError(
      resume === undefined
        ? 'reconsume needs the id of a message, --since TIME for all messages since then, or --file FILE'
        : `reconsume --resume ${resume} needs --since TIME the first time: the file is not there yet`,
    );
  }
}

function inKebabCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

async function recipientsOf(options: ReconsumeOptions): Promise<Recipients> {
  const { app, conf } = options;
  if (app !== undefined) {
    assertNoAmqpUrl(options);
    // Set before the import, because the module may read the configuration while it loads.
    if (conf) process.env['FEDORA_MESSAGING_CONF'] = conf;
    const { logger: log } = await prepare(options, 'log');
    return recipientsOfApp(app, log);
  }
  const { command } = await prepare(options);
  const callback = await loadConfiguredCallback(options, command.callback);
  if (callback) return recipientOfCallback(callback);
  throw new CommandError(
    'reconsume needs a callback: --callback, --callback-file, or callback in the configuration file',
  );
}

function catchUp(options: ReconsumeOptions, recipients: Recipients): Promise<number> {
  const { file, skip, resume, since } = options;
  if (file !== undefined) {
    return new CatchUp(FileSource.open(file, skip, recipients.registry), recipients, options).run();
  }
  const resumeFile = resume === undefined ? undefined : ResumeFile.open(resume, since ?? new Date());
  const source = new SearchSource(options, recipients.registry, resumeFile);
  return new CatchUp(source, recipients, options, resumeFile).run();
}

/** Hands one message over. @returns the exit code of the first recipient that does not return */
async function handOver(id: string, options: ReconsumeOptions, recipients: Recipients): Promise<number> {
  const archived = await fetchMessage(id, options);
  const takers = recipients.all.filter((recipient) => recipient.takes(archived.topic));
  if (takers.length === 0)
    throw new CommandError(`${nameOf(archived)}: no consumer takes it`, ExitCode.GENERAL);
  let exitCode: number = ExitCode.OK;
  for (const recipient of takers) {
    const outcome = outcomeOf(await recipient.handle(receive(archived, recipients)));
    outcome.log(logger, nameOf(archived), recipient.title);
    exitCode ||= outcome.exitCode;
  }
  return exitCode;
}

/** @throws CommandError when a consumer would reject the message */
function receive(archived: Message<object>, recipients: Recipients): Message<object> {
  try {
    return recipients.receive(archived);
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    throw new CommandError(error.message, undefined, { cause: error });
  }
}
