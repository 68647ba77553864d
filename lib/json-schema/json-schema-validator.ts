import type { ErrorObject } from 'ajv';
import type { ValidationFailure } from '../exceptions/index.js';
import { CompiledSchema } from './ajv/compiled-schema.js';
import { TooManyEvaluations } from './ajv/evaluations.js';
import { failureMessage } from './ajv/failure-message.js';
import { assertIsOfDraft, isKnownByDraft } from './ajv/schema-check.js';
import { hasFewValues } from './few-values.js';
import type { JsonSchema } from './json-schema.js';

/**
 * What every object inherits: a schema that names one of these asks for a property of the message, not for that
 * of Object.prototype.
 */
const INHERITED = new RegExp(`"(?:${Object.getOwnPropertyNames(Object.prototype).join('|')})"`);

const NONE: readonly ValidationFailure[] = [];
/** How many failures are told of. */
const MAX_FAILURES = 100;
/** How many schemas are known by their text. */
const MAX_TEXTS = 1000;

/** One compiled JSON Schema. Compiling happens at the first use, once per schema. */
export class JsonSchemaValidator {
  private isChecked = false;
  private firstFailure: CompiledSchema | undefined;
  private firstFailureOfParsed: CompiledSchema | undefined;
  private everyFailure: CompiledSchema | undefined;

  private constructor(private readonly schema: JsonSchema) {}

  private static readonly bySchema = new WeakMap<JsonSchema, JsonSchemaValidator>();
  /** An accessor may make the same schema anew each time. */
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
      if (byText.size < MAX_TEXTS) byText.set(text, validator);
    }
    return validator;
  }

  /**
   * Looks whether the schema is one. It is compiled only where its draft does not say all that may be wrong with it:
   * compiling takes about a hundred times as long.
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
   * What is wrong with an instance; empty when it is valid. At most 100 failures, found in a time that is
   * proportional to the size of the instance: of a large one it is the first failure only.
   *
   * @param path what each failure's path starts with
   * @param all look for more failures than the first one, where the instance has few values
   * @param isParsed whether the instance comes from JSON.parse, so that its objects inherit nothing but
   *   Object.prototype: then it is not looked up of each property whether it is the object's own
   * @throws SchemaError when the schema itself is wrong.
   */
  failures(instance: unknown, path: string, all: boolean, isParsed = false): readonly ValidationFailure[] {
    const compiled = this.untilFirst(isParsed);
    if (compiled.isValid(instance)) return NONE;
    const errors = (all ? this.everyErrorOf(instance) : undefined) ?? compiled.errors;
    return errors.slice(0, MAX_FAILURES).map((error) => ({
      path: path + error.instancePath,
      message: failureMessage(error),
    }));
  }

  /** Undefined where looking for them would take too long. */
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
    return (this.firstFailureOfParsed ??= INHERITED.test(JSON.stringify(this.schema))
      ? this.untilFirst(false)
      : new CompiledSchema(this.schema, { ...options, ownProperties: false }));
  }
}
