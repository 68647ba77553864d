/** Whether two JSON values are equal, whatever their properties are called. */
export function isEqual(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (!isObject(one) || !isObject(other)) return false;
  if (Array.isArray(one) || Array.isArray(other)) {
    if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false;
    return one.every((item, index) => isEqual(item, other[index]));
  }
  const names = Object.keys(one);
  if (names.length !== Object.keys(other).length) return false;
  return names.every((name) => Object.hasOwn(other, name) && isEqual(one[name], other[name]));
}

/**
 * Gives equal JSON values the same key, so that finding equal ones among many takes time in proportion to their size. The
 * key of an object or list is a text; those that are nested are a number in it, so that no value is written more than once.
 */
export class ValueKeys {
  /** The numbers of objects and lists that have others in them. */
  private readonly numbers = new Map<object, number>();
  private readonly byText = new Map<string, number>();

  /** The same for equal values, and different for others. */
  keyOf(value: unknown): unknown {
    if (isObject(value)) return isFlat(value) ? this.textOf(value) : this.numberedText(value);
    // No other key begins with a quote.
    return typeof value === 'string' ? `"${value}` : value;
  }

  forget(): void {
    if (this.byText.size === 0) return;
    this.numbers.clear();
    this.byText.clear();
  }

  private numberedText(value: JsonObject): string {
    return `#${this.numberOf(value)}`;
  }

  private numberOf(value: JsonObject): number {
    // Writing it again costs less than remembering it.
    if (isFlat(value)) return this.numberOfText(this.textOf(value));
    const known = this.numbers.get(value);
    if (known !== undefined) return known;
    const number = this.numberOfText(this.textOf(value));
    this.numbers.set(value, number);
    return number;
  }

  private numberOfText(text: string): number {
    let number = this.byText.get(text);
    if (number === undefined) this.byText.set(text, (number = this.byText.size));
    return number;
  }

  private textOf(value: JsonObject): string {
    if (Array.isArray(value)) {
      let text = '[';
      for (const item of value) text += this.written(item);
      return text;
    }
    const names = Object.keys(value);
    if (names.length > 1) names.sort();
    let text = '{';
    for (const name of names) text += `${name.length}:${name}${this.written(value[name])}`;
    return text;
  }

  /** Texts have their length in front: nothing in them can be taken for what follows. */
  private written(value: unknown): string {
    switch (typeof value) {
      case 'string':
        return `"${value.length}:${value}`;
      case 'object':
        return value === null ? 'null,' : `#${this.numberOf(value as JsonObject)},`;
      default:
        // -0 is 0, and a number beyond those of JavaScript has been read as an infinite one.
        return `${String(value)},`;
    }
  }
}

type JsonObject = Readonly<Record<string, unknown>>;

/** Whether nothing in an object or list is an object or list. */
function isFlat(value: JsonObject): boolean {
  for (const name in value) if (isObject(value[name])) return false;
  return true;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
