import { _, type CodeKeywordDefinition } from 'ajv';

/** A keyword that is added to every subschema, to count the applications of subschemas. */
export const EVALUATION = 'x-fedora-messaging-evaluation';

/** Ends a run that applies subschemas too often. */
export class TooManyEvaluations extends Error {}

/** Limits how often a run may apply subschemas. */
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
