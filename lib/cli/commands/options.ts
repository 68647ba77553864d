import { InvalidArgumentError } from 'commander';

/** The options that every command has. */
export interface CommonOptions {
  readonly conf?: string;
  readonly schemas?: readonly string[];
  readonly logLevel?: string;
  readonly logFormat: 'text' | 'json';
}

/** Gathers the values of an option that may be given several times. */
export function repeatable(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** One of a few words, in any case. */
export function oneOf(words: readonly string[]): (value: string) => string {
  return (value) => {
    const word = value.toLowerCase();
    if (words.includes(word)) return word;
    throw new InvalidArgumentError(`Allowed choices are ${words.join(', ')}.`);
  };
}

/** A whole number that is at least so large. */
export function wholeNumber(least: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (/^\d+$/.test(value) && Number.isSafeInteger(number) && number >= least) return number;
    throw new InvalidArgumentError(`It must be a whole number of at least ${least}.`);
  };
}
