export { foreignTo, markAsOwn, severalCopies } from './package-copies.js';
export { VERSION } from './version.js';
