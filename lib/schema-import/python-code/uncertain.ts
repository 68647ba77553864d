/** Thrown where the meaning of Python code in TypeScript is not certain. The message is the reason, without a full stop. */
export class Uncertain extends Error {}

/** Why code is not translated. A failure of the translator costs the member that it is about, and nothing else. */
export function reasonAgainst(error: unknown): string {
  if (error instanceof Uncertain) return error.message;
  return `the translator failed at it (${error instanceof Error ? error.message : String(error)})`;
}
