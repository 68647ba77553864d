import type { ErrorObject } from 'ajv';
import { shownValue, type ValidationFailure } from '../exceptions/index.js';
import { CompiledSchema } from './ajv/compiled-schema.js';
import { TooManyEvaluations } from './ajv/evaluations.js';
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
/** How many characters of a value an error shows. */
const MAX_VALUE_LENGTH = 80;
/** How many schemas are known by their text. */
const MAX_TEXTS = 1000;

/** One compiled JSON Schema. Compiling happens at the first use, once per schema. */
export class JsonSchemaValidator {
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
      message: describe(error),
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

function describe(error: ErrorObject): string {
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case 'additionalProperties':
      return `must not have the property '${String(params['additionalProperty'])}'`;
    case 'enum':
      return `must be one of ${shownValue(params['allowedValues'], MAX_VALUE_LENGTH)}, but is ${shorten(error.data)}`;
    case 'const':
      return `must be ${shorten(params['allowedValue'])}, but is ${shorten(error.data)}`;
    case 'type':
    case 'pattern':
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
    case 'multipleOf':
      return `${error.message ?? 'is invalid'}, but is ${shorten(error.data)}`;
    default:
      return error.message ?? `fails '${error.keyword}'`;
  }
}

/** A value in a few characters: an error never carries a body in full. */
function shorten(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  return shownValue(value, MAX_VALUE_LENGTH);
}
