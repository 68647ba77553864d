import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as api from '../../../lib/index.js';
import { blocks, codes, page, rows, section } from '../../support/documents.js';
import { libraryTexts, unwrittenTexts } from '../../support/library-texts.js';

const FOLDER = 'docs/troubleshooting';
const PAGES = readdirSync(join(import.meta.dirname, '../../..', FOLDER)).map((file) => `${FOLDER}/${file}`);

/** Texts of these folders are not for users of the library. */
const OF_OTHERS: ReadonlyMap<string, string> = new Map([
  ['cli/', 'the command, whose errors say which option or file is wrong'],
  ['schema-import/', 'the command `schemas import`'],
  ['schema-export/', 'the command `schemas export`'],
  ['python/', "Python's own words, for generated classes"],
  ['python-templates/', "Python's own words, for generated classes"],
  ['broker/embedded/', "RabbitMQ's own words, which follow those of the library"],
]);

/** Texts that the scan finds, but that nobody is shown by themselves. */
const NOT_SHOWN: ReadonlyMap<string, string> = new Map([
  ['The message … with topic …', 'the subject of a text'],
  ['The message class …', 'the subject of a text'],
  ['The message that … was given', 'the subject of a text'],
  ["The class …, which @MessageSchema('…') decorates,", 'the subject of a text'],
  ['The copy', 'the subject of a text that another text replaces'],
  ["… of queue '…'", 'the subject of a text'],
  ["…://…:… (virtual host '…')", 'a URL in other texts'],
  ['a URL with a password', 'a value in another text'],
  ['a thrown …', 'a value in other texts'],
  [', and to bind it: …', 'the end of another text'],
  ['boolean schema is false', 'a text of ajv, which another text replaces'],
  ['must match "then"', 'a text of ajv, which another text replaces'],
  ['The consumer does not wait for it', 'ends a publish that nobody waits for any more'],
  ['retry-after', 'the name of a header'],
  ['The example would need more than … parts', 'is caught: the page shows no example'],
  ['The page does not keep message number … any more', 'an answer to a visitor of the live page'],
]);

/** Places whose texts are not written in their files, and what they throw or log. */
const WITHOUT_TEXT: Readonly<Record<string, string>> = {
  'datagrepper/failed-request.ts: new FailedRequest(`answered ${message}`, { error, isAnswer: true })':
    'a part of the text of a DatagrepperException',
  'field-tables/field-table.error.ts: new FieldTableError([name, ...error.path], error.problem)':
    'the same error, with its path',
  'json-schema/ajv/compiled-schema.ts: new TooManyEvaluations()': 'is caught, and ends a check early',
  'json-schema/ajv/evaluations.ts: new TooManyEvaluations()': 'is caught, and ends a check early',
  'message/body/bounded-validation.ts: new EnoughFailures()': 'is caught, and ends a check early',
  'module/fedora-messaging-shared.module.ts: new LibraryLogger().warn(several)':
    'a text of package/package-copies.ts',
};

const lettersOf = (text: string): number => text.match(/\p{L}/gu)?.length ?? 0;

/** An explained text: a heading that is code alone, or a line of a block of texts. `…` stands for anything. */
class Entry {
  private readonly pattern: RegExp;

  constructor(readonly text: string) {
    const parts = text.split('…').map((part) => part.replace(/[^\w\s]/g, String.raw`\$&`));
    this.pattern = new RegExp(`^${parts.join('.*')}$`, 's');
  }

  isFor(text: string): boolean {
    return this.pattern.test(text);
  }

  /** Whether it is for this text, and has most of its words: it must not be for any text that begins alike. */
  explains(text: string): boolean {
    return this.isFor(text) && lettersOf(this.text) >= 0.8 * lettersOf(text);
  }
}

const ENTRIES = PAGES.flatMap((path) => {
  const text = page(path);
  const headings = [...text.matchAll(/^#+ `(.+)`$/gm)].map(([, heading]) => heading!);
  const lines = blocks(text, 'text').flatMap((block) => block.trim().split('\n'));
  return [...headings, ...lines].map((entry) => new Entry(entry));
});

/** Whether a text is for users of the library. Log lines of the command are, because the command goes on after them. */
function isForUsers({
  file,
  isLogged = false,
}: {
  readonly file: string;
  readonly isLogged?: boolean;
}): boolean {
  if (isLogged && file.startsWith('cli/')) return true;
  return [...OF_OTHERS.keys()].every((folder) => !file.startsWith(folder));
}

describe('the pages of troubleshooting', () => {
  it('have an entry for each text that the library throws, or logs as a warning or error', () => {
    const shown = libraryTexts.filter((place) => isForUsers(place) && !NOT_SHOWN.has(place.text));
    expect(shown.length).toBeGreaterThan(200);
    const missing = shown.filter(({ text }) => !ENTRIES.some((entry) => entry.explains(text)));
    expect(missing.map(({ file, text }) => `${file}: ${text}`)).toEqual([]);
  });

  it('know each place whose text is not written in its file', () => {
    const places = unwrittenTexts.filter(isForUsers).map(({ file, code }) => `${file}: ${code}`);
    expect(places).toEqual(Object.keys(WITHOUT_TEXT));
  });

  it('have no entry for a text that the library does not have', () => {
    const stale = ENTRIES.filter((entry) => !libraryTexts.some(({ text }) => entry.isFor(text)));
    expect(stale.map(({ text }) => text)).toEqual([]);
  });

  it('say where the texts of each class of exceptions are', () => {
    const exported = Object.entries(api)
      .filter(
        ([, value]) => typeof value === 'function' && value.prototype instanceof api.FedoraMessagingException,
      )
      .map(([name]) => name);
    const listed = rows(section(page('docs/troubleshooting.md'), 'By class')).flatMap((row) =>
      codes(row['class']!),
    );
    expect(listed.toSorted()).toEqual(exported.toSorted());
  });
});
