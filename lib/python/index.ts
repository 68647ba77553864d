export { libravatarUrl, userAvatarUrl } from './avatar.js';
export { add, int, multiply, subtract } from './arithmetic.js';
export {
  all,
  any,
  compare,
  contains,
  equals,
  isInstance,
  max,
  min,
  sorted,
  type TypeName,
} from './comparison.js';
export { decimal, format, formatted } from './formatting.js';
export { isError, PythonError, type PythonErrorName } from './python-error.js';
export { type Match, RegularExpression } from './regular-expression.js';
export {
  capitalize,
  count,
  endsWith,
  find,
  join,
  lower,
  lstrip,
  partition,
  replace,
  rpartition,
  rsplit,
  rstrip,
  split,
  splitLines,
  startsWith,
  strip,
  title,
  upper,
  zfill,
} from './string-methods.js';
export { assertText, repr, str } from './text.js';
export {
  addTo,
  and,
  type EnumMember,
  enumMember,
  extend,
  get,
  item,
  items,
  iterate,
  keys,
  len,
  listCopy,
  or,
  set,
  slice,
  truth,
  unpack,
  values,
} from './values.js';
