type Headers = Record<string, unknown>;

/** How many sets of names have a table, and how many are remembered that have come once. */
const MAX_TABLES = 1000;

/**
 * What amqplib is given for the headers of a message, by their names. It makes each object that it is
 * given the prototype of another, and V8 takes long for an object that becomes one: 8 of the 15 µs that
 * writing a message's properties took. So those with the same names are given in the same object, which is
 * written at once; it becomes one only when the names come for the second time.
 */
export class HeaderTables {
  private readonly tables = new Map<string, Headers>();
  private readonly seenOnce = new Set<string>();
  /** The one that is being written, and how many names it has. */
  private lent: Headers | undefined;
  private count = 0;
  /** Somebody, such as tracing, writes more into what amqplib is given. */
  private isOff = false;

  /** The same headers, to be given to amqplib; it must have written them when {@link takeBack} is called. */
  lend(headers: Headers): Headers {
    if (this.isOff || this.lent) return headers;
    const names = Object.keys(headers);
    const table = this.tableOf(names);
    if (!table) return headers;
    for (const name of names) table[name] = headers[name];
    // Names with line breaks in them may have the table of others: then it has more than these.
    if (Object.keys(table).length !== names.length) return headers;
    this.lent = table;
    this.count = names.length;
    return table;
  }

  takeBack(): void {
    const { lent } = this;
    if (!lent) return;
    this.lent = undefined;
    if (Object.keys(lent).length === this.count) return;
    this.isOff = true;
    this.tables.clear();
  }

  private tableOf(names: readonly string[]): Headers | undefined {
    const id = names.join('\n');
    let table = this.tables.get(id);
    if (table || !this.isSecond(id) || names.includes('__proto__')) return table;
    if (this.tables.size >= MAX_TABLES) this.tables.clear();
    table = {};
    this.tables.set(id, table);
    return table;
  }

  private isSecond(id: string): boolean {
    if (this.seenOnce.delete(id)) return true;
    if (this.seenOnce.size >= MAX_TABLES) this.seenOnce.clear();
    this.seenOnce.add(id);
    return false;
  }
}
