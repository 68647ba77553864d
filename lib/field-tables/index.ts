export { type FieldTable, fieldTable, isName, MAX_NAME } from './field-table.js';
export { FieldTableError } from './field-table.error.js';
export { sizeOfTable } from './table-size.js';
