import AjvDraft04 from 'ajv-draft-04';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { UPDATE_SCHEMA, type UpdateBody } from './update-body.js';
import { UpdateBodyClass } from './update-body.class.js';

const HEADERS_SCHEMA = {
  $schema: 'http://json-schema.org/draft-04/schema#',
  type: 'object',
  properties: {
    fedora_messaging_schema: { type: 'string' },
    fedora_messaging_severity: { type: 'number', enum: [10, 20, 30, 40] },
    'sent-at': { type: 'string' },
  },
};

const ajv = new AjvDraft04.default({ strict: false, validateFormats: false });
const areValidHeaders = ajv.compile(HEADERS_SCHEMA);
const isValidBody = ajv.compile<UpdateBody>(UPDATE_SCHEMA);

/** The validation of this library with a JSON Schema, written by hand with ajv. */
export function assertValid(headers: unknown, body: unknown): asserts body is UpdateBody {
  assertValidHeaders(headers);
  if (!isValidBody(body)) throw new Error(`The body is not valid: ${ajv.errorsText(isValidBody.errors)}`);
}

export function assertValidHeaders(headers: unknown): void {
  if (!areValidHeaders(headers)) {
    throw new Error(`The headers are not valid: ${ajv.errorsText(areValidHeaders.errors)}`);
  }
}

/** The validation of this library with a body class, written by hand with class-validator. */
export function toValidInstance(body: unknown): UpdateBodyClass {
  const instance = plainToInstance(UpdateBodyClass, body);
  const errors = validateSync(instance, { forbidUnknownValues: false });
  if (errors.length > 0) throw new Error(`The body is not valid: ${errors.join('; ')}`);
  return instance;
}
