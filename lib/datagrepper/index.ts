export { Datagrepper, type DatagrepperRequestOptions } from './datagrepper.js';
export type { DatagrepperFilter, DatagrepperQuery, OneOrMore } from './datagrepper-query.interface.js';
export { DatagrepperSearch } from './datagrepper-search.js';
