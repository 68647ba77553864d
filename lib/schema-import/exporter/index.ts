export type * from './exported-schemas.interface.js';
export { readSource } from './read-source.js';
