import type { ErrorObject, ValidateFunction } from 'ajv';
import { describeError, SchemaError } from '../../exceptions/index.js';
import { ajvSchema } from './ajv-schema.js';
import { type CompilerOptions, draftOf, newCompiler } from './drafts.js';
import { uniqueItems } from './equality-keywords.js';
import { Evaluations, TooManyEvaluations } from './evaluations.js';
import { EqualItems } from '../equal-items.js';
import type { JsonSchema } from '../json-schema.js';
import { ref } from './ref-keyword.js';
import { assertIsOfDraft, nameOfSchema, placeOfError } from './schema-check.js';
import { Verdicts } from './verdicts.js';

/**
 * How often subschemas may be applied to collect every failure. Without this limit, the number of applications could
 * grow exponentially.
 */
const MAX_EVALUATIONS = 10_000;

/** A schema that ajv compiled, with the state that its keywords keep during a run. */
export class CompiledSchema {
  private readonly equalItems = new EqualItems();
  private readonly verdicts = new Verdicts();
  private readonly evaluations = new Evaluations();
  private readonly validate: ValidateFunction;

  /** @throws SchemaError when the schema itself is wrong. */
  constructor(
    schema: JsonSchema,
    private readonly options: CompilerOptions,
  ) {
    const { equalItems, verdicts, evaluations } = this;
    const keywords = options.allErrors
      ? [uniqueItems(equalItems), evaluations.keyword]
      : [uniqueItems(equalItems), ref(verdicts)];
    this.validate = compile(schema, options, keywords);
  }

  /** The errors of the last instance. */
  get errors(): readonly ErrorObject[] {
    return this.validate.errors ?? [];
  }

  /** @throws TooManyEvaluations when collecting every failure applies subschemas too often */
  isValid(instance: unknown): boolean {
    if (this.options.allErrors) this.evaluations.allow(MAX_EVALUATIONS);
    this.verdicts.begin(instance);
    try {
      return this.validate(instance);
    } catch (error) {
      // The schema refers to itself without end.
      if (this.options.allErrors && error instanceof RangeError) throw new TooManyEvaluations();
      throw error;
    } finally {
      this.verdicts.forget();
      this.equalItems.forget();
    }
  }
}

function compile(
  schema: JsonSchema,
  options: CompilerOptions,
  keywords: Parameters<typeof newCompiler>[2],
): ValidateFunction {
  assertIsOfDraft(schema);
  const draft = draftOf(schema['$schema']);
  try {
    // ajv notices a missing property named '' only when it checks `required` in a loop.
    const loopRequired = JSON.stringify(schema).includes('""') ? 0 : 200;
    return newCompiler(draft, { ...options, loopRequired }, keywords).compile(
      ajvSchema(schema, draft, options.allErrors),
    );
  } catch (error) {
    throw new SchemaError(nameOfSchema(schema), describeError(error), {
      path: placeOfError(error, schema),
      cause: error,
    });
  }
}
