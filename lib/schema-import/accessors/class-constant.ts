import { type Code, constantValue } from '../python-code/index.js';
import type { PythonClass } from '../python-classes/index.js';

/**
 * The value of a class attribute.
 *
 * @throws Uncertain when its JSON does not say what the value is in Python
 */
export function classConstant({ exported }: PythonClass, name: string): Code {
  return constantValue(exported.constants[name], exported.constantKinds?.[name]);
}
