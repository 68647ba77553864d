export { JsonSchemaValidator } from './json-schema-validator.js';
export type { JsonSchema } from './json-schema.js';
export { ecmaScriptPattern, ecmaScriptRegExp } from './python-pattern.js';
export { isSchema, mapSubschemas } from './subschemas.js';
