export type { PackageReport } from './classes/index.js';
export { type ExportedSchemas, type ImportProblem, readSource } from './exporter/index.js';
export { type ImportOptions, type ImportReport, importSchemas } from './import-schemas.js';
