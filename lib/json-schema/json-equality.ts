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
 * Tells equal JSON values by one token for each, so that finding equal ones among many takes time in
 * proportion to their size.
 */
export class ValueTokens {
  private readonly byValue = new Map<object, symbol>();
  private readonly byText = new Map<string, symbol>();

  /** The same for equal values, and different for others. */
  tokenOf(value: unknown): unknown {
    return isObject(value) ? this.tokenOfObject(value) : value;
  }

  forget(): void {
    if (this.byValue.size === 0) return;
    this.byValue.clear();
    this.byText.clear();
  }

  private tokenOfObject(value: Readonly<Record<string, unknown>>): symbol {
    const known = this.byValue.get(value);
    if (known) return known;
    const text = this.textOf(value);
    let token = this.byText.get(text);
    if (!token) {
      token = Symbol(String(this.byText.size));
      this.byText.set(text, token);
    }
    this.byValue.set(value, token);
    return token;
  }

  /** What is nested is told by its token, so that no value is written more than once. */
  private textOf(value: Readonly<Record<string, unknown>>): string {
    let text = '';
    if (Array.isArray(value)) {
      for (const item of value) text += `${this.written(item)},`;
      return `[${text}`;
    }
    for (const name of Object.keys(value).sort()) {
      text += `${JSON.stringify(name)}:${this.written(value[name])},`;
    }
    return `{${text}`;
  }

  private written(value: unknown): string {
    if (isObject(value)) return `#${this.tokenOfObject(value).description}`;
    // -0 is 0, and a number beyond those of JavaScript has been read as an infinite one.
    return typeof value === 'number' ? String(value) : String(JSON.stringify(value));
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
