export { applyChanges, changesOf, type FileChange } from './folder-changes.js';
export { isGenerated, withHeader } from './header.js';
export { lineDifference } from './line-difference.js';
