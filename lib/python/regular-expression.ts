import { ecmaScriptRegExp } from '../json-schema/index.js';
import { typeError, typeName } from './python-error.js';

/** The result of `re.search()` of Python: `match[0]` is the whole, then come the groups. @publicApi */
export type Match = readonly (string | null)[];

/**
 * A regular expression of Python's `re`, with the functions of that module that accessors use.
 *
 * @publicApi
 */
export class RegularExpression {
  private readonly anywhere: RegExp;

  /** @throws SyntaxError when the pattern has syntax that ECMAScript does not have */
  constructor(pattern: string) {
    const { source, flags } = ecmaScriptRegExp(pattern);
    this.anywhere = new RegExp(source, `${flags}g`);
  }

  /** `re.search()`. */
  search(text: unknown): Match | null {
    return matchOf(new RegExp(this.anywhere.source, this.flags('')).exec(assertText(text)));
  }

  /** `re.match()`: matches at the start only. */
  match(text: unknown): Match | null {
    return matchOf(new RegExp(this.anywhere.source, this.flags('y')).exec(assertText(text)));
  }

  /** `re.fullmatch()`: matches the whole text. */
  fullMatch(text: unknown): Match | null {
    const whole = new RegExp(`^(?:${this.anywhere.source})$(?![^])`, this.flags('').replace('m', ''));
    return matchOf(whole.exec(assertText(text)));
  }

  /** `re.findall()`: the matches, or what their groups match when there are groups. */
  findAll(text: unknown): (string | string[])[] {
    return [...assertText(text).matchAll(this.anywhere)].map(([whole, ...groups]) => {
      const texts = groups.map((group: string | undefined) => group ?? '');
      return texts.length === 0 ? whole : texts.length === 1 ? texts[0]! : texts;
    });
  }

  /** `re.sub()` with a text that has no group references. */
  replace(text: unknown, by: string): string {
    return assertText(text).replace(this.anywhere, () => by);
  }

  /** `re.split()`. */
  split(text: unknown): (string | null)[] {
    return assertText(text)
      .split(new RegExp(this.anywhere.source, this.flags('')))
      .map((part: string | undefined) => part ?? null);
  }

  private flags(more: string): string {
    return this.anywhere.flags.replace('g', more);
  }
}

function matchOf(found: RegExpExecArray | null): Match | null {
  return found && [...found].map((group: string | undefined) => group ?? null);
}

function assertText(value: unknown): string {
  if (typeof value === 'string') return value;
  throw typeError(`expected string or bytes-like object, got '${typeName(value)}'`);
}
