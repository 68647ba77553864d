import leven from 'leven';
import { ConfigurationException } from '../exceptions/index.js';

/** How many letters a key may differ in from the one that was probably meant. */
const MAX_DISTANCE = 3;
/** Words for a key that are not spelt like it. */
const OTHER_WORDS: Readonly<Record<string, string>> = { name: 'bus', connection: 'bus' };

/**
 * Refuses keys that an options object does not have: a misspelt one would be ignored in silence.
 *
 * @param where the sentence's subject, as `The consumer Notifier.onUpdate`
 * @param path where the object is in the options, as `retry`; undefined: it is the options
 * @throws ConfigurationException that names each such key, the one that was probably meant, and all that there are
 */
export function assertKnownKeys(where: string, given: object, known: readonly string[], path?: string): void {
  const unknown = Object.keys(given).filter((key) => !known.includes(key));
  if (unknown.length === 0) return;
  const problems = unknown.map((key) => `unknown key '${keyAt(path, key)}'${suggestion(key, known)}`);
  throw new ConfigurationException(`${where}: ${problems.join('; ')}; the keys are ${known.join(', ')}`);
}

/** What a wrong key was probably meant to be, as a part of a sentence; empty when nothing is like it. */
export function suggestion(key: string, known: readonly string[]): string {
  const word = Object.hasOwn(OTHER_WORDS, key) ? OTHER_WORDS[key]! : '';
  let nearest = known.includes(word) ? word : undefined;
  let least = Math.min(MAX_DISTANCE, Math.floor(key.length / 2)) + 1;
  for (const name of known) {
    const distance = leven(key.toLowerCase(), name.toLowerCase(), { maxDistance: least });
    if (distance < least) [nearest, least] = [name, distance];
  }
  return nearest === undefined ? '' : ` (did you mean '${nearest}'?)`;
}

function keyAt(path: string | undefined, key: string): string {
  return path === undefined ? key : `${path}.${key}`;
}

/** The names, those first that are most like a wrong one. */
export function nearestFirst(wrong: string, names: readonly string[]): string[] {
  const distance = (name: string): number => leven(wrong.toLowerCase(), name.toLowerCase());
  return names.toSorted((one, other) => distance(one) - distance(other));
}
