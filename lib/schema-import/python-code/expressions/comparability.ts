import { hasObject, hasTuple, isOnly, mayBe, type PythonType } from '../python-type.js';
import { Uncertain } from '../uncertain.js';

/**
 * Checks that values are equal in TypeScript when they are in Python, and have the same order. A tuple never equals a list in
 * Python; in TypeScript both are lists.
 *
 * @throws Uncertain
 */
export function assertComparable(left: PythonType, right: PythonType): void {
  if (hasObject(left) || hasObject(right)) throw new Uncertain('it compares objects');
  if (isSimple(left) || isSimple(right)) return;
  if ((hasTuple(left) || hasTuple(right)) && !(isFlatTuple(left) && isFlatTuple(right))) {
    throw new Uncertain('it compares a tuple with something else');
  }
}

/**
 * Checks that a value is not taken for a list: a named tuple is no list in TypeScript.
 *
 * @throws Uncertain
 */
export function assertNoObject(type: PythonType): void {
  if (mayBe(type, 'instance')) throw new Uncertain('it takes an object for a list');
}

/**
 * Checks that a set has a value once: JavaScript has every tuple and object as another value.
 *
 * @throws Uncertain
 */
export function assertInSet(item: PythonType): void {
  if (hasTuple(item) || hasObject(item)) throw new Uncertain('it makes a set of tuples or objects');
}

function isSimple(type: PythonType): boolean {
  return isOnly(type, 'str', 'none', 'number', 'bool');
}

function isFlatTuple(type: PythonType): boolean {
  return type.kind === 'tuple' && !type.items.some(hasTuple);
}
