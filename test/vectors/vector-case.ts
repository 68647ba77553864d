import { deepStrictEqual } from 'node:assert';

/** One line of a vector file. */
export interface VectorCase {
  readonly case?: string;
  readonly quirk?: string;
}

/** Runs one case; throws when something differs from what the reference did. */
export type RunCase<Case extends VectorCase> = (vector: Case) => void;

/** Throws an error that shows what differs. */
export function expectSame(actual: unknown, expected: unknown, what: string): void {
  try {
    deepStrictEqual(plain(actual), plain(expected));
  } catch (error) {
    throw new Error(`${what} differs: ${(error as Error).message}`, { cause: error });
  }
}

/** Runs an action that is to fail if, and only if, the reference failed; its result, if it has one. */
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

/** As JSON has it: neither prototypes nor undefined properties count. */
function plain(value: unknown): unknown {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as unknown);
}
