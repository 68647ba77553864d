import { Argument, type Command, Option } from 'commander';
import type { ReconsumeOptions } from '../actions/reconsume.js';
import { addExamples } from './examples.js';
import { addCallbackOptions } from './options/callback-options.js';
import { wholeNumber } from './options/common-options.js';
import { addDatagrepperOptions } from './options/datagrepper-options.js';
import { addQueryOptions, CONDITION_KEYS } from './options/query-options.js';

export function defineReconsume(program: Command, onDone: (exitCode: number) => void): void {
  const command = program
    .command('reconsume')
    .description(
      'Hands messages of Datagrepper to a callback or an application, without a broker. With an id it hands over one message; with --since, all messages since a time, the oldest first. It stops at a message that is not handled, and says how to go on.',
    )
    .addArgument(new Argument('[id]', 'the id of the message'));
  addCallbackOptions(command).addOption(
    new Option(
      '--app <module:class>',
      'hands them to the @Consumer handlers of a Nest module instead, by the routing keys of their bindings',
    ).conflicts(['callback', 'callbackFile']),
  );
  addDatagrepperOptions(addQueryOptions(command))
    .addOption(
      new Option(
        '--resume <file>',
        'a file that records the handled messages; the next run goes on there, and ignores --since',
      ),
    )
    .addOption(
      new Option('--file <file>', 'hands over the messages of a file instead; - is standard input').conflicts(
        [...CONDITION_KEYS, 'since', 'until', 'resume'],
      ),
    )
    .addOption(
      new Option('--skip <lines>', 'with --file: how many lines to skip')
        .argParser(wholeNumber(0))
        .default(0),
    )
    .addOption(
      new Option(
        '--on-error <action>',
        'what to do with a message that is not handled: stop there, or drop it',
      )
        .choices(['stop', 'drop'])
        .default('stop'),
    )
    .action(async (id: string | undefined) => {
      const { reconsume } = await import('../actions/reconsume.js');
      onDone(await reconsume(command.optsWithGlobals<ReconsumeOptions>(), id));
    });
  addExamples(
    command,
    'reconsume --callback ./consumer.js:onMessage 1b2f0e4c-6a8c-4f5e-9d1c-8f3a2b1c0d9e',
    'reconsume --callback ./consumer.js:onMessage --category bodhi --since 2h',
    'reconsume --app ./dist/app.module.js:AppModule --category bodhi --since 7d --resume bodhi.state',
    'reconsume --callback ./consumer.js:onMessage --file messages.jsonl',
  );
}
