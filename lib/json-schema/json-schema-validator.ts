import type { ErrorObject } from 'ajv';
import type { ValidationFailure } from '../exceptions/index.js';
import { CompiledSchema } from './ajv/compiled-schema.js';
import { TooManyEvaluations } from './ajv/evaluations.js';
import { failureMessage } from './ajv/failure-message.js';
import { assertIsOfDraft, isKnownByDraft } from './ajv/schema-check.js';
import { hasFewValues } from './few-values.js';
import type { JsonSchema } from './json-schema.js';

/**
 * The names of the properties that every object inherits. A schema that uses such a name means a property of the
 * message, not the property of Object.prototype.
 */
const INHERITED_NAME = new RegExp(`"(?:${Object.getOwnPropertyNames(Object.prototype).join('|')})"`);

const NO_FAILURES: readonly ValidationFailure[] = [];
/** The most failures that are reported. */
const MAX_FAILURES = 100;
/** The most schemas that are cached by their text. */
const MAX_CACHED_TEXTS = 1000;

/** Validates values against one JSON Schema. The first use compiles the schema, once per schema. */
export class JsonSchemaValidator {
  private isChecked = false;
  private firstFailure: CompiledSchema | undefined;
  private firstFailureOfParsed: CompiledSchema | undefined;
  private everyFailure: CompiledSchema | undefined;

  private constructor(private readonly schema: JsonSchema) {}

  private static readonly bySchema = new WeakMap<JsonSchema, JsonSchemaValidator>();
  /** Validators by JSON text, because an accessor may return a new object with the same schema each time. */
  private static readonly byText = new Map<string, JsonSchemaValidator>();

  /** The validator of a schema object. */
  static of(schema: JsonSchema): JsonSchemaValidator {
    let validator = JsonSchemaValidator.bySchema.get(schema);
    if (!validator) {
      validator = JsonSchemaValidator.ofText(schema);
      JsonSchemaValidator.bySchema.set(schema, validator);
    }
    return validator;
  }

  private static ofText(schema: JsonSchema): JsonSchemaValidator {
    const { byText } = JsonSchemaValidator;
    const text = JSON.stringify(schema);
    let validator = byText.get(text);
    if (!validator) {
      validator = new JsonSchemaValidator(schema);
      if (byText.size < MAX_CACHED_TEXTS) byText.set(text, validator);
    }
    return validator;
  }

  /**
   * Checks that the schema is valid. It compiles the schema only when the rules of the draft can't show every mistake,
   * because compiling takes about a hundred times as long.
   *
   * @throws SchemaError when the schema itself is wrong.
   */
  check(): void {
    if (this.isChecked) return;
    assertIsOfDraft(this.schema);
    if (!isKnownByDraft(this.schema)) this.untilFirst(true);
    this.isChecked = true;
  }

  /** @throws SchemaError when the schema itself is wrong. */
  isValid(instance: unknown): boolean {
    return this.untilFirst(false).isValid(instance);
  }

  /**
   * Validates an instance. Returns at most 100 failures; none when the instance is valid. The time is proportional to
   * the size of the instance: for a large instance it returns the first failure only.
   *
   * @param path the start of each failure's path
   * @param all whether to collect more failures than the first, if the instance has few values
   * @param isParsed whether the instance comes from JSON.parse. Its objects then inherit from Object.prototype only, so
   *   own-property checks are skipped.
   * @throws SchemaError when the schema itself is wrong.
   */
  failures(instance: unknown, path: string, all: boolean, isParsed = false): readonly ValidationFailure[] {
    const compiled = this.untilFirst(isParsed);
    if (compiled.isValid(instance)) return NO_FAILURES;
    const errors = (all ? this.everyErrorOf(instance) : undefined) ?? compiled.errors;
    return errors.slice(0, MAX_FAILURES).map((error) => ({
      path: path + error.instancePath,
      message: failureMessage(error),
    }));
  }

  /** Every error; undefined when collecting every error would take too long. */
  private everyErrorOf(instance: unknown): readonly ErrorObject[] | undefined {
    if (!hasFewValues(instance)) return undefined;
    const compiled = (this.everyFailure ??= new CompiledSchema(this.schema, {
      allErrors: true,
      ownProperties: true,
    }));
    try {
      return compiled.isValid(instance) ? undefined : compiled.errors;
    } catch (error) {
      if (error instanceof TooManyEvaluations) return undefined;
      throw error;
    }
  }

  private untilFirst(isParsed: boolean): CompiledSchema {
    const options = { allErrors: false, ownProperties: true };
    if (!isParsed) return (this.firstFailure ??= new CompiledSchema(this.schema, options));
    return (this.firstFailureOfParsed ??= INHERITED_NAME.test(JSON.stringify(this.schema))
      ? this.untilFirst(false)
      : new CompiledSchema(this.schema, { ...options, ownProperties: false }));
  }
}
