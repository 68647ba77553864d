export { type FieldTable, fieldTable, isName, MAX_NAME, sizeOf } from './field-table.js';
export { FieldTableError } from './field-table.error.js';
