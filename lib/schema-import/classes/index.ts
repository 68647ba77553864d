export { folderOf, type Format, type GeneratedPackage, generatePackage } from './generate-package.js';
export type { PackageReport } from './package-report.interface.js';
