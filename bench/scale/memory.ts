export function megabytes(bytes: number): number {
  return bytes / 2 ** 20;
}

/** Needs `node --expose-gc`. Twice, because finalizers free some only after the first. */
export function collectGarbage(): void {
  if (!globalThis.gc) throw new Error('This process was not started with --expose-gc');
  globalThis.gc();
  globalThis.gc();
}
