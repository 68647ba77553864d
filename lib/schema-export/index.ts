export { describeClass } from './describe-class.js';
export { type PackageDescription, pythonPackage } from './python-package.js';
export { type WrittenFile, writeFiles } from './write-files.js';
