export { type GeneratedImport, PYTHON } from './generated-import.js';
export { PackageTranslator } from './package-translator.js';
export type { MemberPlace, Translation } from './translation.interface.js';
