export { folderOf, type Format, type GeneratedPackage, generatePackage } from './generate-package.js';
export { isGenerated, isUnedited } from './header.js';
export type { PackageReport } from './package-report.interface.js';
