import { type Command, Option } from 'commander';
import type { SearchOptions } from '../actions/search.js';
import { MESSAGE_FORMATS } from '../output/message-formats.js';
import { addExamples } from './examples.js';
import { addDatagrepperOptions } from './options/datagrepper-options.js';
import { addQueryOptions } from './options/query-options.js';

export function defineSearch(program: Command, onDone: (exitCode: number) => void): void {
  const command = program
    .command('search')
    .description(
      "Prints messages that Datagrepper has, Fedora's archive of messages. All conditions must match; where one is repeated, one of its values must.",
    );
  addDatagrepperOptions(addQueryOptions(command))
    .addOption(
      new Option('--order <order>', 'the oldest message first, or the newest')
        .choices(['asc', 'desc'])
        .default('asc'),
    )
    .addOption(
      new Option(
        '--format <format>',
        'prints messages: in a line, as JSON for publish and reconsume, or in full',
      )
        .choices(MESSAGE_FORMATS)
        .default('line'),
    )
    .action(async () => {
      const { search } = await import('../actions/search.js');
      onDone(await search(command.optsWithGlobals<SearchOptions>()));
    });
  addExamples(
    command,
    'search --category bodhi --user kevin --since 2h',
    'search --package kernel --not-category koji --since 7d --order desc --limit 5',
    'search --topic org.fedoraproject.prod.bodhi.update.comment --since 2026-01-01 --until 2026-01-31 --format json',
  );
}
