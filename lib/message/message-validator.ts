import { describeError, SchemaError, ValidationError, type ValidationFailure } from '../exceptions/index.js';
import { JsonSchemaValidator } from '../json-schema/index.js';
import { BASE_BODY_SCHEMA, BASE_HEADERS_SCHEMA } from './schemas/base-schemas.js';
import type { BodyClass } from './body/body-class.js';
import { bodyClassFailures, isSurelyValid, jsonBodyFailures } from './body/class-validation.js';
import type { MessageHeaders } from './message-headers.js';
import type { MessageFace, MessageInternals } from './message-internals.js';
import { nameOf } from './message-name.js';
import { atOnce } from './wire/in-turns.js';
import { withClass } from './schemas/wrong-schema.js';

const BASE_HEADERS = JsonSchemaValidator.of(BASE_HEADERS_SCHEMA);
const NONE: readonly ValidationFailure[] = [];
const BASE_BODY = JsonSchemaValidator.of(BASE_BODY_SCHEMA);

/** How a message is checked. */
export interface Checking {
  /** Whether to collect every failure instead of the first one of each schema. */
  readonly all: boolean;
  /** Whether the body has been parsed, rather than made by a program. */
  readonly isParsed: boolean;
  /** Whether the body is what the message's JSON text says, rather than what the message has. Default: false. */
  readonly isRewritten?: boolean;
}

/** What checks the headers and the bodies of a class's messages; undefined where the class demands nothing. */
interface ClassValidators {
  readonly headers: JsonSchemaValidator | undefined;
  readonly body: JsonSchemaValidator | undefined;
}

/** A body as a program made it. */
export const MADE: Checking = { all: true, isParsed: false };
/** A body as the JSON text says that was written of what a program made. */
export const REWRITTEN: Checking = { all: true, isParsed: true, isRewritten: true };

/**
 * Checks headers and body against the class's schemas and the base ones.
 *
 * @param json the body as JSON has it
 * @throws ValidationError, SchemaError
 */
export function assertValid(
  message: MessageInternals,
  headers: MessageHeaders,
  json: unknown,
  checking: Checking,
  validators = validatorsOf(message.face),
): void {
  const ofHeaders = headersFailures(message, headers, checking, validators);
  const ofBody = bodyFailures(message, json, checking, validators.body);
  throwThose(message, ofHeaders, isSteps(ofBody) ? atOnce(ofBody) : ofBody);
}

/** Like {@link assertValid}, step by step: others may have turns between them. */
export function* validating(
  message: MessageInternals,
  headers: MessageHeaders,
  json: unknown,
  checking: Checking,
  validators: ClassValidators,
): Generator<void, void> {
  const ofHeaders = headersFailures(message, headers, checking, validators);
  const ofBody = bodyFailures(message, json, checking, validators.body);
  throwThose(message, ofHeaders, isSteps(ofBody) ? yield* ofBody : ofBody);
}

function headersFailures(
  { type }: MessageInternals,
  headers: MessageHeaders,
  { all }: Checking,
  { headers: validator }: ClassValidators,
): readonly ValidationFailure[] {
  const ofBase = BASE_HEADERS.failures(headers, '/headers', all);
  if (!validator) return ofBase;
  const ofClass = withClass(type, 'headersSchema', () => validator.failures(headers, '/headers', all));
  return ofClass.length === 0 ? ofBase : [...ofBase, ...ofClass];
}

/** @throws ValidationError when there are any */
function throwThose(
  { face }: MessageInternals,
  ofHeaders: readonly ValidationFailure[],
  ofBody: readonly ValidationFailure[],
): void {
  if (ofHeaders.length + ofBody.length === 0) return;
  const [first, ...more] = [...ofHeaders, ...ofBody];
  throw new ValidationError(nameOf(face), [first!, ...more]);
}

/**
 * What a message's class demands, beyond what is demanded of every message.
 *
 * @throws SchemaError, or what the getters of the class throw
 */
export function validatorsOf({ headersSchema, bodySchema }: MessageFace): ClassValidators {
  return {
    headers: headersSchema && JsonSchemaValidator.of(headersSchema),
    body: bodySchema && JsonSchemaValidator.of(bodySchema),
  };
}

/** What is wrong with one part of a message, as the error to throw. */
export function invalid(what: string, path: string, message: string, cause?: unknown): ValidationError {
  return new ValidationError(what, [{ path, message }], cause === undefined ? undefined : { cause });
}

type Steps = Generator<void, readonly ValidationFailure[]>;

function isSteps(failures: Steps | readonly ValidationFailure[]): failures is Steps {
  return !Array.isArray(failures);
}

/** Steps where class-validator has to be asked. */
function bodyFailures(
  { type, body }: MessageInternals,
  json: unknown,
  { all, isParsed, isRewritten = false }: Checking,
  validator: JsonSchemaValidator | undefined,
): Steps | readonly ValidationFailure[] {
  const ofBase = BASE_BODY.failures(json, '/body', all, isParsed);
  if (ofBase.length > 0) return ofBase;
  const ofSchema = validator
    ? withClass(type, 'bodySchema', () => validator.failures(json, '/body', all, isParsed))
    : NONE;
  const { bodyClass } = type;
  if (!bodyClass) return ofSchema;
  const isJsonAll = isRewritten || !body.givenInstance;
  if (isJsonAll && isSurelyValid(bodyClass, json)) return ofSchema;
  return classFailures(bodyClass, isRewritten ? undefined : body.instance, json, ofSchema);
}

function* classFailures(
  bodyClass: BodyClass,
  instance: object | undefined,
  json: unknown,
  ofSchema: readonly ValidationFailure[],
): Steps {
  yield;
  try {
    const ofClass = instance
      ? yield* bodyClassFailures(instance, '/body')
      : yield* jsonBodyFailures(bodyClass, json, '/body');
    return [...ofSchema, ...ofClass];
  } catch (error) {
    assertConstructible(bodyClass);
    return [
      ...ofSchema,
      { path: '/body', message: `can't be made an instance of its class: ${describeError(error)}` },
    ];
  }
}

/**
 * A class that can't be made even of nothing is at fault itself, and no message.
 *
 * @throws SchemaError
 */
function assertConstructible(bodyClass: BodyClass): void {
  try {
    new bodyClass();
  } catch (error) {
    throw new SchemaError(
      `The body class ${bodyClass.name}`,
      `its constructor throws: ${describeError(error)}; it has to work without arguments`,
      { cause: error },
    );
  }
}
