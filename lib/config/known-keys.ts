import leven from 'leven';
import { ConfigurationException } from '../exceptions/index.js';

/** The most edits (insert, delete or replace a letter) between a wrong key and a suggestion. */
const MAX_DISTANCE = 3;
/** Other words for a key, which editing does not turn into the key. */
const SYNONYMS: Readonly<Record<string, string>> = { name: 'bus', connection: 'bus' };

/**
 * Refuses unknown keys of an options object, because a misspelt key would otherwise be ignored in silence.
 *
 * @param where the subject of the error's sentence, such as `The consumer Notifier.onUpdate`
 * @param path the place of the object in the options, such as `retry`; undefined for the options themselves
 * @throws ConfigurationException that names each unknown key, the key that was probably meant, and all known keys
 */
export function assertKnownKeys(where: string, given: object, known: readonly string[], path?: string): void {
  const unknown = Object.keys(given).filter((key) => !known.includes(key));
  if (unknown.length === 0) return;
  const problems = unknown.map((key) => `unknown key '${keyAt(path, key)}'${suggestion(key, known)}`);
  throw new ConfigurationException(`${where}: ${problems.join('; ')}; the keys are ${known.join(', ')}`);
}

/** Suggests the key that was probably meant, as a part of a sentence; empty when no known key is similar. */
export function suggestion(key: string, known: readonly string[]): string {
  const word = Object.hasOwn(SYNONYMS, key) ? SYNONYMS[key]! : '';
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

/** Sorts names by their similarity to a wrong name; the most similar name comes first. */
export function nearestFirst(wrong: string, names: readonly string[]): string[] {
  const distance = (name: string): number => leven(wrong.toLowerCase(), name.toLowerCase());
  return names.toSorted((one, other) => distance(one) - distance(other));
}
