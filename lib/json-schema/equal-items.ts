import { isEqual } from './json-equality.js';

/** The items of a list up to this length are compared with each other, which takes less time than hashing. */
const MAX_ITEMS_COMPARED = 8;
/** The hash of an object or list is remembered when hashing it visited at least this many values. */
const MIN_VALUES_TO_REMEMBER = 16;

/** A prime below 2^26: the product of two smaller numbers is exact. */
const PRIME = 67_108_859;

/** The number that begins the hash of a value, by the kind of the value. */
const Kind = {
  TEXT: 1,
  NUMBER: 2,
  LIST: 3,
  OBJECT: 4,
  NULL: 5,
  TRUE: 6,
  FALSE: 7,
  OTHER: 8,
  ITEM: 9,
} as const;

type JsonObject = Readonly<Record<string | number, unknown>>;

/**
 * Finds equal items of a list, in a time proportional to the size of the list.
 *
 * Equal values have equal hashes. A hash is two polynomials over the parts of a value, evaluated at random points. A
 * publisher can't send many different values with equal hashes, because the points are secret.
 */
export class EqualItems {
  private readonly firstPoint = 1 + Math.floor(Math.random() * (PRIME - 1));
  private readonly secondPoint = 1 + Math.floor(Math.random() * (PRIME - 1));
  /** The hashes of large objects and lists. A list that contains them needs them again. */
  private readonly remembered = new Map<object, Hash>();
  private visited = 0;
  /** The two halves of the current hash. */
  private first = 0;
  private second = 0;

  /** The indexes of two equal items, the later index first; undefined when all items differ. */
  find(items: readonly unknown[]): [number, number] | undefined {
    return items.length <= MAX_ITEMS_COMPARED ? equalPair(items) : this.findByHash(items);
  }

  /** Releases the values of the last run. */
  forget(): void {
    if (this.remembered.size > 0) this.remembered.clear();
  }

  /** Uses a hash table of item indexes plus 1. A taken place moves an index to the next free place. */
  private findByHash(items: readonly unknown[]): [number, number] | undefined {
    const size = 2 ** Math.ceil(Math.log2(2 * items.length));
    const table = new Uint32Array(size);
    const hashes = new Float64Array(items.length);
    for (let index = 0; index < items.length; index++) {
      this.hash(items[index]);
      const hash = this.first * PRIME + this.second;
      let place = (this.first + this.second) & (size - 1);
      for (let found = table[place]!; found > 0; found = table[place]!) {
        const earlier = found - 1;
        if (hashes[earlier] === hash && isEqual(items[earlier], items[index])) return [index, earlier];
        place = (place + 1) & (size - 1);
      }
      table[place] = index + 1;
      hashes[index] = hash;
    }
    return undefined;
  }

  private hash(value: unknown): void {
    this.begin(Kind.ITEM);
    if (isObject(value)) this.addObject(value);
    else this.addScalar(value);
  }

  /** Makes only one call per level, to save stack: a body may be nested 2,000 levels deep. */
  private addObject(value: JsonObject): void {
    const { first, second } = this;
    const known = this.remembered.size > 0 ? this.remembered.get(value) : undefined;
    if (known) return this.add(known.first, known.second);
    const before = this.visited++;
    const isList = Array.isArray(value);
    const names = isList ? undefined : Object.keys(value).sort();
    const length = names ? names.length : (value as unknown as unknown[]).length;
    this.begin(isList ? Kind.LIST : Kind.OBJECT);
    this.add(length, length);
    for (let i = 0; i < length; i++) {
      if (names) this.addText(names[i]!);
      const member = value[names ? names[i]! : i];
      if (isObject(member)) this.addObject(member);
      else this.addScalar(member);
    }
    if (this.visited - before >= MIN_VALUES_TO_REMEMBER) {
      this.remembered.set(value, { first: this.first, second: this.second });
      // The container of a remembered value counts it as one visited value.
      this.visited = before + 1;
    }
    const { first: ofFirst, second: ofSecond } = this;
    this.first = first;
    this.second = second;
    this.add(ofFirst, ofSecond);
  }

  private addScalar(value: unknown): void {
    this.visited++;
    switch (typeof value) {
      case 'string':
        this.add(Kind.TEXT, Kind.TEXT);
        return this.addText(value);
      case 'number':
        this.add(Kind.NUMBER, Kind.NUMBER);
        return this.addNumber(value);
      default: {
        const kind =
          value === null ? Kind.NULL : value === true ? Kind.TRUE : value === false ? Kind.FALSE : Kind.OTHER;
        this.add(kind, kind);
      }
    }
  }

  private begin(kind: number): void {
    this.first = this.second = kind;
  }

  private addText(text: string): void {
    this.add(text.length, text.length);
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      this.add(code, code);
    }
  }

  private addNumber(value: number): void {
    if (value >= 0 && value < PRIME && Number.isInteger(value)) return this.add(value, value);
    FLOAT[0] = value;
    for (const part of PARTS_OF_FLOAT) this.add(part, part);
  }

  private add(toFirst: number, toSecond: number): void {
    const first = this.first * this.firstPoint + toFirst;
    const second = this.second * this.secondPoint + toSecond;
    this.first = first - Math.floor(first / PRIME) * PRIME;
    this.second = second - Math.floor(second / PRIME) * PRIME;
  }
}

interface Hash {
  readonly first: number;
  readonly second: number;
}

const FLOAT = new Float64Array(1);
const PARTS_OF_FLOAT = new Uint16Array(FLOAT.buffer);

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null;
}

function equalPair(items: readonly unknown[]): [number, number] | undefined {
  for (let index = 1; index < items.length; index++) {
    for (let earlier = 0; earlier < index; earlier++) {
      if (isEqual(items[earlier], items[index])) return [index, earlier];
    }
  }
  return undefined;
}
