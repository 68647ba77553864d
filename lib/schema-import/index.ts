export { type ExportedSchemas, type ImportProblem, readSource } from './exporter/index.js';
