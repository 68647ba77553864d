/** The JSON Pointer of a member: `child('/body', 'a/b')` is `/body/a~1b`. */
export function child(pointer: string, key: string | number): string {
  return `${pointer}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** Whether a pointer is that of a value, or of something within it. */
export function isWithin(pointer: string, ancestor: string): boolean {
  return pointer === ancestor || pointer.startsWith(`${ancestor}/`);
}

/** The longest beginning of a pointer that leads to a value; a missing member has none itself. */
export function nearestPointer(root: unknown, pointer: string): string {
  let value = root;
  let found = '';
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) break;
    value = (value as Record<string, unknown>)[key];
    found += `/${part}`;
  }
  return found;
}
