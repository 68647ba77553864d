import { _, type CodeKeywordDefinition } from 'ajv';

/** Added to every subschema, to be told each time that one is applied. */
export const EVALUATION = 'x-fedora-messaging-evaluation';

/** Ends a run that applies subschemas more often than it may. */
export class TooManyEvaluations extends Error {}

/** How many times subschemas may yet be applied in a run. */
export class Evaluations {
  private left = 0;

  allow(count: number): void {
    this.left = count;
  }

  readonly keyword: CodeKeywordDefinition = {
    keyword: EVALUATION,
    before: 'not',
    code: ({ gen }) => {
      gen.code(_`${gen.scopeValue('func', { ref: this.count })}()`);
    },
  };

  private readonly count = (): void => {
    if (--this.left < 0) throw new TooManyEvaluations();
  };
}
