export function megabytes(bytes: number): number {
  return bytes / 2 ** 20;
}

/** Needs `node --expose-gc`. It collects twice, because finalizers free some memory only after the first time. */
export function collectGarbage(): void {
  if (!globalThis.gc) throw new Error('This process was not started with --expose-gc');
  globalThis.gc();
  globalThis.gc();
}
