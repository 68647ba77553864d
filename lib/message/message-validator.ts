import { describeError, SchemaError, ValidationError, type ValidationFailure } from '../exceptions/index.js';
import { JsonSchemaValidator } from '../json-schema/index.js';
import { BASE_BODY_SCHEMA, BASE_HEADERS_SCHEMA } from './schemas/base-schemas.js';
import type { BodyClass } from './body/body-class.js';
import { bodyClassFailures, isSurelyValid, jsonBodyFailures } from './body/class-validation.js';
import type { MessageHeaders } from './message-headers.js';
import type { MessageFace, MessageInternals } from './message-internals.js';
import { nameOf } from './message-name.js';
import { atOnce } from './wire/json/in-turns.js';
import { withClass } from './schemas/wrong-schema.js';

const BASE_HEADERS = JsonSchemaValidator.of(BASE_HEADERS_SCHEMA);
const NO_FAILURES: readonly ValidationFailure[] = [];
const BASE_BODY = JsonSchemaValidator.of(BASE_BODY_SCHEMA);

/** How thoroughly to check a message, and in which form its body is given. */
export interface Checking {
  /** Whether to collect every failure, instead of only the first failure of each schema. */
  readonly all: boolean;
  /** True when JSON.parse made the body; false when a program made it. */
  readonly isParsed: boolean;
  /** Whether the body was written as JSON and parsed again; it may then differ from `message.body`. Default: false. */
  readonly isRewritten?: boolean;
}

/** The validators of a message class; undefined for a part without a JSON Schema. */
interface ClassValidators {
  readonly headers: JsonSchemaValidator | undefined;
  readonly body: JsonSchemaValidator | undefined;
}

/** For the body of a new message, as the program made it. */
export const MADE: Checking = { all: true, isParsed: false };
/** For the body of a new message that was written as JSON text and parsed again. */
export const REWRITTEN: Checking = { all: true, isParsed: true, isRewritten: true };

/**
 * Checks headers and body against the schemas of the message's class and the base schemas.
 *
 * @param json the body as JSON
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
  throwIfAny(message, ofHeaders, isSteps(ofBody) ? atOnce(ofBody) : ofBody);
}

/** Does what {@link assertValid} does, in steps: the caller can give the event loop turns between them. */
export function* validating(
  message: MessageInternals,
  headers: MessageHeaders,
  json: unknown,
  checking: Checking,
  validators: ClassValidators,
): Generator<void, void> {
  const ofHeaders = headersFailures(message, headers, checking, validators);
  const ofBody = bodyFailures(message, json, checking, validators.body);
  throwIfAny(message, ofHeaders, isSteps(ofBody) ? yield* ofBody : ofBody);
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

/** @throws ValidationError when there are failures */
function throwIfAny(
  { face }: MessageInternals,
  ofHeaders: readonly ValidationFailure[],
  ofBody: readonly ValidationFailure[],
): void {
  if (ofHeaders.length + ofBody.length === 0) return;
  const [first, ...more] = [...ofHeaders, ...ofBody];
  throw new ValidationError(nameOf(face), [first!, ...more]);
}

/**
 * The validators for the JSON Schemas of a message's class, without the base schemas.
 *
 * @throws SchemaError, or what the getters of the class throw
 */
export function validatorsOf({ headersSchema, bodySchema }: MessageFace): ClassValidators {
  return {
    headers: headersSchema && JsonSchemaValidator.of(headersSchema),
    body: bodySchema && JsonSchemaValidator.of(bodySchema),
  };
}

/** Makes the error for a message that is wrong in one place. */
export function invalid(what: string, path: string, message: string, cause?: unknown): ValidationError {
  return new ValidationError(what, [{ path, message }], cause === undefined ? undefined : { cause });
}

type Steps = Generator<void, readonly ValidationFailure[]>;

function isSteps(failures: Steps | readonly ValidationFailure[]): failures is Steps {
  return !Array.isArray(failures);
}

/** Returns steps when class-validator has to check the body; that can take long. Otherwise returns the failures. */
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
    : NO_FAILURES;
  const { bodyClass } = type;
  if (!bodyClass) return ofSchema;
  const isJsonAll = isRewritten || !body.givenInstance;
  if (isJsonAll && isSurelyValid(bodyClass, json)) return ofSchema;
  const instance = isRewritten ? undefined : body.instance;
  const isOfWire = isParsed && !isRewritten;
  // The application may change the JSON of a new message after this check.
  return classFailures(bodyClass, instance, json, ofSchema, (made) => isOfWire && body.keep(made));
}

function* classFailures(
  bodyClass: BodyClass,
  instance: object | undefined,
  json: unknown,
  ofSchema: readonly ValidationFailure[],
  keep: (made: object) => void,
): Steps {
  yield;
  try {
    const ofClass = instance
      ? yield* bodyClassFailures(instance, '/body')
      : yield* jsonBodyFailures(bodyClass, json, '/body', keep);
    return [...ofSchema, ...ofClass];
  } catch (error) {
    assertConstructible(bodyClass);
    return [
      ...ofSchema,
      {
        path: '/body',
        message: `can't be turned into an instance of its body class: ${describeError(error)}`,
      },
    ];
  }
}

/**
 * Blames the class, instead of the message, when its constructor throws without arguments.
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
