import type { Context } from '../context.js';

/** Whether a name is a builtin of Python here. */
export function isBuiltin(id: string, context: Context): boolean {
  return !context.local(id) && !context.program.global(id);
}
