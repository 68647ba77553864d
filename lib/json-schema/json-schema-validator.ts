import type { ErrorObject, ValidateFunction } from 'ajv';
import { describeError, SchemaError, type ValidationFailure } from '../exceptions/index.js';
import { ajvSchema } from './ajv-schema.js';
import { type CompilerOptions, draftOf, metaSchemaOf, newCompiler } from './drafts.js';
import type { JsonSchema } from './json-schema.js';
import { shownValue } from './shown-value.js';

/**
 * What every object inherits: a schema that names one of these asks for a property of the message, not for that
 * of Object.prototype.
 */
const INHERITED = new RegExp(`"(?:${Object.getOwnPropertyNames(Object.prototype).join('|')})"`);

const NONE: readonly ValidationFailure[] = [];
/** How many schemas are known by their text. */
const MAX_TEXTS = 1000;

/** One compiled JSON Schema. Compiling happens at the first use, once per schema. */
export class JsonSchemaValidator {
  private firstFailure: ValidateFunction | undefined;
  private firstFailureOfParsed: ValidateFunction | undefined;
  private everyFailure: ValidateFunction | undefined;

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
    return this.untilFirst(false)(instance);
  }

  /**
   * What is wrong with an instance; empty when it is valid.
   *
   * @param path what each failure's path starts with
   * @param all collect every failure instead of the first one: only for instances of a bounded size,
   *   because a large one may have millions
   * @param isParsed whether the instance comes from JSON.parse, so that its objects inherit nothing but
   *   Object.prototype: then it is not looked up of each property whether it is the object's own
   * @throws SchemaError when the schema itself is wrong.
   */
  failures(instance: unknown, path: string, all: boolean, isParsed = false): readonly ValidationFailure[] {
    let validate = this.untilFirst(isParsed);
    if (validate(instance)) return NONE;
    if (all) {
      validate = this.everyFailure ??= compile(this.schema, { allErrors: true, ownProperties: true });
      validate(instance);
    }
    return (validate.errors ?? []).map((error) => ({
      path: path + error.instancePath,
      message: describe(error),
    }));
  }

  private untilFirst(isParsed: boolean): ValidateFunction {
    if (!isParsed) {
      return (this.firstFailure ??= compile(this.schema, { allErrors: false, ownProperties: true }));
    }
    return (this.firstFailureOfParsed ??= INHERITED.test(JSON.stringify(this.schema))
      ? this.untilFirst(false)
      : compile(this.schema, { allErrors: false, ownProperties: false }));
  }
}

function compile(schema: JsonSchema, options: CompilerOptions): ValidateFunction {
  const draft = draftOf(schema['$schema']);
  try {
    const isSchema = metaSchemaOf(draft);
    if (!isSchema(schema)) {
      const [{ instancePath, message } = {}] = isSchema.errors ?? [];
      throw new Error(`${instancePath || 'it'} ${message}`);
    }
    return newCompiler(draft, options).compile(ajvSchema(schema, draft));
  } catch (error) {
    const name = schema['id'] ?? schema['$id'] ?? schema['title'];
    throw new SchemaError(
      `The JSON Schema ${typeof name === 'string' ? `'${name}' ` : ''}is itself wrong: ${describeError(error)}`,
      { cause: error },
    );
  }
}

function describe(error: ErrorObject): string {
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case 'additionalProperties':
      return `must not have the property '${String(params['additionalProperty'])}'`;
    case 'enum':
      return `must be one of ${cut(shownValue(params['allowedValues']))}, but is ${shorten(error.data)}`;
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
  return cut(shownValue(value));
}

function cut(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
