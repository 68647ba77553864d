export { memberName } from './member-name.js';
