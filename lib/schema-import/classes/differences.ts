import { SEVERITIES } from '../../message/index.js';
import type { PlannedClass } from './package-plan.js';
import type { PythonClasses } from '../python-classes/index.js';

/** What the Python class does, and the class in TypeScript does not: sentences for people. */
export function differencesOf({ python }: PlannedClass, classes: PythonClasses): string[] {
  const { own = [], computed = [], severity } = python.exported;
  const differences = own
    .filter((attribute) => computed.includes(attribute))
    .map(
      (attribute) =>
        `In Python, code chooses the ${attribute} of each message. Here there is none: write a class that extends this one.`,
    );
  if (typeof severity === 'number' && !(SEVERITIES as readonly number[]).includes(severity)) {
    differences.push(
      `Its severity in Python, ${severity}, is none of ${SEVERITIES.join(', ')}. Here it is the default.`,
    );
  }
  const hasConstructor = classes.ownMembers(python).some(({ name }) => name === '__init__');
  return hasConstructor
    ? [
        ...differences,
        'In Python, a constructor of this class changes the new message. Here it stays as it is given.',
      ]
    : differences;
}
