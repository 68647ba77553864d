/** A value in a table that AMQP has no form for. */
export class FieldTableError extends Error {
  constructor(
    /** Where: the names and indexes that lead to the value. */
    readonly path: readonly string[],
    /** What is wrong there, and what would be right. */
    readonly problem: string,
  ) {
    super(`${path.join('.')} ${problem}`);
  }

  /** The same, seen from one level further out. */
  static within(name: string, error: unknown): unknown {
    return error instanceof FieldTableError
      ? new FieldTableError([name, ...error.path], error.problem)
      : error;
  }
}
