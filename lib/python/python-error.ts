/**
 * An error that Python would raise. `name` is the name of Python's exception class.
 *
 * @publicApi
 */
export class PythonError extends Error {
  /** The name of Python's exception class. */
  override readonly name: PythonErrorName;

  constructor(name: PythonErrorName, message: string) {
    super(message);
    this.name = name;
  }
}

/** The exceptions of Python that generated code can raise or catch. @publicApi */
export type PythonErrorName =
  | 'Exception'
  | 'ArithmeticError'
  | 'AttributeError'
  | 'IndexError'
  | 'KeyError'
  | 'LookupError'
  | 'NotImplementedError'
  | 'RuntimeError'
  | 'TypeError'
  | 'ValueError'
  | 'ZeroDivisionError';

/** The base classes of each exception in Python, up to `Exception`. */
const BASES: Readonly<Record<PythonErrorName, readonly PythonErrorName[]>> = {
  Exception: [],
  ArithmeticError: ['Exception'],
  AttributeError: ['Exception'],
  IndexError: ['LookupError', 'Exception'],
  KeyError: ['LookupError', 'Exception'],
  LookupError: ['Exception'],
  NotImplementedError: ['RuntimeError', 'Exception'],
  RuntimeError: ['Exception'],
  TypeError: ['Exception'],
  ValueError: ['Exception'],
  ZeroDivisionError: ['ArithmeticError', 'Exception'],
};

/**
 * Whether an `except` clause of Python with these exception classes catches an error.
 *
 * @publicApi
 */
export function isError(error: unknown, ...names: readonly PythonErrorName[]): boolean {
  if (!(error instanceof PythonError)) return false;
  const classes: readonly PythonErrorName[] = [error.name, ...BASES[error.name]];
  return names.some((name) => classes.includes(name));
}

/** The name of a value's type in Python, as Python's errors say it. */
export function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'NoneType';
  if (typeof value === 'string') return 'str';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  if (Array.isArray(value)) return 'list';
  if (value instanceof Set) return 'set';
  return isDict(value) ? 'dict' : value.constructor.name;
}

/** Whether a value is a dict in Python: a JSON object, or an object that was written as a literal. */
export function isDict(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

export function typeError(message: string): PythonError {
  return new PythonError('TypeError', message);
}
