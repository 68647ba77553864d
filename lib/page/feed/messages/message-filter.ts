import type { MessageOutcome, MessageRecord } from '../../protocol.js';
import type { MessageEntry } from './message-entry.js';

/** The parts of a record that filters look at, besides those of the entry. */
type Described = Pick<
  MessageRecord,
  'schema' | 'severity' | 'users' | 'agent' | 'packages' | 'summary' | 'app' | 'id' | 'error'
>;

type Test = (entry: MessageEntry) => boolean;
type ContentsTest = (entry: MessageEntry, described: Described) => boolean;

/** Chooses messages by the filters of a page's address. */
export class MessageFilter {
  private readonly tests: readonly Test[];
  private readonly contentsTests: readonly ContentsTest[];
  /** Whether a message may match later than when it came: when its handler is done. */
  readonly isOfOutcomes: boolean;

  /**
   * @param query the filters `topic`, `schema`, `severity`, `user`, `package`, `outcome`, `consumer` and `text`. Of several
   *   values of a filter, also in a list with commas, one must match. A value may have commas itself.
   */
  constructor(query: URLSearchParams) {
    this.isOfOutcomes = valuesOf(query, 'outcome').length > 0;
    this.tests = testsOf<Test>(query, {
      topic: topicTest,
      consumer:
        (names) =>
        ({ init }) =>
          names.includes(init.consumer.name),
      outcome:
        (wanted) =>
        ({ outcome }) =>
          (wanted as MessageOutcome[]).includes(outcome),
    });
    this.contentsTests = [
      ...testsOf<ContentsTest>(query, {
        schema: (wanted) => (_entry, described) => wanted.includes(described.schema),
        severity: (wanted) => (_entry, described) => wanted.includes(described.severity),
        user: (wanted) => (_entry, described) => isAnyIn(wanted, namesIn(described)),
        package: (wanted) => (_entry, described) => isAnyIn(wanted, described.packages),
      }),
      ...query
        .getAll('text')
        .filter((text) => text.trim() !== '')
        .map(textTest),
    ];
  }

  /** Whether every message matches. */
  get isEmpty(): boolean {
    return this.tests.length === 0 && !this.isOfContents;
  }

  /** Whether the contents of a message must be read to know whether it matches. */
  get isOfContents(): boolean {
    return this.contentsTests.length > 0;
  }

  /** Whether a message matches, as far as its delivery tells. */
  mayMatch(entry: MessageEntry): boolean {
    return this.tests.every((test) => test(entry));
  }

  /** @param described the message's contents; called only when a filter needs them */
  matches(entry: MessageEntry, described: () => Described): boolean {
    if (!this.mayMatch(entry)) return false;
    return !this.isOfContents || this.contentsTests.every((test) => test(entry, described()));
  }
}

function testsOf<T>(query: URLSearchParams, tests: Readonly<Record<string, (values: string[]) => T>>): T[] {
  return Object.entries(tests).flatMap(([name, test]) => {
    const values = valuesOf(query, name);
    return values.length > 0 ? [test(values)] : [];
  });
}

function valuesOf(query: URLSearchParams, name: string): string[] {
  return query
    .getAll(name)
    .flatMap((list) => (list.includes(',') ? [list, ...list.split(',')] : [list]))
    .map((value) => value.trim())
    .filter((value) => value !== '');
}

function topicTest(patterns: string[]): Test {
  const wanted = patterns.map((pattern) => pattern.split('.'));
  return ({ topic }) => {
    const words = topic.split('.');
    return wanted.some((pattern) => isTopicMatch(pattern, words));
  };
}

/** Whether a topic matches a pattern of a topic exchange: `*` is one word, `#` any number of words. */
function isTopicMatch(pattern: readonly string[], words: readonly string[]): boolean {
  // The places in the topic that the pattern may have reached; each is visited once, whatever the pattern.
  let reached = new Set([0]);
  for (const part of pattern) {
    const next = new Set<number>();
    for (const at of reached) {
      if (part === '#') for (let to = at; to <= words.length; to++) next.add(to);
      else if (at < words.length && (part === '*' || part === words[at])) next.add(at + 1);
    }
    reached = next;
  }
  return reached.has(words.length);
}

function textTest(text: string): ContentsTest {
  const wanted = text.trim().toLowerCase();
  return (entry, described) => {
    if (entry.topic.toLowerCase().includes(wanted)) return true;
    const { summary, schema, app, id, packages, error, ...names } = described;
    return [summary, schema, app?.name, id, ...packages, ...namesIn(names), error].some(
      (part) => typeof part === 'string' && part.toLowerCase().includes(wanted),
    );
  };
}

function namesIn({ users, agent }: Pick<Described, 'users' | 'agent'>): readonly string[] {
  return agent === undefined ? users : [agent, ...users];
}

function isAnyIn(wanted: readonly string[], names: readonly string[]): boolean {
  return wanted.some((name) => names.includes(name));
}
