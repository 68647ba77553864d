/** Thrown where the meaning of Python code in TypeScript is not certain. The message is the reason, without a full stop. */
export class Uncertain extends Error {}
