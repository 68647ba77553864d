export { memberName } from './member-name.js';
export { translateMember } from './translate-member.js';
export type { GeneratedImport, TranslateMember, Translation } from './translation.interface.js';
