import type { TranslateMember } from './translation.interface.js';

/** Translates a member of a Python class where its meaning in TypeScript is certain. */
export const translateMember: TranslateMember = () => ({
  certain: false,
  reason: 'code in Python is not translated',
});
