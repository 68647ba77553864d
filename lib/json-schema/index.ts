export { JsonSchemaValidator } from './json-schema-validator.js';
export type { JsonSchema } from './json-schema.js';
export { ecmaScriptPattern } from './python-pattern.js';
export { isSchema, mapSubschemas } from './subschemas.js';
