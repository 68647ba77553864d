import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineProgram } from '../../lib/cli/commands/define-program.js';
import manifest from '../../package.json' with { type: 'json' };
import { TestProcess } from '../support/child-process.js';
import type { Block } from './blocks.js';
import { BuiltDocuments, isTypeScript } from './built-documents.js';
import { readPages } from './pages.js';
import { callsOf, commandsOf, matches, transcriptOf } from './transcript.js';

const TIME_LIMIT_MS = 120_000;

const PAGES = readPages();
const BLOCKS = PAGES.flatMap(({ blocks }) => blocks);
const PROGRAMS = BLOCKS.filter(isTypeScript);
const CONSOLES = BLOCKS.filter(({ language }) => language === 'console');

const isMarked = (mark: string) => (block: Block) => block.marks.includes(mark);
const placeOf = ({ page, line }: Block): string => `${page}:${line}`;
/** Cases for `it.each`: each block with its place. */
const cases = (blocks: readonly Block[]): [string, Block][] => blocks.map((block) => [placeOf(block), block]);

let built: BuiltDocuments;
beforeAll(async () => void (built = await BuiltDocuments.build(PAGES, PROGRAMS)));
afterAll(() => built.remove());

/** What a program prints, and its exit code. It must end by itself. */
async function run(block: Block, command: string, args: readonly string[]) {
  const env = { ...built.env, PATH: `${built.commands}:${process.env['PATH']}` };
  const started = TestProcess.start(command, args, { cwd: built.folderOf(block.page), env });
  const timer = setTimeout(() => started.kill('SIGKILL'), TIME_LIMIT_MS);
  const { code, signal } = await started.exit;
  clearTimeout(timer);
  expect(signal, `${placeOf(block)} must end by itself, but runs for ${TIME_LIMIT_MS} ms`).toBeNull();
  return { code, output: started.output, errors: started.errors };
}

/** What the comments behind `console.log(…);` say that it prints. */
function printedBy({ text }: Block): string {
  return [...text.matchAll(/console\.log\(.*\); \/\/ (.*)/g)].map(([, printed]) => `${printed}\n`).join('');
}

/** Compares an output with what a document shows, and fails with the difference. */
function expectShown(output: string, shown: string): void {
  expect(output).toBe(matches(output, shown) ? output : shown);
}

describe('TypeScript in the documents', () => {
  const said = (block: Block): string[] =>
    built.diagnosticsOf(block).map(({ place, text }) => `${place} ${text}`);
  const pages = [...new Set(PROGRAMS.map(({ page }) => page))];

  it.each(pages)('compiles in %s', (page) => {
    const right = PROGRAMS.filter((block) => block.page === page && !block.marks.includes('wrong'));
    expect(right.flatMap(said)).toEqual([]);
  });

  it.each(cases(PROGRAMS.filter(isMarked('wrong'))))(
    'is refused by the compiler with the errors of its comments at %s',
    (_place, block) => {
      const errors = [...block.text.matchAll(/\/\/ Error: (.*)/g)].map(([, text]) => text!);
      expect(errors).not.toEqual([]);
      for (const error of errors) expect(said(block).join('\n')).toContain(error);
    },
  );

  it.each(cases(PROGRAMS.filter(isMarked('run'))))('runs and ends by itself at %s', async (_place, block) => {
    const { code, output, errors } = await run(block, process.execPath, [built.programOf(block)]);
    expect(code, errors).toBe(0);
    const next = BLOCKS[BLOCKS.indexOf(block) + 1];
    if (next?.page === block.page && next.marks.includes('output')) expectShown(output, next.text);
    else if (block.text.includes('console.log(')) expectShown(output, printedBy(block));
  });
});

describe('the command in the documents', () => {
  const commands = CONSOLES.flatMap((block) =>
    callsOf(block.text).map((args): [string, string] => [placeOf(block), args]),
  );

  it.each(commands)('exists at %s: fedora-messaging %s', (_place, args) => {
    const called: string[] = [];
    const watch = (command: Command): void => {
      command.exitOverride().action(() => void called.push(command.name()));
      command.commands.forEach(watch);
    };
    const program = defineProgram(() => undefined);
    program.commands.forEach(watch);
    const words = [...args.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c!);
    program.parse(words, { from: 'user' });
    expect(called).toHaveLength(1);
  });

  it.each(cases(CONSOLES))('is beside scripts of package.json only at %s', (_place, { text }) => {
    const scripts = [...text.matchAll(/npm run (?:--?\S+ )*([\w:-]+)/g)].map(([, script]) => script!);
    expect(scripts.filter((script) => !(script in manifest.scripts))).toEqual([]);
  });

  it.each(cases(CONSOLES.filter(isMarked('run'))))('prints what is shown at %s', async (_place, block) => {
    const script = `exec 2>&1\n${commandsOf(block.text)}`;
    const { output } = await run(block, 'bash', ['-v', '-c', script]);
    expectShown(output, transcriptOf(block.text));
  });
});
