import { deepStrictEqual } from 'node:assert';

/** One line of a vector file. */
export interface VectorCase {
  readonly case?: string;
  readonly quirk?: string;
}

/** Runs one case. Throws when a result differs from the reference. */
export type RunCase<Case extends VectorCase> = (vector: Case) => void;

/** Throws an error that shows the difference. */
export function expectSame(actual: unknown, expected: unknown, what: string): void {
  try {
    deepStrictEqual(plain(actual), plain(expected));
  } catch (error) {
    throw new Error(`${what} differs: ${(error as Error).message}`, { cause: error });
  }
}

/** Runs an action that must fail exactly when the reference failed. Returns its result, if it has one. */
export function expectOk<T>(ok: boolean, errorName: string, action: () => T): T | undefined {
  let result: T;
  try {
    result = action();
  } catch (error) {
    if (ok) throw error;
    if ((error as Error).name !== errorName) {
      throw new Error(`threw ${String(error)} instead of a ${errorName}`, { cause: error });
    }
    return undefined;
  }
  if (!ok) throw new Error(`should have thrown a ${errorName}, but succeeded`);
  return result;
}

/** The JSON form: neither prototypes nor undefined properties count. */
function plain(value: unknown): unknown {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as unknown);
}
