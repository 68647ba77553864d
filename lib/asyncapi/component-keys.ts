/** What the parts of a document are called in it: AsyncAPI allows letters, digits, `.`, `-` and `_`. */
export class ComponentKeys {
  private readonly keys = new Map<string, string>();
  private readonly taken = new Set<string>();

  /**
   * The key of a thing, always the same one.
   *
   * @param identity what tells it from all others
   * @param wanted what it is best called
   */
  keyOf(identity: string, wanted: string): string {
    let key = this.keys.get(identity);
    if (key === undefined) {
      key = this.free(
        wanted
          .replaceAll('*', 'any')
          .replaceAll('#', 'all')
          .replace(/[^\w.-]+/g, '_'),
      );
      this.keys.set(identity, key);
    }
    return key;
  }

  private free(wanted: string): string {
    let key = wanted;
    for (let n = 2; this.taken.has(key); n++) key = `${wanted}-${n}`;
    this.taken.add(key);
    return key;
  }
}
