export { applyChanges, changesOf, type FileChange } from './folder-changes.js';
export { lineDifference } from './line-difference.js';
