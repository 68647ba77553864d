/** Names that a type of ours would hide. */
const TAKEN = new Set(
  `Array Boolean Buffer Date Error Function JSON Map Math Message MessageSchema Number Object Partial Promise Proxy Readonly
  Record RegExp Required Set Severity String Symbol URL WeakMap WeakSet`.split(/\s+/),
);
const IRREGULAR: Readonly<Record<string, string>> = { children: 'child', people: 'person' };

/** A text as the name of a type: `task_info` becomes `TaskInfo`. Empty when no letter or digit is in it. */
export function pascalCase(text: string): string {
  const words = text.match(/[A-Za-z0-9]+/g) ?? [];
  const name = words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('');
  return /^\d/.test(name) ? `_${name}` : name;
}

/** The name of one item of a list with this name: `builds` has a `build`. */
export function singular(name: string): string {
  const irregular = IRREGULAR[name];
  if (irregular !== undefined) return irregular;
  if (/[^aeiou]ies$/i.test(name)) return name.replace(/ies$/i, 'y');
  if (/(?:ss|x|ch|sh)es$/i.test(name)) return name.slice(0, -2);
  return /[^suiSUI]s$/.test(name) ? name.slice(0, -1) : `${name}Item`;
}

/** Gives each name once. */
export class UniqueNames {
  private readonly given = new Set(TAKEN);

  constructor(taken: Iterable<string> = []) {
    for (const name of taken) this.given.add(name);
  }

  /** The first of the names that is free; or else the last, with a number behind it. */
  take(...names: readonly string[]): string {
    const last = names.at(-1)!;
    let name = names.find((candidate) => candidate !== '' && !this.given.has(candidate));
    for (let number = 2; name === undefined; number++) {
      if (!this.given.has(`${last}${number}`)) name = `${last}${number}`;
    }
    this.given.add(name);
    return name;
  }
}
