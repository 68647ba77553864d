/** A table has a value that AMQP has no form for. */
export class FieldTableError extends Error {
  constructor(
    /** The names and indexes that lead to the value. */
    readonly path: readonly string[],
    /** The mistake there, and the right form. */
    readonly problem: string,
  ) {
    super(`${path.join('.')} ${problem}`);
  }

  /** Puts a name in front of the path of a FieldTableError. Other errors are returned as they are. */
  static within(name: string, error: unknown): unknown {
    return error instanceof FieldTableError
      ? new FieldTableError([name, ...error.path], error.problem)
      : error;
  }
}
