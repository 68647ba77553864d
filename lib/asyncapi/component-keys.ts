/** Makes the keys of a document's parts. AsyncAPI allows letters, digits, `.`, `-` and `_` in a key. */
export class ComponentKeys {
  private readonly keys = new Map<string, string>();
  private readonly taken = new Set<string>();

  /**
   * The key of a part. The same identity always has the same key.
   *
   * @param identity a text that only this part has
   * @param wanted the preferred key; a number is appended if another part has that key
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
