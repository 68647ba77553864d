export { type Code, template } from './code.js';
export type { Global, HelperClass, Program } from './context.js';
export { constantValue } from './expressions/expressions.js';
export { FunctionCode, type FunctionSource } from './statements/function-code.js';
export { localName } from './local-name.js';
export {
  ANY,
  BOOL,
  hasObject,
  hasTuple,
  isAssignable,
  join,
  listOf,
  mayBe,
  MAYBE_STR,
  NEVER,
  NONE,
  NUMBER,
  type PythonType,
  STR,
  typeText,
} from './python-type.js';
export { child, children, constantText, docOf, is, name, parametersOf, walk } from './syntax.js';
export { reasonAgainst, Uncertain } from './uncertain.js';
